package dev.skiff.linux.container;

import static dev.skiff.linux.container.Flags.AT_FDCWD;

import dev.skiff.linux.RootFilesystem;
import dev.skiff.linux.abi.Errno;
import dev.skiff.linux.program.Arg;
import dev.skiff.linux.program.Label;
import dev.skiff.linux.program.Program;
import dev.skiff.linux.program.Register;
import dev.skiff.oci.runtime.Propagation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Mounts the container's root, and makes it the root of all that the process sees. */
final class RootMount {
    private static final int LONGEST_VALUE = 255; // of a string that fsconfig(2) takes
    private static final int FIRST_FIXED = 1000; // descriptors whose numbers must be known when the program is written

    private final Assembly to;
    private final Program program;
    private final Register opened;

    RootMount(Assembly to) {
        this.to = to;
        this.program = to.program;
        this.opened = program.register("directory");
    }

    /**
     * Leaves {@code to.root} open, mounted where pivot_root(2) can take it, and writable still.
     *
     * @param propagation whether what the host mounts in its directory later is to be seen
     */
    void mount(RootFilesystem filesystem, Optional<Propagation> propagation) {
        if (filesystem instanceof RootFilesystem.Overlay overlay) {
            keepMountsHere();
            mountOverlay(overlay.lowers(), Optional.of(overlay), overlay.mountPoint(), true);
        } else if (filesystem instanceof RootFilesystem.View view) {
            keepMountsHere();
            mountOverlay(view.lowers(), Optional.empty(), view.mountPoint(), true);
        } else if (filesystem instanceof RootFilesystem.Directory directory) {
            // ahead of what comes next: a copy of a mount is that mount's peer only while that is shared with the host
            open(directory, propagation);
            keepMountsHere();
            mountAt(directory.path());
        }
    }

    /** Leaves {@code to.root} open, mounted nowhere yet: by one who has rights on the host that the container has not. */
    void prepare(RootFilesystem filesystem, Optional<Propagation> propagation) {
        if (filesystem instanceof RootFilesystem.Overlay overlay) {
            mountOverlay(overlay.lowers(), Optional.of(overlay), overlay.mountPoint(), false);
        } else if (filesystem instanceof RootFilesystem.View view) {
            mountOverlay(view.lowers(), Optional.empty(), view.mountPoint(), false);
        } else if (filesystem instanceof RootFilesystem.Directory directory) {
            open(directory, propagation);
        }
    }

    /** Mounts what was prepared over all else: the one place that is there for everyone. */
    void mountPrepared() {
        keepMountsHere();
        mountAt(Path.of("/"));
    }

    /** The preparer's part when the container has it. */
    void forget() {
        program.call("close", to.root);
        program.call("close_range", Arg.of(FIRST_FIXED), Arg.named("~0", 0xffffffffL), Arg.of(0));
    }

    private void open(RootFilesystem.Directory directory, Optional<Propagation> propagation) {
        program.purpose("take " + directory.path() + " as the container's root");
        to.cloneHostTree(directory.path().toString(), true).into(to.root);
        // pivot_root(2) takes no shared mount: to share with others comes last
        boolean slave = (propagation.map(RootMount::flags).orElse(0) & Flags.MS_SLAVE) != 0;
        to.setAttributes(to.root, 0, 0, slave ? Flags.MS_SLAVE : Flags.MS_PRIVATE, true);
    }

    void keepMountsHere() {
        program.purpose("keep mounts away from the host");
        program.call(
                "mount",
                Arg.none(),
                program.string("/"),
                Arg.none(),
                Arg.named("MS_REC|MS_SLAVE", Flags.MS_REC | Flags.MS_SLAVE),
                Arg.none());
    }

    private static int flags(Propagation propagation) {
        return switch (propagation) {
            case PRIVATE -> Flags.MS_PRIVATE;
            case SHARED -> Flags.MS_SHARED;
            case SLAVE -> Flags.MS_SLAVE;
            case UNBINDABLE -> Flags.MS_UNBINDABLE;
            case RPRIVATE -> Flags.MS_PRIVATE | Flags.MS_REC;
            case RSHARED -> Flags.MS_SHARED | Flags.MS_REC;
            case RSLAVE -> Flags.MS_SLAVE | Flags.MS_REC;
            case RUNBINDABLE -> Flags.MS_UNBINDABLE | Flags.MS_REC;
        };
    }

    /** Once all mounts and devices are in place. */
    void makeReadOnly() {
        program.purpose("make the root read-only");
        to.setAttributes(to.root, Flags.MOUNT_ATTR_RDONLY, 0, 0, false);
    }

