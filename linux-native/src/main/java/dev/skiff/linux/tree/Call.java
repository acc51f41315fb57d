package dev.skiff.linux.tree;

import dev.skiff.linux.abi.SyscallTable;
import java.util.Locale;

/** The system calls that work on a tree. None of them takes a path that is followed in its last component. */
enum Call {
    CHDIR,
    CLOSE,
    FCHDIR,
    FCHMOD,
    FCHMODAT2,
    FCHOWN,
    FCHOWNAT,
    FSETXATTR,
    GETDENTS64,
    LGETXATTR,
    LINKAT,
    LLISTXATTR,
    LSETXATTR,
    MKDIRAT,
    MKNODAT,
    OPENAT,
    READ,
    READLINKAT,
    STATX,
    SYMLINKAT,
    SYNCFS,
    UNLINKAT,
    UTIMENSAT,
    WRITE;

    static final long AT_FDCWD = -100;
    static final long AT_SYMLINK_NOFOLLOW = 0x100;
    static final long AT_REMOVEDIR = 0x200;
    static final long AT_EMPTY_PATH = 0x1000;

    private static final Call[] ALL = values();

    final int number = SyscallTable.host().number(text());

    /** The name in section 2 of the manual. */
    String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Call of(int number) {
        for (Call call : ALL) {
            if (call.number == number) {
                return call;
            }
        }
        throw new AssertionError("no line of a tree calls " + number);
    }
}
