package dev.skiff.linux.container;

import dev.skiff.linux.program.Arg;
import dev.skiff.linux.program.Label;
import dev.skiff.linux.program.Line;
import dev.skiff.linux.program.Program;
import dev.skiff.linux.program.Register;
import java.util.Optional;

/** The lines that make the child which a supervisor then looks after. */
final class Supervision {
    private static final int SIGCHLD = 17;
    private static final int CLONE_ARGS_BYTES = 88;

    private Supervision() {}

    /** Clones: the child goes on at the label, in the control group of version 2 if one is given; its pidfd is written to {@code pidfd}. */
    static Line cloneChild(
            Program program, long flags, String flagsText, Arg.Address pidfd, Optional<Register> group, Label child) {
        // struct clone_args: flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, set_tid, size,
        // cgroup
        Arg.Address arguments = program.words(
                "{CLONE_PIDFD" + flagsText + (group.isPresent() ? "|CLONE_INTO_CGROUP}" : "}"),
                flags | Flags.CLONE_PIDFD | (group.isPresent() ? Flags.CLONE_INTO_CGROUP : 0),
                pidfd.value(),
                0,
                0,
                SIGCHLD,
                0,
                0,
                0,
                0,
                0,
                0);
        group.ifPresent(open -> program.store(open, arguments.plus(CLONE_ARGS_BYTES - 8, "cgroup"), 8));
        return program.call("clone3", arguments, Arg.of(CLONE_ARGS_BYTES)).whenZero(child);
    }

    /** A pipe between two processes of one program. */
    static final class Pipe {
        final Register read;
        final Register write;

        Pipe(Program program, String name) {
            Arg.Address ends = program.words(name, 0);
            program.call("pipe2", ends, Arg.named("O_CLOEXEC", Flags.O_CLOEXEC));
            read = program.register(name + " read");
            write = program.register(name + " write");
            program.load(ends, 4).into(read);
            program.load(ends.plus(4, name + "[1]"), 4).into(write);
        }
    }
}
