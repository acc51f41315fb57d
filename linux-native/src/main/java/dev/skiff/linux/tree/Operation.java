package dev.skiff.linux.tree;

import dev.skiff.linux.RawPath;
import dev.skiff.linux.SyscallException;
import dev.skiff.linux.abi.Errno;
import java.util.Optional;

/**
 * What a caller asked for, so that a failing line can be explained and, where something was in its way, tried again.
 *
 * @param existing the other path of a hard link
 */
record Operation(Kind kind, RawPath path, Optional<RawPath> existing) {
    private static final int MOST_SHOWN = 1024;

    enum Kind {
        DIRECTORY("make directory"),
        FILE("write"),
        SYMLINK("make symbolic link"),
        HARD_LINK("link"),
        NODE("make node"),
        REMOVE("remove"),
        METADATA("set owner, mode and times of"),
        STAT("look at"),
        LIST("list"),
        READ("read"),
        SYNC("write to disk");

        private final String verb;

        Kind(String verb) {
            this.verb = verb;
        }
    }

    static Operation of(Kind kind, RawPath path) {
        return new Operation(kind, path, Optional.empty());
    }

    /** Whether a call that finds nothing at its path lacks a directory on the way to a new name. */
    boolean isStoppedByParent(Call call) {
        return makesName(call) || (call == Call.CHDIR && kind.compareTo(Kind.NODE) <= 0);
    }

    /** Whether this error says that there is another file of the new name. */
    boolean isStoppedByOther(Call call, Errno errno) {
        boolean noDirectory = errno == Errno.ENOTDIR || errno == Errno.ELOOP;
        return kind == Kind.DIRECTORY
                ? call == Call.OPENAT && noDirectory // mkdirat is allowed to find one
                : errno == Errno.EEXIST && makesName(call);
    }

    private boolean makesName(Call call) {
        return switch (kind) {
            case DIRECTORY -> call == Call.MKDIRAT;
            case FILE -> call == Call.OPENAT;
            case SYMLINK -> call == Call.SYMLINKAT;
            case HARD_LINK -> call == Call.LINKAT;
            case NODE -> call == Call.MKNODAT;
            default -> false;
        };
    }

    String purpose() {
        return kind.verb + " " + shown(path)
                + existing.map(other -> " to " + shown(other)).orElse("");
    }

    private static String shown(RawPath path) {
        String text = path.isRoot() ? "/" : path.toString();
        return text.length() <= MOST_SHOWN
                ? text
                : text.substring(0, MOST_SHOWN / 2) + "..." + text.substring(text.length() - MOST_SHOWN / 2);
    }

    /** What the kernel would refuse, or cut to something else, is refused before it gets there. */
    void check(boolean possible, Call call, Errno errno) {
        if (!possible) {
            throw failure(call, errno.number());
        }
    }

    SyscallException failure(Call call, int errno) {
        return new SyscallException(call.text(), "", Errno.nameOf(errno), purpose(), remedy(call, errno));
    }

    private static String remedy(Call call, int errno) {
        boolean owner = call == Call.FCHOWN || call == Call.FCHOWNAT;
        if (owner && errno == Errno.EINVAL.number()) {
            return "its owner is not mapped in this user namespace: /etc/subuid and /etc/subgid lend too few ids";
        }
        if (call == Call.MKNODAT && errno == Errno.EPERM.number()) {
            return "devices cannot be made here: that takes root outside of any user namespace";
        }
        if (call == Call.STATX && errno == Errno.EINVAL.number()) {
            return "a file of another type is there";
        }
        return Errno.find(errno).map(Errno::meaning).orElse("");
    }
}
