package dev.skiff.linux.libc;

import dev.skiff.linux.abi.SyscallTable;

/** Whether this kernel has Landlock: landlock_create_ruleset(2). */
public final class Landlock {
    private static final int LANDLOCK_CREATE_RULESET_VERSION = 1;

    private Landlock() {}

    /** The version of its interface; 0 where there is none, or it is not switched on. */
    public static int version() {
        int call = SyscallTable.host().number("landlock_create_ruleset");
        return (int) Math.max(0, Libc.syscall(call, 0, 0, LANDLOCK_CREATE_RULESET_VERSION, 0));
    }
}
