package dev.skiff.linux.seccomp;

import dev.skiff.linux.abi.Architecture;
import dev.skiff.oci.runtime.Seccomp;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes the filter for a specification: which calling convention it is, then a binary search for the call's number, then
 * the conditions on its arguments if there are any.
 */
final class FilterCompiler {
    private final Assembler asm = new Assembler();
    private final Rules rules;

    private FilterCompiler(Seccomp seccomp) {
        rules = new Rules(seccomp);
    }

    /**
     * @throws IllegalArgumentException when the filter would be longer than the kernel takes
     */
    static List<Instruction> compile(Seccomp seccomp, Architecture host) {
        return new FilterCompiler(seccomp).compile(covered(seccomp, host), host);
    }

    /** The host's own convention, and those named that a process can use on such a host: others never reach the filter. */
    private static Set<Architecture> covered(Seccomp seccomp, Architecture host) {
        Set<Architecture> covered = EnumSet.of(host);
        seccomp.architectures()
                .forEach(named -> Architecture.ofSpecName(named.name())
                        .filter(architecture -> architecture.runsOn(host))
                        .ifPresent(covered::add));
        return covered;
    }

    private List<Instruction> compile(Set<Architecture> covered, Architecture host) {
        Map<Integer, CallRanges> sections = new LinkedHashMap<>();
        sections.put(host.auditNumber(), ranges(host, covered.contains(Architecture.X32)));
        for (Architecture other : covered) {
            if (other.auditNumber() != host.auditNumber()) {
                sections.put(other.auditNumber(), ranges(other, false));
            }
        }
        emit(sections);
        return asm.assemble();
    }

    // x32 shares the audit number of x86_64 and has its calls above bit 30, so one search finds both.
    private CallRanges ranges(Architecture architecture, boolean withX32) {
        CallRanges ranges = new CallRanges(Decision.always(rules.byDefault()));
        rules.decideOn(architecture, ranges);
        if (withX32) {
            rules.decideOn(Architecture.X32, ranges);
        } else if (architecture == Architecture.X86_64) {
            // -1 is what programs try to learn whether a call exists: no convention of its own.
            long x32 = Integer.toUnsignedLong(Architecture.X32.syscallBit());
            ranges.set(x32, CallRanges.LIMIT - 1, Decision.always(Verdict.KILL_PROCESS));
        }
        return ranges;
    }

    private void emit(Map<Integer, CallRanges> sections) {
        asm.load(SeccompData.ARCHITECTURE);
        Map<CallRanges, Label> labels = new LinkedHashMap<>();
        sections.forEach((auditNumber, ranges) -> {
            Label section = new Label();
            Label next = new Label();
            asm.jumpIf(Instruction.JUMP_EQUAL, auditNumber, section, next);
            asm.place(next);
            labels.put(ranges, section);
        });
        asm.answer(Verdict.KILL_PROCESS);
        labels.forEach(this::emitSection);
    }

    private void emitSection(CallRanges ranges, Label label) {
        asm.place(label);
        asm.load(SeccompData.NUMBER);
        Answers answers = new Answers();
        new SearchTree(asm, answers, ranges.merged()).emit();
        answers.emit(asm);
    }
}
