package dev.skiff.linux.container;

import static dev.skiff.linux.container.Flags.O_DIRECTORY;
import static dev.skiff.linux.container.Flags.O_PATH;

import dev.skiff.linux.RawPath;
import dev.skiff.linux.abi.Errno;
import dev.skiff.linux.program.Label;
import dev.skiff.linux.program.Program;
import dev.skiff.linux.program.Register;
import java.util.List;

/**
 * Covers paths that the container must not read, and makes others read-only. What is not there is passed over
 * (runtime-spec, config-linux.md, "Masked Paths").
 */
final class Masks {
    private final Assembly to;
    private final Program program;
    private final Register target;
    private final Register cover;
    private final Register covered;

    Masks(Assembly to) {
        this.to = to;
        this.program = to.program;
        // the same for all: a host of many processors has many paths to cover
        this.target = program.register("what is there");
        this.cover = program.register("its cover");
        this.covered = program.register("a covered directory");
    }

    void makeReadOnly(List<String> paths) {
        for (String path : paths) {
            program.purpose("make " + path + " read-only");
            Label done = program.label();
            to.openInRoot(relative(path), O_PATH)
                    .into(target)
                    .allow(Errno.ENOENT)
                    .orElse(done);
            to.cloneTree(target, true).into(cover);
            to.setAttributes(cover, Flags.MOUNT_ATTR_RDONLY, 0, 0, true);
            to.attach(cover, target);
            program.call("close", cover);
            program.call("close", target);
            program.place(done);
        }
    }

    /** Files are covered with {@code nothing}, a proven /dev/null; directories with one empty file system that cannot be filled. */
    void mask(List<String> paths, Register nothing) {
        if (paths.isEmpty()) {
            return;
        }
        program.purpose("cover what the container must not read");
        Register blank = program.register("an empty directory");
        NewFilesystem fresh = new NewFilesystem(program, "tmpfs");
        fresh.set("nr_inodes", "1");
        fresh.set("size", "4096");
        fresh.set("mode", "0555");
        fresh.mount(Flags.MOUNT_ATTR_RDONLY, blank);
        program.load(program.words("none yet", -1), 8).into(covered);
        for (String path : paths) {
            mask(path, nothing, blank);
        }
        dispose(blank);
    }

    /**
     * Puts what the covers were copied from on top of one of them. To close what is mounted nowhere takes the kernel until all
     * processors have been through a grace period of RCU, a tenth of a millisecond.
     */
    private void dispose(Register blank) {
        Label done = program.label();
        program.purpose("put the empty directory out of the way");
        to.attach(blank, covered).allow(Errno.EBADF).orElse(done);
        program.place(done);
        program.call("close", blank);
    }

    private void mask(String path, Register nothing, Register blank) {
        program.purpose("cover " + path);
        Label file = program.label();
        Label closing = program.label();
        Label done = program.label();
        // ENOENT jumps too, and is found again, and passed over, when it is opened as a file
        to.openInRoot(relative(path), O_PATH | O_DIRECTORY)
                .into(target)
                .allow(Errno.ENOTDIR, Errno.ENOENT)
                .orElse(file);
        program.call("close", covered).allow(Errno.EBADF);
        to.cloneTree(blank, false).into(covered);
        to.attach(covered, target);
        program.jump(closing);
        program.place(file);
        to.openInRoot(relative(path), O_PATH).into(target).allow(Errno.ENOENT).orElse(done);
        to.cloneTree(nothing, false).into(cover);
        to.attach(cover, target);
        program.call("close", cover);
        program.place(closing);
        program.call("close", target);
        program.place(done);
    }

    private static String relative(String path) {
        return RawPath.of(path).toString();
    }
}
