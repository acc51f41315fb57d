package dev.skiff.linux.container;

import static dev.skiff.linux.container.Flags.AT_FDCWD;
import static dev.skiff.linux.container.Flags.MOVE_MOUNT_F_EMPTY_PATH;
import static dev.skiff.linux.container.Flags.MOVE_MOUNT_T_EMPTY_PATH;
import static dev.skiff.linux.container.Flags.O_CLOEXEC;
import static dev.skiff.linux.container.Flags.O_DIRECTORY;
import static dev.skiff.linux.container.Flags.O_NOFOLLOW;
import static dev.skiff.linux.container.Flags.O_PATH;
import static dev.skiff.linux.container.Flags.RESOLVE_BENEATH;
import static dev.skiff.linux.container.Flags.RESOLVE_IN_ROOT;
import static dev.skiff.linux.container.Flags.RESOLVE_NO_MAGICLINKS;
import static dev.skiff.linux.container.Flags.RESOLVE_NO_SYMLINKS;

import dev.skiff.linux.RawPath;
import dev.skiff.linux.abi.Errno;
import dev.skiff.linux.program.Arg;
import dev.skiff.linux.program.Label;
import dev.skiff.linux.program.Line;
import dev.skiff.linux.program.Program;
import dev.skiff.linux.program.Register;
import java.util.Optional;

/** A container's program while it is written, with the idioms that its parts share. */
final class Assembly {
    private static final int OPEN_HOW_BYTES = 24;
    private static final int DIRECTORY_MODE = 0755;
    private static final int STATFS_BYTES = 120;
    private static final long PROC_SUPER_MAGIC = 0x9fa0; // statfs(2)
    private static final long ALL_BITS = 0xffffffffL;

    final Program program;

    /** Whether the host gives no more than the rights of a user namespace. */
    final boolean rootless;

    /** Whether this is done in a user namespace, the container's own or the host's, where no device can be made. */
    final boolean inUserNamespace;

    /** The container's root, as a descriptor that outlives every change of paths. */
    final Register root;

    final Arg.Address empty;

    /** What new file systems are labelled with, for SELinux. */
    final Optional<String> mountLabel;

    private final Register parent;
    private final Register fileParent;

    /** One whose mounts have no label. */
    Assembly(Program program, boolean rootless, boolean ownUserNamespace) {
        this(program, rootless, ownUserNamespace, Optional.empty());
    }

    Assembly(Program program, boolean rootless, boolean ownUserNamespace, Optional<String> mountLabel) {
        this.mountLabel = mountLabel.filter(label -> !label.isEmpty());
        this.program = program;
        this.rootless = rootless;
        this.inUserNamespace = rootless || ownUserNamespace;
        this.root = program.register("root");
        this.empty = program.string("");
        this.parent = program.register("parent");
        this.fileParent = program.register("the file's parent");
    }

    /** How openat2 is to look a path up: struct open_how. */
    private Line openat2(Arg directory, String path, int flags, int mode, int resolve, String resolveText) {
        Arg.Address how = program.words(
                "{flags=" + openText(flags) + ", resolve=" + resolveText + "}",
                (flags | O_CLOEXEC) & 0xffffffffL,
                mode,
                resolve);
        return program.call("openat2", directory, program.string(path), how, Arg.of(OPEN_HOW_BYTES));
    }

    private static String openText(int flags) {
        StringBuilder text = new StringBuilder("O_CLOEXEC");
        text.append((flags & O_PATH) != 0 ? "|O_PATH" : "");
        text.append((flags & O_DIRECTORY) != 0 ? "|O_DIRECTORY" : "");
        text.append((flags & O_NOFOLLOW) != 0 ? "|O_NOFOLLOW" : "");
        text.append((flags & 3) == 1 ? "|O_WRONLY" : (flags & 3) == 2 ? "|O_RDWR" : "");
        return text.toString();
    }

    /** Opens what the path means inside the container, links and all, never outside. */
    Line openInRoot(String path, int flags) {
        return openat2(
                root, path, flags, 0, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS, "RESOLVE_IN_ROOT|RESOLVE_NO_MAGICLINKS");
    }

