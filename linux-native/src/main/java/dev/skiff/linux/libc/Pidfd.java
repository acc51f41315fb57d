package dev.skiff.linux.libc;

import dev.skiff.linux.abi.SyscallTable;

/** A process by a descriptor, which is never another's: pidfd_open(2). */
public final class Pidfd {
    private static final int SIGKILL = 9;

    private Pidfd() {}

    /** Kills it; nothing if it has ended. */
    public static void kill(Descriptor process) {
        Libc.syscall(SyscallTable.host().number("pidfd_send_signal"), process.number(), SIGKILL, 0, 0);
    }
}
