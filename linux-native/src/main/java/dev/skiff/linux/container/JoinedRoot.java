package dev.skiff.linux.container;

import static dev.skiff.linux.container.Flags.AT_FDCWD;

import dev.skiff.linux.program.Arg;
import dev.skiff.linux.program.Program;
import dev.skiff.linux.program.Register;
import dev.skiff.oci.runtime.Linux;
import java.util.Optional;

/**
 * How a process that joins a container comes to its root: a mount namespace brings it along (setns(2)), and where the container has
 * none of its own ({@link InheritedMounts}), it is that of the container's first process.
 */
final class JoinedRoot {
    private final Program program;
    private final Optional<Register> root;

    private JoinedRoot(Program program, Optional<Register> root) {
        this.program = program;
        this.root = root;
    }

    /**
     * Opens it, where the host's /proc is there still.
     *
     * @param pid of the container's first process, as the host numbers them
     * @param pidfd of that, which has the last word: the number may have become another's
     */
    static JoinedRoot open(Program program, Linux linux, long pid, Register pidfd) {
        if (!InheritedMounts.areIn(linux)) {
            return new JoinedRoot(program, Optional.empty());
        }
        program.purpose("open the root of the container", "it may have ended just now");
        Register root = program.register("the container's root");
        program.call(
                        "openat",
                        AT_FDCWD,
                        program.string("/proc/" + pid + "/root"),
                        Arg.named("O_PATH|O_DIRECTORY|O_CLOEXEC", Flags.O_PATH | Flags.O_DIRECTORY | Flags.O_CLOEXEC))
                .into(root);
        program.call("pidfd_send_signal", pidfd, Arg.of(0), Arg.none(), Arg.of(0));
        return new JoinedRoot(program, Optional.of(root));
    }

    /** Once the namespaces are joined. */
    void enter() {
        root.ifPresent(opened -> {
            program.call("fchdir", opened);
            program.call("chroot", program.string("."));
            program.call("close", opened);
        });
    }
}