    /** Opens what lies below that directory, where nothing on the way may be a link. */
    Line openBelow(Arg directory, String path, int flags) {
        return openat2(
                directory,
                path,
                flags,
                0,
                RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS,
                "RESOLVE_BENEATH|RESOLVE_NO_SYMLINKS");
    }

    /**
     * Opens a directory of the container as a place to mount on. What is missing of it is made, each part inside the
     * one before and never through a link.
     */
    void openDirectory(RawPath path, Register into) {
        Label there = program.label();
        Label missing = program.label();
        openInRoot(path.toString(), O_PATH | O_DIRECTORY)
                .into(into)
                .allow(Errno.ENOENT)
                .orElse(missing);
        program.jump(there);
        program.place(missing);
        makeDirectories(path, into);
        program.place(there);
    }

    /** Opens a directory right below the root that must be one itself, and makes it where there is nothing. */
    void openRealDirectory(String name, Register into) {
        Label there = program.label();
        Label missing = program.label();
        openBelow(root, name, O_PATH | O_DIRECTORY)
                .into(into)
                .allow(Errno.ENOENT)
                .orElse(missing);
        program.jump(there);
        program.place(missing);
        program.call("mkdirat", root, program.string(name), Arg.octal(DIRECTORY_MODE));
        openBelow(root, name, O_PATH | O_DIRECTORY).into(into);
        program.place(there);
    }

    /** Makes the directories of a path one by one, and leaves the last of them open. */
    private void makeDirectories(RawPath path, Register into) {
        program.call("dup", root).into(into);
        RawPath done = RawPath.ROOT;
        for (String name : path.toString().split("/", -1)) {
            done = done.resolve(name);
            Label next = program.label();
            Label missing = program.label();
            program.call("dup", into).into(parent);
            program.call("close", into);
            openInRoot(done.toString(), O_PATH | O_DIRECTORY)
                    .into(into)
                    .allow(Errno.ENOENT)
                    .orElse(missing);
            program.jump(next);
            program.place(missing);
            program.call("mkdirat", parent, program.string(name), Arg.octal(DIRECTORY_MODE));
            openBelow(parent, name, O_PATH | O_DIRECTORY).into(into);
            program.place(next);
            program.call("close", parent);
        }
    }

    /**
     * Opens a file of the container as a place to mount on, and makes an empty one where there is none. A link that leads nowhere is as
     * good as a file.
     */
    void openFile(RawPath path, Register into) {
        Label there = program.label();
        Label missing = program.label();
        openInRoot(path.toString(), O_PATH).into(into).allow(Errno.ENOENT).orElse(missing);
        program.jump(there);
        program.place(missing);
        openParent(path);
        createFile(path, into);
        program.call("close", fileParent);
        program.place(there);
    }

    /** The same, but a link is opened itself and not what it points to. */
    void openRealFile(RawPath path, Register into) {
        Label there = program.label();
        Label missing = program.label();
        openParent(path);
        openItself(path, into).allow(Errno.ENOENT).orElse(missing);
        program.jump(there);
        program.place(missing);
        createFile(path, into);
        program.place(there);
        program.call("close", fileParent);
    }

    private void openParent(RawPath path) {
        if (path.parent().isRoot()) {
            program.call("dup", root).into(fileParent);
        } else {
            openDirectory(path.parent(), fileParent);
        }
    }

    private void createFile(RawPath path, Register into) {
        String name = path.name().toString();
        Label link = program.label();
        Label opened = program.label();
        int create = Flags.O_WRONLY | Flags.O_CREAT | Flags.O_EXCL | O_NOFOLLOW | O_CLOEXEC;
        program.call(
                        "openat",
                        fileParent,
                        program.string(name),
                        Arg.named("O_WRONLY|O_CREAT|O_EXCL|O_NOFOLLOW|O_CLOEXEC", create),
                        Arg.octal(0644))
                .into(into)
                .allow(Errno.EEXIST)
                .orElse(link);
        program.call("close", into);
        openBelow(fileParent, name, O_PATH).into(into);
        program.jump(opened);
        program.place(link);
        openItself(path, into);
        program.place(opened);
    }

    /** Opens what has that name, be it a link. */
    private Line openItself(RawPath path, Register into) {
        String name = path.name().toString();
        return openat2(fileParent, name, O_PATH | O_NOFOLLOW, 0, RESOLVE_BENEATH, "RESOLVE_BENEATH")
                .into(into);
    }

