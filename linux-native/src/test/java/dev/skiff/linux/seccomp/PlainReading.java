package dev.skiff.linux.seccomp;

import dev.skiff.linux.abi.Architecture;
import dev.skiff.linux.abi.SyscallTable;
import dev.skiff.oci.runtime.Seccomp;
import dev.skiff.oci.runtime.SeccompArg;
import dev.skiff.oci.runtime.SeccompOperator;
import dev.skiff.oci.runtime.SeccompSyscall;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What the rules of a specification say about one call, found by reading them one after the other. */
final class PlainReading {
    private static final BigInteger TWO_64 = BigInteger.ONE.shiftLeft(64);
    private static final int X32_BIT = 0x4000_0000;

    private final Seccomp seccomp;
    private final Architecture host;

    PlainReading(Seccomp seccomp, Architecture host) {
        this.seccomp = seccomp;
        this.host = host;
    }

    Verdict answer(int auditNumber, int number, long... arguments) {
        Optional<Architecture> architecture = architecture(auditNumber, number);
        if (architecture.isEmpty()) {
            boolean probe = number == -1 && auditNumber == host.auditNumber();
            return probe ? byDefault() : Verdict.KILL_PROCESS;
        }
        return isNewerThanTheRules(architecture.get(), number)
                ? new Verdict(0x0005_0000 | 38)
                : answer(architecture.get(), number, arguments);
    }

    private Verdict byDefault() {
        return Verdict.of(seccomp.defaultAction(), seccomp.defaultErrnoRet());
    }

    private Optional<Architecture> architecture(int auditNumber, int number) {
        boolean x32 = auditNumber == Architecture.X32.auditNumber() && (number & 0xffff_ffffL) >= X32_BIT;
        for (Architecture each : Architecture.values()) {
            boolean named = seccomp.architectures().stream()
                    .anyMatch(name -> name.name().equals(each.specName()));
            boolean loaded = each == host || (named && each.runsOn(host));
            if (loaded && each.auditNumber() == auditNumber && (each == Architecture.X32) == x32) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    private boolean isNewerThanTheRules(Architecture architecture, int number) {
        if (!byDefault().isError()) {
            return false;
        }
        int end = architecture == Architecture.X32 ? X32_BIT + 512 : architecture == Architecture.ARM ? 0xf0000 : -1;
        int newest = -1;
        for (SeccompSyscall rule : seccomp.syscalls()) {
            for (String name : rule.names()) {
                int named = SyscallTable.of(architecture).find(name).orElse(-1);
                boolean shared = Integer.compareUnsigned(named, end) < 0;
                newest = shared ? Math.max(newest, named) : newest;
            }
        }
        return newest >= 0
                && Integer.compareUnsigned(number, newest) > 0
                && (end == -1 || Integer.compareUnsigned(number, end) < 0);
    }

    private Verdict answer(Architecture architecture, int number, long... arguments) {
        List<Verdict> exact = new ArrayList<>();
        List<Verdict> ranges = new ArrayList<>();
        for (SeccompSyscall rule : seccomp.syscalls()) {
            Verdict verdict = Verdict.of(rule.action(), rule.errnoRet());
            for (String call : rule.names()) {
                if (SyscallTable.of(architecture).find(call).equals(OptionalInt.of(number))
                        && !verdict.equals(byDefault())) {
                    if (rule.args().isEmpty()) {
                        return verdict;
                    }
                    for (List<SeccompArg> together : together(rule.args())) {
                        if (together.stream().allMatch(arg -> holds(architecture, call, arg, arguments))) {
                            boolean isExact =
                                    together.stream().allMatch(arg -> arg.op() == SeccompOperator.SCMP_CMP_EQ);
                            (isExact ? exact : ranges).add(verdict);
                        }
                    }
                }
            }
        }
        return strictest(exact).or(() -> strictest(ranges)).orElse(byDefault());
    }

    /** The first of the strictest. */
    private static Optional<Verdict> strictest(List<Verdict> verdicts) {
        Verdict found = null;
        for (Verdict verdict : verdicts) {
            if (found == null || (verdict.value() & ~0xffff) < (found.value() & ~0xffff)) {
                found = verdict;
            }
        }
        return Optional.ofNullable(found);
    }

    private static List<List<SeccompArg>> together(List<SeccompArg> args) {
        boolean repeats = args.stream().map(SeccompArg::index).distinct().count() < args.size();
        return repeats ? args.stream().map(List::of).toList() : List.of(args);
    }

    private static boolean holds(Architecture architecture, String call, SeccompArg arg, long... arguments) {
        boolean narrow = architecture == Architecture.X86
                || architecture == Architecture.ARM
                || ArgumentWidths.isNarrow(call, arg.index());
        BigInteger actual = unsigned(narrow ? arguments[arg.index()] & 0xffff_ffffL : arguments[arg.index()]);
        boolean masked = arg.op() == SeccompOperator.SCMP_CMP_MASKED_EQ;
        long wanted = masked ? arg.valueTwo().orElse(0L) : arg.value();
        if (narrow && wanted >>> 32 == 0xffff_ffffL) {
            wanted &= 0xffff_ffffL;
        }
        int order = actual.compareTo(unsigned(wanted));
        return switch (arg.op()) {
            case SCMP_CMP_NE -> order != 0;
            case SCMP_CMP_LT -> order < 0;
            case SCMP_CMP_LE -> order <= 0;
            case SCMP_CMP_EQ -> order == 0;
            case SCMP_CMP_GE -> order >= 0;
            case SCMP_CMP_GT -> order > 0;
            case SCMP_CMP_MASKED_EQ -> actual.and(unsigned(arg.value())).equals(unsigned(wanted));
        };
    }

    private static BigInteger unsigned(long bits) {
        BigInteger signed = BigInteger.valueOf(bits);
        return bits < 0 ? signed.add(TWO_64) : signed;
    }
}
