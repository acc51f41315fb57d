package dev.skiff.linux.launcher;

import dev.skiff.linux.SyscallException;
import dev.skiff.linux.network.NetworkAhead;
import dev.skiff.linux.program.Arg;
import dev.skiff.linux.program.Label;
import dev.skiff.linux.program.Program;
import dev.skiff.linux.program.Register;

/**
 * What the root agent runs again and again, with three ways in: it forks, it forks who takes along the network
 * namespace that has been made ahead, and it makes the next of those.
 */
final class ForkProgram {
    static final Register SOCKET = new Register(0, "socket");
    static final int FORK = 0;

    private static final int CONTROL = 3;
    private static final int SIGCHLD = 17;
    private static final Arg ALL_BITS = Arg.named("~0", 0xffffffffL);

    private final Program program = new Program(SOCKET.number() + 1);
    private final Arg.Address forked = program.words("forked", 0); // the first of the data: where pid() reads it
    // struct clone_args: only exit_signal is set, which makes clone3 a fork
    private final Arg.Address arguments = program.words("{exit_signal=SIGCHLD}", 0, 0, 0, 0, SIGCHLD, 0, 0, 0, 0, 0, 0);
    private final Register pid = program.register("pid");
    private final int forkIntoNetwork;
    private final int makeNetwork;

    ForkProgram() {
        program.purpose("fork off the root agent", "the limit on processes (ulimit -u) may be reached");
        Label child = program.label();
        Label lost = program.label();
        fork(child);
        program.end();
        forkIntoNetwork = program.size();
        Label taker = program.label();
        fork(taker);
        NetworkAhead.give(program);
        program.end();
        program.place(taker);
        Label ready = program.label();
        serveAtSocket(lost);
        NetworkAhead.take(program, CONTROL + 1, child);
        closeFrom(CONTROL + 2, lost);
        program.jump(ready);
        program.place(child);
        serveAtSocket(lost);
        NetworkAhead.haveNone(program);
        closeFrom(CONTROL + 1, lost);
        program.place(ready);
        Arg.Address standard = program.words("{SIG_DFL}", 0, 0, 0, 0);
        program.call("rt_sigaction", Arg.named("SIGCHLD", SIGCHLD), standard, Arg.none(), Arg.of(8))
                .allowAny()
                .orElse(lost);
        program.call("setsid").allowAny().orElse(lost);
        program.agent();
        program.place(lost); // before it is an agent there is nobody whom it could tell: its end does
        program.call("exit_group", Arg.of(1));
        makeNetwork = program.size();
        NetworkAhead.make(program);
    }

    private void fork(Label child) {
        program.call("clone3", arguments, Arg.of(88))
                .into(pid)
                .whenZero(child)
                .allowAny(); // the socket is to be closed
        program.store(pid, forked, 4);
        program.call("close", SOCKET);
    }

    private void serveAtSocket(Label lost) {
        program.call("dup3", SOCKET, Arg.of(CONTROL), Arg.of(0)).allowAny().orElse(lost);
    }

    private void closeFrom(int first, Label lost) {
        program.call("close_range", Arg.of(first), ALL_BITS, Arg.of(0))
                .allowAny()
                .orElse(lost);
    }

    Program program() {
        return program;
    }

    /** Where to enter it for a process that gets the network that has been made ahead, if there is one. */
    int forkIntoNetwork() {
        return forkIntoNetwork;
    }

    /** Where to enter it for the next network. */
    int makeNetwork() {
        return makeNetwork;
    }

    /**
     * The number of the process that it forked.
     *
     * @throws SyscallException if it could not fork
     */
    int pid(Agent agent) {
        int result = agent.memory().getInt(Program.CODE_BYTES);
        if (result < 0) {
            throw program.failure(FORK, -result);
        }
        return result;
    }
}
