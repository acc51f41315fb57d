package dev.skiff.linux.libc;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import dev.skiff.linux.abi.Errno;
import dev.skiff.linux.abi.SyscallTable;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** A process by a descriptor, which is never another's: pidfd_open(2). */
public final class Pidfd {
    private static final String PID = "Pid:";
    private static final int SIGKILL = 9;
    private static final int P_PIDFD = 3;
    private static final int WEXITED = 4;
    private static final int SIGINFO_BYTES = 128;
    private static final int SI_CODE = 8;
    private static final int SI_STATUS = 24;
    private static final int PR_SET_CHILD_SUBREAPER = 36;

    private Pidfd() {}

    /** Opens the one that has that number now; empty if there is none. */
    public static Optional<Descriptor> open(long pid) {
        long opened = Libc.syscall(SyscallTable.host().number("pidfd_open"), pid, 0, 0, 0);
        if (opened < 0 && Native.getLastError() == Errno.ESRCH.number()) {
            return Optional.empty();
        }
        return Optional.of(new Descriptor((int) Libc.check(opened, "pidfd_open", pid, "open a process")));
    }

    /** Kills it; nothing if it has ended. */
    public static void kill(Descriptor process) {
        trySignal(process, SIGKILL);
    }

    /** Signals it if it is there and may be signalled. */
    public static void trySignal(Descriptor process, int signal) {
        Libc.syscall(SyscallTable.host().number("pidfd_send_signal"), process.number(), signal, 0, 0);
    }

    /** False if it has ended. */
    public static boolean signal(Descriptor process, int signal) {
        long sent = Libc.syscall(SyscallTable.host().number("pidfd_send_signal"), process.number(), signal, 0, 0);
        if (sent < 0 && Native.getLastError() == Errno.ESRCH.number()) {
            return false;
        }
        Libc.check(sent, "pidfd_send_signal", signal, "signal a process");
        return true;
    }

    /** The number of the process; empty when it has been waited for: proc_pid_fdinfo(5). */
    public static OptionalLong pid(Descriptor process) {
        // not a channel, which an interrupt of this thread would close
        try (InputStream info = new FileInputStream("/proc/self/fdinfo/" + process.number())) {
            return new String(info.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .filter(line -> line.startsWith(PID))
                    .mapToLong(
                            line -> Long.parseLong(line.substring(PID.length()).trim()))
                    .filter(pid -> pid > 0)
                    .findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException("ask for the number of a process", e);
        }
    }

    /** Whether it ends within that time. */
    public static boolean awaitEnd(Descriptor process, Duration atMost) {
        return Poll.await(process.number(), Poll.IN, process.number(), false, atMost) == Poll.Event.READY;
    }

    /** Has this JVM adopt what its descendants leave behind, so that it can wait for them: prctl(2). */
    public static void adoptOrphans() {
        Libc.check(
                Libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), "prctl", "PR_SET_CHILD_SUBREAPER", "adopt processes");
    }

    /** Waits for the end of one that is a child of this JVM: si_code and si_status of waitid(2). */
    public static int[] waitFor(Descriptor process) {
        try (Memory information = new Memory(SIGINFO_BYTES)) {
            information.clear();
            int result;
            do {
                result = Libc.waitid(P_PIDFD, process.number(), information, WEXITED);
            } while (result < 0 && Native.getLastError() == Libc.EINTR);
            Libc.check(result, "waitid", process, "wait for a process");
            return new int[] {information.getInt(SI_CODE), information.getInt(SI_STATUS)};
        }
    }
}
