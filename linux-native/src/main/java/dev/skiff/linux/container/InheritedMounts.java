package dev.skiff.linux.container;

import static dev.skiff.linux.container.Flags.AT_FDCWD;

import dev.skiff.linux.program.Arg;
import dev.skiff.linux.program.Program;
import dev.skiff.linux.program.Register;
import dev.skiff.oci.runtime.Linux;
import dev.skiff.oci.runtime.NamespaceType;
import java.util.Optional;

/**
 * How a container comes to its root that inherits the runtime's mount namespace: config-linux.md, "Namespaces".
 *
 * <p>Nothing is mounted in that namespace. The root is built where all others are, in one that is the container's alone; a copy of it,
 * with all that is mounted there, is then taken along as a tree that is attached nowhere, and the namespace that it was built in is left for
 * the runtime's. The tree lasts as long as a process has its root in there, and the kernel takes it apart with the last one, whoever was
 * killed: nothing has to be undone, and the mounts of the host, and how they propagate, are never touched. pivot_root(2) would move the host's
 * own root; this is chroot(2).
 *
 * <p>What a chroot does not hold: a process with CAP_SYS_ADMIN and CAP_SYS_CHROOT is at the host's root when it joins its own mount namespace
 * once more (setns(2)). To climb out by {@code ..} from a second chroot, the known way, leads nowhere: above the top of such a tree is nothing.
 */
final class InheritedMounts {
    private final Program program;
    private final Register runtimes;

    private InheritedMounts(Program program) {
        this.program = program;
        this.runtimes = program.register("the runtime's mount namespace");
    }

    /** Of a container without a mount namespace; empty for one that has a new one, or somebody's. */
    static Optional<InheritedMounts> of(Program program, Linux linux) {
        return areIn(linux) ? Optional.of(new InheritedMounts(program)) : Optional.empty();
    }

    static boolean areIn(Linux linux) {
        return linux.namespace(NamespaceType.MOUNT).isEmpty();
    }

    /** Before anything is mounted. */
    void leave() {
        program.purpose("make a mount namespace to build the root in");
        program.call(
                        "openat",
                        AT_FDCWD,
                        program.string("/proc/self/ns/mnt"),
                        Arg.named("O_RDONLY|O_CLOEXEC", Flags.O_CLOEXEC))
                .into(runtimes);
        program.call("unshare", Arg.named("CLONE_NEWNS", Flags.CLONE_NEWNS));
    }

    /** When all is mounted: back to where the runtime is, and into the root. */
    void enter(Assembly to) {
        Register tree = program.register("the root, attached nowhere");
        program.purpose("take the root along");
        to.cloneTree(to.root, true).into(tree);
        program.purpose("go back to the runtime's mount namespace", "that takes CAP_SYS_ADMIN and CAP_SYS_CHROOT");
        program.call("setns", runtimes, Arg.named("CLONE_NEWNS", Flags.CLONE_NEWNS));
        program.call("close", runtimes);
        program.purpose("leave the host's root");
        program.call("fchdir", tree);
        program.call("chroot", program.string("."));
        program.call("chdir", program.string("/"));
        program.call("close", tree);
        program.call("close", to.root);
    }
}
