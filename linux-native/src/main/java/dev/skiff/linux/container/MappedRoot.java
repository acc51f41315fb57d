package dev.skiff.linux.container;

import dev.skiff.linux.RootFilesystem;
import dev.skiff.linux.program.Arg;
import dev.skiff.linux.program.Program;
import dev.skiff.linux.program.Register;
import dev.skiff.oci.runtime.Linux;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Mounts a container's root from directories whose ids are the container's own, though on the host these are others
 * (Documentation/filesystems/idmappings.rst): one mapped view of the directory that they all are in, seen by nobody else, and the overlay
 * over what it shows. On the disk nothing is changed for it, and what the container writes belongs there to whom it belongs
 * inside, so that its layer is like that of any other.
 */
final class MappedRoot {
    private static final int PR_SET_SECUREBITS = 28;
    private static final int SECBIT_NO_SETUID_FIXUP = 4;

    private final Assembly to;
    private final Program program;
    private final RootMount mount;
    private final RootFilesystem.Overlay overlay;
    private final Linux linux;

    MappedRoot(Assembly to, RootMount mount, RootFilesystem.Overlay overlay, Linux linux) {
        this.to = to;
        this.program = to.program;
        this.mount = mount;
        this.overlay = overlay;
        this.linux = linux;
    }

    /**
     * The supervisor's part, in a mount namespace of its own: leaves the root open, mounted nowhere yet.
     *
     * @param userNamespace the file that stands for one with the container's maps
     */
    void prepare(String userNamespace) {
        mount.keepMountsHere();
        Path all = common();
        program.purpose(
                "show " + all + " with the ids of the user namespace",
                "that takes Linux 5.19, and a store on a file system whose ids can be mapped: ext4, xfs, btrfs or tmpfs");
        Register view = program.register("mapped view");
        to.cloneHostTree(all.toString(), false).into(view);
        to.mapIds(view, userNamespace, false);
        mount.mountAt(view, overlay.mountPoint());
        program.call("close", view);
        actAs(HostIds.user(linux, 0), HostIds.group(linux, 0));
        UnaryOperator<Path> shown = path -> overlay.mountPoint().resolve(all.relativize(path));
        mount.prepare(
                new RootFilesystem.Overlay(
                        overlay.lowers().stream().map(shown).toList(),
                        shown.apply(overlay.upper()),
                        shown.apply(overlay.work()),
                        overlay.mountPoint()),
                Optional.empty());
        program.purpose("let the mapped view go"); // the overlay has its own hold of it
        actAs(0, 0);
        program.call(
                "umount2", program.string(overlay.mountPoint().toString()), Arg.named("MNT_DETACH", Flags.MNT_DETACH));
    }

    /**
     * Overlayfs works in its directories as who has mounted it. The host's root has no id there; and whoever has one is to keep root's
     * rights, which setfsuid(2) would take: capabilities(7), SECBIT_NO_SETUID_FIXUP.
     */
    private void actAs(long user, long group) {
        program.call(
                "prctl",
                Arg.named("PR_SET_SECUREBITS", PR_SET_SECUREBITS),
                Arg.named("SECBIT_NO_SETUID_FIXUP", SECBIT_NO_SETUID_FIXUP));
        program.call("setfsuid", Arg.of(user));
        program.call("setfsgid", Arg.of(group));
        program.call("prctl", Arg.named("PR_SET_SECUREBITS", PR_SET_SECUREBITS), Arg.of(0));
    }

    /** The longest path that all of them are below. */
    private Path common() {
        List<Path> paths = new ArrayList<>(overlay.lowers());
        paths.add(overlay.upper());
        paths.add(overlay.work());
        Path all = paths.get(0);
        for (Path path : paths) {
            while (!path.startsWith(all)) {
                all = Objects.requireNonNull(all.getParent(), "absolute paths have the root in common");
            }
        }
        return all;
    }
}