    /** @param attach whether it is mounted where it is to be, which a kernel without lowerdir+ does in any case */
    private void mountOverlay(
            List<Path> lowers, Optional<RootFilesystem.Overlay> writable, Path mountPoint, boolean attach) {
        program.purpose(
                "mount overlay on " + mountPoint,
                to.rootless
                        ? "overlayfs in a user namespace needs Linux 5.11 and a store on a file system that takes it"
                        : "overlayfs needs a store on a file system that can be its upper layer: ext4, xfs, btrfs or tmpfs,"
                                + " and not another overlay");
        List<Path> topDown = new ArrayList<>(lowers);
        Collections.reverse(topDown);
        Label older = program.label();
        Label mounted = program.label();
        NewFilesystem fresh = new NewFilesystem(program, "overlay");
        // lowerdir+ takes one directory at a time, so there is no page that 127 of them must fit in (Linux 6.7)
        for (int i = 0; i < topDown.size(); i++) {
            String lower = reachable(topDown.get(i), i);
            if (i == 0 && attach) {
                fresh.set("lowerdir+", lower).allow(Errno.EINVAL).orElse(older);
            } else {
                fresh.set("lowerdir+", lower);
            }
        }
        writable.ifPresent(overlay -> setWritable(fresh, overlay, topDown.size()));
        if (to.rootless) {
            fresh.set("userxattr");
        }
        to.mountLabel.ifPresent(fresh::label);
        fresh.mount(0, to.root);
        if (attach) {
            program.jump(mounted);
            program.place(older);
            mountOlder(writable, topDown, mountPoint);
            program.place(mounted);
            mountAt(mountPoint);
        }
    }

    private void setWritable(NewFilesystem fresh, RootFilesystem.Overlay overlay, int used) {
        fresh.set("upperdir", reachable(overlay.upper(), used));
        fresh.set("workdir", reachable(overlay.work(), used + 1));
        // what a container wrote and did not outlive need not reach the disk: no sync of the whole file system at its
        // end
        fresh.set("volatile");
    }

    /** Before lowerdir+, all lower directories go into one string: as descriptors, the shortest names there are. */
    private void mountOlder(Optional<RootFilesystem.Overlay> writable, List<Path> topDown, Path mountPoint) {
        StringBuilder options = new StringBuilder("lowerdir=");
        for (int i = 0; i < topDown.size(); i++) {
            options.append(i == 0 ? "" : ":").append(pin(topDown.get(i), i));
        }
        writable.ifPresent(overlay -> options.append(",upperdir=")
                .append(pin(overlay.upper(), topDown.size()))
                .append(",workdir=")
                .append(pin(overlay.work(), topDown.size() + 1))
                .append(",volatile"));
        if (to.rootless) {
            options.append(",userxattr");
        }
        to.mountLabel.ifPresent(
                label -> options.append(",context=\"").append(label).append('"')); // it has commas
        Arg.Address point = program.string(mountPoint.toString());
        program.call("chdir", program.string("/proc/self/fd"));
        program.call(
                "mount",
                program.string("overlay"),
                point,
                program.string("overlay"),
                Arg.of(0),
                program.string(options.toString()));
        to.cloneHostTree(mountPoint.toString(), false).into(to.root);
    }

    /** A name for that directory that fsconfig takes: its own, or a descriptor's where that is too long. */
    private String reachable(Path directory, int index) {
        String path = directory.toString();
        return path.getBytes(StandardCharsets.UTF_8).length <= LONGEST_VALUE
                ? path
                : "/proc/self/fd/" + pin(directory, index);
    }

    private String pin(Path directory, int index) {
        program.call(
                        "openat",
                        AT_FDCWD,
                        program.string(directory.toString()),
                        Arg.named("O_PATH|O_DIRECTORY|O_CLOEXEC", Flags.O_PATH | Flags.O_DIRECTORY | Flags.O_CLOEXEC))
                .into(opened);
        int fixed = FIRST_FIXED + index;
        program.call("dup3", opened, Arg.of(fixed), Arg.named("O_CLOEXEC", Flags.O_CLOEXEC));
        program.call("close", opened);
        return Integer.toString(fixed);
    }

    private void mountAt(Path point) {
        mountAt(to.root, point);
    }

    void mountAt(Register mount, Path point) {
        Register target = program.register("mount point");
        program.call(
                        "openat",
                        AT_FDCWD,
                        program.string(point.toString()),
                        Arg.named(
                                "O_PATH|O_DIRECTORY|O_NOFOLLOW|O_CLOEXEC",
                                Flags.O_PATH | Flags.O_DIRECTORY | Flags.O_NOFOLLOW | Flags.O_CLOEXEC))
                .into(target);
        to.attach(mount, target);
        program.call("close", target);
    }

    /** Makes the container's root the only one: the old one is put on top of the new one, and taken off (pivot_root(2)). */
    void enter(Optional<Propagation> propagation) {
        program.purpose("leave the host's root");
        program.call("fchdir", to.root);
        program.call("pivot_root", program.string("."), program.string("."));
        program.call("umount2", program.string("."), Arg.named("MNT_DETACH", Flags.MNT_DETACH));
        program.call("chdir", program.string("/"));
        propagation.map(RootMount::flags).ifPresent(flags -> {
            program.purpose("set the propagation of the root");
            to.setAttributes(to.root, 0, 0, flags & ~Flags.MS_REC, (flags & Flags.MS_REC) != 0);
        });
    }
}
