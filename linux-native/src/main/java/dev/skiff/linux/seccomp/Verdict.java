package dev.skiff.linux.seccomp;

import dev.skiff.linux.abi.Errno;
import dev.skiff.oci.runtime.SeccompAction;
import java.util.Optional;

/** What a filter answers: an action of seccomp(2) in the upper half, its data in the lower. */
record Verdict(int value) {
    static final Verdict KILL_PROCESS = new Verdict(0x8000_0000);
    static final Verdict KILL_THREAD = new Verdict(0);
    static final Verdict TRAP = new Verdict(0x0003_0000);
    static final Verdict ERRNO = new Verdict(0x0005_0000);
    static final Verdict NOTIFY = new Verdict(0x7fc0_0000);
    static final Verdict TRACE = new Verdict(0x7ff0_0000);
    static final Verdict LOG = new Verdict(0x7ffc_0000);
    static final Verdict ALLOW = new Verdict(0x7fff_0000);

    private static final int DATA = 0xffff;

    /** The answer for an action; only errors and tracers may have a number, which is EPERM if nothing is said. */
    static Verdict of(SeccompAction action, Optional<Integer> errno) {
        if (errno.isPresent() && action != SeccompAction.SCMP_ACT_ERRNO && action != SeccompAction.SCMP_ACT_TRACE) {
            throw new IllegalArgumentException("linux.seccomp: an errno, " + errno.get() + ", is not for " + action
                    + ", but for SCMP_ACT_ERRNO and SCMP_ACT_TRACE");
        }
        return switch (action) {
            case SCMP_ACT_KILL, SCMP_ACT_KILL_THREAD -> KILL_THREAD;
            case SCMP_ACT_KILL_PROCESS -> KILL_PROCESS;
            case SCMP_ACT_TRAP -> TRAP;
            case SCMP_ACT_ERRNO -> ERRNO.with(errno.orElse(Errno.EPERM.number()));
            case SCMP_ACT_TRACE -> TRACE.with(errno.orElse(Errno.EPERM.number()));
            case SCMP_ACT_ALLOW -> ALLOW;
            case SCMP_ACT_LOG -> LOG;
            case SCMP_ACT_NOTIFY -> NOTIFY;
        };
    }

    static Verdict error(Errno errno) {
        return ERRNO.with(errno.number());
    }

    private Verdict with(int data) {
        return new Verdict(value | data);
    }

    boolean isError() {
        return action() == ERRNO.value;
    }

    /** Whether the call is made, or may be, when somebody else is asked. */
    boolean letsPass() {
        return rank() >= NOTIFY.rank();
    }

    private int action() {
        return value & ~DATA;
    }

    /** Smaller is stricter. The kernel's own order: actions are compared as signed numbers (seccomp_run_filters). */
    int rank() {
        return action();
    }

    @Override
    public String toString() {
        int data = value & DATA;
        return switch (action()) {
            case 0x8000_0000 -> "KILL_PROCESS";
            case 0 -> "KILL_THREAD";
            case 0x0003_0000 -> "TRAP";
            case 0x0005_0000 -> "ERRNO " + Errno.nameOf(data);
            case 0x7fc0_0000 -> "NOTIFY";
            case 0x7ff0_0000 -> "TRACE " + data;
            case 0x7ffc_0000 -> "LOG";
            case 0x7fff_0000 -> "ALLOW";
            default -> "0x" + Integer.toHexString(value);
        };
    }
}