    /**
     * Refuses a mount point that an image has led into /proc by a link: what is written there would go to what it covers, and
     * what is read would come from it (CVE-2019-16884, CVE-2023-28642).
     */
    void expectNotInProc(Register target) {
        Label elsewhere = program.label();
        Arg.Address facts = program.reserve(STATFS_BYTES, "facts");
        program.call("fstatfs", target, facts);
        program.expect(facts, 8, ALL_BITS, PROC_SUPER_MAGIC, Errno.EXDEV.number())
                .allow(Errno.EXDEV)
                .orElse(elsewhere);
        program.purpose(
                "see that the mount point is not below /proc",
                "a link of the image leads there; name another destination",
                // which it is not: that is /proc
                () -> program.expect(facts, 8, ALL_BITS, 0, Errno.EXDEV.number()));
        program.place(elsewhere);
    }

    /** Mounts by descriptor on a descriptor. */
    Line attach(Arg mount, Arg target) {
        return program.call(
                "move_mount",
                mount,
                empty,
                target,
                empty,
                Arg.named(
                        "MOVE_MOUNT_F_EMPTY_PATH|MOVE_MOUNT_T_EMPTY_PATH",
                        MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH));
    }

    /** A detached copy of a mount of the host, by path. */
    Line cloneHostTree(String path, boolean recursive) {
        int flags = Flags.OPEN_TREE_CLONE | O_CLOEXEC | (recursive ? Flags.AT_RECURSIVE : 0);
        String text = "OPEN_TREE_CLONE|OPEN_TREE_CLOEXEC" + (recursive ? "|AT_RECURSIVE" : "");
        return program.call("open_tree", AT_FDCWD, program.string(path), Arg.named(text, flags));
    }

    /** A detached copy of the mount that a descriptor is in, from that file on. */
    Line cloneTree(Arg file, boolean recursive) {
        int flags = Flags.OPEN_TREE_CLONE | O_CLOEXEC | Flags.AT_EMPTY_PATH | (recursive ? Flags.AT_RECURSIVE : 0);
        String text = "OPEN_TREE_CLONE|OPEN_TREE_CLOEXEC|AT_EMPTY_PATH" + (recursive ? "|AT_RECURSIVE" : "");
        return program.call("open_tree", file, empty, Arg.named(text, flags));
    }

    /** Sets attributes and propagation of a mount: struct mount_attr. */
    Line setAttributes(Arg mount, long set, long clear, long propagation, boolean recursive) {
        Arg.Address attributes = program.words(
                "{attr_set=0x" + Long.toHexString(set) + ", attr_clr=0x" + Long.toHexString(clear) + ", propagation=0x"
                        + Long.toHexString(propagation) + "}",
                set,
                clear,
                propagation,
                0);
        int flags = Flags.AT_EMPTY_PATH | (recursive ? Flags.AT_RECURSIVE : 0);
        String text = "AT_EMPTY_PATH" + (recursive ? "|AT_RECURSIVE" : "");
        return program.call("mount_setattr", mount, empty, Arg.named(text, flags), attributes, Arg.of(32));
    }

    /**
     * Has a mount show the ids of its files as a user namespace would.
     *
     * @param namespace the file that stands for it
     * @param tree whether all mounts below are meant as well
     */
    void mapIds(Register mount, String namespace, boolean tree) {
        Register open = program.register("user namespace");
        program.call("openat", Flags.AT_FDCWD, program.string(namespace), Arg.named("O_RDONLY|O_CLOEXEC", O_CLOEXEC))
                .into(open);
        Arg.Address attributes =
                program.words("{attr_set=MOUNT_ATTR_IDMAP, userns_fd}", Flags.MOUNT_ATTR_IDMAP, 0, 0, 0);
        program.store(open, attributes.plus(24, "userns_fd"), 8);
        program.call(
                "mount_setattr",
                mount,
                empty,
                Arg.named(
                        tree ? "AT_EMPTY_PATH|AT_RECURSIVE" : "AT_EMPTY_PATH",
                        Flags.AT_EMPTY_PATH | (tree ? Flags.AT_RECURSIVE : 0)),
                attributes,
                Arg.of(32));
        program.call("close", open);
    }
}
