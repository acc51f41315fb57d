package dev.skiff.linux.network;

import dev.skiff.linux.abi.Errno;
import dev.skiff.linux.program.Arg;
import dev.skiff.linux.program.Label;
import dev.skiff.linux.program.Line;
import dev.skiff.linux.program.Program;
import dev.skiff.linux.program.Register;

/**
 * Lines that make a network namespace ahead of the container that will have it. A new one takes the kernel 0.4 ms, and more behind
 * the clean-up of an old one: a fifth of a start. The root agent holds one by a descriptor, with its loopback interface up,
 * and has none before the first container: who only builds or pulls pays nothing. Used once, it is as good as new,
 * and where it could not be made the container makes its own, and tells what is in the way.
 *
 * <p>The root agent goes into the new namespace and back. In a user namespace it could not come back, for the network it comes from
 * is not that one's: there nothing is made ahead.
 */
public final class NetworkAhead {
    private static final Register OWN = new Register(Register.COUNT - 2, "the root agent's network");
    private static final Register NEXT = new Register(Register.COUNT - 1, "the network made ahead");
    private static final int AT_FDCWD = -100;
    private static final int O_CLOEXEC = 02000000;
    private static final int CLONE_NEWNET = 0x40000000;

    private NetworkAhead() {}

    /** For the root agent, once, when it has no descriptor open but its socket: {@link #take} counts on the number. */
    public static void settle(Program program) {
        open(program, OWN);
        haveNone(program);
    }

    private static Line open(Program program, Register register) {
        return program.call(
                        "openat",
                        Arg.named("AT_FDCWD", AT_FDCWD),
                        program.string("/proc/self/ns/net"),
                        Arg.named("O_RDONLY|O_CLOEXEC", O_CLOEXEC))
                .into(register);
    }

    public static void haveNone(Program program) {
        program.load(program.words("none", -1), 8).into(NEXT);
    }

    /** Makes it, or has none. */
    public static void make(Program program) {
        program.purpose("make a network namespace ahead");
        give(program); // one that was to be given away when it could not be forked
        Label over = program.label();
        Label back = program.label();
        Label lost = program.label();
        program.call("unshare", network()).allowAny().orElse(over);
        Register socket = program.register("socket of the new network");
        Label closing = program.label();
        Loopback.open(program, socket).allowAny().orElse(back);
        Loopback.up(program, socket).allowAny().orElse(closing);
        open(program, NEXT).allowAny();
        program.place(closing);
        program.call("close", socket);
        program.place(back);
        program.call("setns", OWN, network()).allowAny().orElse(lost);
        program.place(over);
        program.end();
        program.place(lost); // what it forked from now on would be in a network that is none of the host's
        program.call("exit_group", Arg.of(1));
    }

    /** For the root agent that has forked who gets it, and lets go of it. */
    public static void give(Program program) {
        program.call("close", NEXT).allow(Errno.EBADF);
        haveNone(program);
    }

    /** For who was forked to get it: at that number then, which was the root agent's own network. */
    public static void take(Program program, int number, Label none) {
        program.call("dup3", NEXT, Arg.of(number), Arg.named("O_CLOEXEC", O_CLOEXEC))
                .into(NEXT)
                .allow(Errno.EBADF)
                .orElse(none);
    }

    /** The supervisor's part: it goes into what it was given. */
    public static void enter(Program program, Label none) {
        program.call("setns", NEXT, network()).allow(Errno.EBADF).orElse(none);
        program.call("close", NEXT);
    }

    private static Arg network() {
        return Arg.named("CLONE_NEWNET", CLONE_NEWNET);
    }
}
