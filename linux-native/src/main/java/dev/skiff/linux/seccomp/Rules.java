package dev.skiff.linux.seccomp;

import dev.skiff.linux.abi.Architecture;
import dev.skiff.linux.abi.Errno;
import dev.skiff.linux.abi.SyscallTable;
import dev.skiff.linux.seccomp.Decision.Clause;
import dev.skiff.oci.runtime.Seccomp;
import dev.skiff.oci.runtime.SeccompArg;
import dev.skiff.oci.runtime.SeccompSyscall;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/** The rules of a specification, sorted by the calls that they speak about. The package's page says which rule wins. */
final class Rules {
    /** Where the numbers that 32-bit Arm keeps to itself begin ({@code __ARM_NR_BASE}). */
    private static final long ARM_PRIVATE = 0xf0000;

    /** Where the calls begin that x32 has in a form of its own. */
    private static final long X32_PRIVATE = 0x4000_0000L + 512;

    private static final Comparator<Clause> ORDER = Comparator.comparing((Clause clause) -> !clause.isExact())
            .thenComparingInt(clause -> clause.verdict().rank());

    private final Verdict byDefault;
    private final List<SeccompSyscall> rules;

    Rules(Seccomp seccomp) {
        byDefault = Verdict.of(seccomp.defaultAction(), seccomp.defaultErrnoRet());
        rules = seccomp.syscalls();
    }

    Verdict byDefault() {
        return byDefault;
    }

    /** Decides on the calls of one architecture. */
    void decideOn(Architecture architecture, CallRanges ranges) {
        SyscallTable table = SyscallTable.of(architecture);
        Map<Integer, List<Clause>> numbered = new TreeMap<>(Integer::compareUnsigned);
        for (SeccompSyscall rule : rules) {
            for (String name : rule.names()) {
                OptionalInt number = table.find(name);
                if (number.isPresent()) {
                    numbered.computeIfAbsent(number.getAsInt(), unused -> new ArrayList<>(1))
                            .addAll(clauses(rule, name, architecture));
                }
            }
        }
        failNewerCalls(architecture, numbered.keySet(), ranges);
        numbered.forEach((number, clauses) -> ranges.set(number, decide(clauses)));
    }

    private List<Clause> clauses(SeccompSyscall rule, String name, Architecture architecture) {
        Verdict verdict = Verdict.of(rule.action(), rule.errnoRet());
        if (verdict.equals(byDefault)) {
            return List.of();
        }
        if (rule.args().isEmpty()) {
            return List.of(new Clause(List.of(), verdict));
        }
        boolean allNarrow = architecture.registerBits() == 32;
        List<Condition> conditions = rule.args().stream()
                .map(arg -> Condition.of(arg, allNarrow || ArgumentWidths.isNarrow(name, arg.index())))
                .toList();
        long named = rule.args().stream().map(SeccompArg::index).distinct().count();
        return named == conditions.size()
                ? List.of(new Clause(conditions, verdict))
                : conditions.stream()
                        .map(condition -> new Clause(List.of(condition), verdict))
                        .toList();
    }

    private Decision decide(List<Clause> clauses) {
        for (Clause clause : clauses) {
            if (clause.conditions().isEmpty()) {
                return Decision.always(clause.verdict());
            }
        }
        return new Decision(clauses.stream().sorted(ORDER).toList(), byDefault);
    }

    private void failNewerCalls(Architecture architecture, Iterable<Integer> named, CallRanges ranges) {
        long end = endOfSharedNumbers(architecture);
        long newer = -1;
        for (int number : named) {
            long unsigned = Integer.toUnsignedLong(number);
            if (unsigned < end) {
                newer = unsigned + 1;
            }
        }
        if (newer >= 0 && byDefault.isError()) {
            ranges.set(newer, end, Decision.always(Verdict.error(Errno.ENOSYS)));
        }
    }

    private static long endOfSharedNumbers(Architecture architecture) {
        return switch (architecture) {
            case X86_64 -> Integer.toUnsignedLong(Architecture.X32.syscallBit());
            case X32 -> X32_PRIVATE;
            case ARM -> ARM_PRIVATE;
            case X86, AARCH64 -> CallRanges.LIMIT;
        };
    }
}
