package dev.skiff.linux.container;

import dev.skiff.linux.program.Arg;

/** Numbers of the kernel's headers that programs here use, under their own names. */
final class Flags {
    static final Arg AT_FDCWD = Arg.named("AT_FDCWD", -100);
    static final int AT_SYMLINK_NOFOLLOW = 0x100;
    static final int AT_REMOVEDIR = 0x200;
    static final int AT_EMPTY_PATH = 0x1000;
    static final int AT_RECURSIVE = 0x8000;

    static final int O_RDONLY = 0;
    static final int O_WRONLY = 1;
    static final int O_RDWR = 2;
    static final int O_CREAT = 0100;
    static final int O_EXCL = 0200;
    static final int O_NONBLOCK = 04000;
    static final int O_CLOEXEC = 02000000;
    static final int O_PATH = 010000000;
    // these two differ between the architectures
    private static final boolean ARM = System.getProperty("os.arch").equals("aarch64");
    static final int O_DIRECTORY = ARM ? 040000 : 0200000;
    static final int O_NOFOLLOW = ARM ? 0100000 : 0400000;

    static final int RESOLVE_NO_XDEV = 0x01;
    static final int RESOLVE_NO_MAGICLINKS = 0x02;
    static final int RESOLVE_NO_SYMLINKS = 0x04;
    static final int RESOLVE_BENEATH = 0x08;
    static final int RESOLVE_IN_ROOT = 0x10;

    static final int MS_REC = 1 << 14;
    static final int MS_UNBINDABLE = 1 << 17;
    static final int MS_PRIVATE = 1 << 18;
    static final int MS_SLAVE = 1 << 19;
    static final int MS_SHARED = 1 << 20;
    static final int MNT_DETACH = 2;

    static final int MOUNT_ATTR_RDONLY = 0x01;
    static final int MOUNT_ATTR_NOSUID = 0x02;
    static final int MOUNT_ATTR_NODEV = 0x04;
    static final int MOUNT_ATTR_NOEXEC = 0x08;
    static final int MOUNT_ATTR_NOATIME = 0x10;
    static final int MOUNT_ATTR_STRICTATIME = 0x20;
    static final int MOUNT_ATTR_NODIRATIME = 0x80;
    static final int MOUNT_ATTR__ATIME = 0x70;
    static final int MOUNT_ATTR_IDMAP = 0x100000;
    static final int MOUNT_ATTR_NOSYMFOLLOW = 0x200000;

    static final int OPEN_TREE_CLONE = 1;
    static final int MOVE_MOUNT_F_EMPTY_PATH = 0x04;
    static final int MOVE_MOUNT_T_EMPTY_PATH = 0x40;

    static final int FSCONFIG_SET_FLAG = 0;
    static final int FSCONFIG_SET_STRING = 1;
    static final int FSCONFIG_CMD_CREATE = 6;

    static final long CLONE_INTO_CGROUP = 0x2_0000_0000L;
    static final int CLONE_NEWTIME = 0x80;
    static final int CLONE_NEWNS = 0x20000;
    static final int CLONE_PIDFD = 0x1000;
    static final int CLONE_NEWCGROUP = 0x2000000;
    static final int CLONE_NEWUTS = 0x4000000;
    static final int CLONE_NEWIPC = 0x8000000;
    static final int CLONE_NEWUSER = 0x10000000;
    static final int CLONE_NEWPID = 0x20000000;
    static final int CLONE_NEWNET = 0x40000000;

    static final int MSG_NOSIGNAL = 0x4000;

    static final int S_IFCHR = 0020000;
    static final int S_IFBLK = 0060000;
    static final int S_IFIFO = 0010000;
    static final int S_IFMT = 0170000;

    private Flags() {}
}
