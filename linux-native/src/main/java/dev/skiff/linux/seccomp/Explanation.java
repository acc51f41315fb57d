package dev.skiff.linux.seccomp;

import dev.skiff.linux.abi.Architecture;
import dev.skiff.linux.abi.SyscallTable;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A filter as text for people: what each step compares, with the names of calls and architectures. */
final class Explanation {
    /** What is known when a step is reached: what was loaded last, and which convention the call is of, 0 if not yet. */
    private record State(String loaded, int auditNumber) {}

    private final List<Instruction> program;
    private final @Nullable State[] states;

    private Explanation(List<Instruction> program) {
        this.program = program;
        states = new State[program.size()];
        states[0] = new State("nothing", 0);
    }

    static String of(List<Instruction> program) {
        return new Explanation(program).text();
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int at = 0; at < program.size(); at++) {
            State state = states[at];
            text.append(String.format("%4d  ", at))
                    .append(state == null ? "never reached" : line(at, state))
                    .append('\n');
        }
        return text.toString();
    }

    private String line(int at, State state) {
        Instruction step = program.get(at);
        int next = at + 1;
        return switch (step.code()) {
            case Instruction.LOAD -> {
                String loaded = SeccompData.nameOf(step.k());
                reach(next, new State(loaded, state.auditNumber));
                yield "load " + loaded;
            }
            case Instruction.AND -> {
                String masked = state.loaded + " & " + hex(step.k());
                reach(next, new State(masked, state.auditNumber));
                yield "mask with " + hex(step.k());
            }
            case Instruction.JUMP -> {
                reach(next + step.k(), state);
                yield "go to " + (next + step.k());
            }
            case Instruction.RETURN -> "answer " + new Verdict(step.k());
            default -> {
                boolean tellsConvention = state.loaded.equals(SeccompData.nameOf(SeccompData.ARCHITECTURE));
                reach(next + step.yes(), tellsConvention ? new State(state.loaded, step.k()) : state);
                reach(next + step.no(), state);
                yield "if " + state.loaded + sign(step) + value(step, state) + " go to " + (next + step.yes())
                        + " else " + (next + step.no());
            }
        };
    }

    private void reach(int at, State state) {
        states[at] = state;
    }

    private static String sign(Instruction step) {
        return step.code() == Instruction.JUMP_EQUAL ? " = " : step.code() == Instruction.JUMP_GREATER ? " > " : " >= ";
    }

    private static String value(Instruction step, State state) {
        if (state.loaded.equals(SeccompData.nameOf(SeccompData.ARCHITECTURE))) {
            return architecture(step.k(), 0).map(Architecture::name).orElse(hex(step.k()));
        }
        if (state.loaded.equals(SeccompData.nameOf(SeccompData.NUMBER))) {
            return Integer.toUnsignedString(step.k())
                    + architecture(state.auditNumber, step.k())
                            .flatMap(architecture ->
                                    SyscallTable.of(architecture).name(step.k()))
                            .map(name -> " (" + name + ")")
                            .orElse("");
        }
        return hex(step.k());
    }

    private static Optional<Architecture> architecture(int auditNumber, int callNumber) {
        for (Architecture architecture : Architecture.values()) {
            int bit = Architecture.X32.syscallBit();
            boolean sameBit = (callNumber & bit) == architecture.syscallBit();
            if (architecture.auditNumber() == auditNumber && sameBit) {
                return Optional.of(architecture);
            }
        }
        return Optional.empty();
    }

    private static String hex(int value) {
        return "0x" + Integer.toHexString(value);
    }
}
