package dev.skiff.linux.seccomp;

import java.util.HashMap;
import java.util.Map;

/**
 * Which arguments of which calls the kernel reads as 32 bits, whatever the register holds.
 *
 * <p>The kernel declares them {@code int}, {@code unsigned int}, {@code pid_t} or {@code umode_t} in their {@code
 * SYSCALL_DEFINE}, or, as with the flags of {@code clone}, drops the upper half itself. A filter that compares the whole
 * register can be passed with bits in the upper half that nobody reads: CVE-2019-7303 and CVE-2023-1523 were that, with
 * {@code ioctl(fd, TIOCSTI | 1L << 32, …)}. Listed are the calls that profiles put conditions on; an argument that is not
 * listed is compared as 64 bits.
 */
final class ArgumentWidths {
    /** By name, a bit for each argument that is narrow. */
    private static final Map<String, Integer> NARROW = new HashMap<>();

    static {
        put(0b000001, "personality", "prctl", "arch_prctl", "keyctl", "clone", "socketcall", "ipc", "quotactl");
        put(0b000011, "ioctl", "fcntl", "fcntl64", "setns", "kill", "tkill", "seccomp", "fchmod", "prlimit64");
        put(0b000011, "sched_setscheduler", "io_uring_register");
        put(0b000111, "socket", "socketpair", "tgkill", "getsockopt");
        put(0b010111, "setsockopt");
        put(0b000010, "open", "chmod", "memfd_create");
        put(0b000101, "openat", "fchmodat", "bpf", "syslog");
        put(0b001101, "fchmodat2");
        put(0b000110, "futex", "mknod");
        put(0b000100, "madvise");
        put(0b001110, "perf_event_open");
    }

    private ArgumentWidths() {}

    private static void put(int arguments, String... calls) {
        for (String call : calls) {
            NARROW.put(call, arguments);
        }
    }

    static boolean isNarrow(String call, int argument) {
        return (NARROW.getOrDefault(call, 0) >>> argument & 1) != 0;
    }
}
