package dev.skiff.linux.container;

import static dev.skiff.linux.container.Flags.AT_FDCWD;

import dev.skiff.linux.Uplink;
import dev.skiff.linux.cgroup.ControlGroups;
import dev.skiff.linux.program.Arg;
import dev.skiff.linux.program.Label;
import dev.skiff.linux.program.Program;
import dev.skiff.linux.program.Register;
import dev.skiff.oci.runtime.Process;
import java.util.List;
import java.util.Optional;

/**
 * Writes the program of an {@link Uplink} and of its supervisor. Whoever forks it is in the host's network, and has rights in the
 * container's, but no way back from there; so it sends somebody in who takes hold of it and leaves it in the descriptors that they
 * share. The way in is the container's pidfd, so that no other process can have come in its place.
 */
public final class UplinkProgram implements JoiningProgram {
    private static final HostFacts NO_HOST = new HostFacts(false, true, 0, 0, ControlGroups.none());
    private static final int SIGPIPE = 13;
    private static final int CLONE_FILES = 0x400;
    private static final int P_PIDFD = 3;
    private static final int WEXITED = 4;
    private static final int SIGINFO_BYTES = 128;
    private static final int FOUND = 1000; // a descriptor whose number both know

    private final Program program = new Program(FIRST_DESCRIPTOR);
    private final Uplink uplink;
    private final int commandLine;

    /** @param root whether this JVM is the host's root */
    public UplinkProgram(Uplink uplink, boolean root) {
        this.uplink = uplink;
        Register in = program.register("stdin");
        Register out = program.register("stdout");
        Register err = program.register("stderr");
        program.register("life"); // held open until the supervisor ends
        Register network = takeHold();
        Supervision.Pipe begun = new Supervision.Pipe(program, "start");
        program.purpose("run " + uplink.program());
        Label child = program.label();
        Arg.Address pidfd = program.words("pidfd", 0);
        Register pid = program.register("process");
        Register processFd = program.register("its pidfd");
        Supervision.cloneChild(program, 0, "", pidfd, Optional.empty(), child).into(pid);
        program.load(pidfd, 4).into(processFd);
        for (Register end : List.of(network, in, out, err, begun.write)) {
            program.call("close", end);
        }
        program.supervise(Watch.process(program, pid, processFd, begun.read));
        program.call("exit_group", Arg.of(0));
        program.place(child);
        program.child(begun.write);
        ProcessProgram process = new ProcessProgram(
                program,
                Process.of(List.of(uplink.program().toString())),
                Optional.empty(),
                NO_HOST,
                List.of(),
                Optional.empty(),
                false);
        process.settle();
        process.makeKeyring();
        if (uplink.kind() == Uplink.Kind.PASTA) {
            process.connectStreams(network, out, err, begun.write);
        } else {
            process.connectStreams(out, network, err, begun.write);
            ignoreBrokenPipes();
        }
        this.commandLine = program.size();
        new Command(program).execute(uplink.program().toString(), uplink.arguments(root), List.of(), process.begun());
    }

    private Register takeHold() {
        program.purpose("take hold of the container's network");
        Arg.Address pidfd = program.words("messenger", 0);
        Label messenger = program.label();
        Supervision.cloneChild(program, CLONE_FILES, "|CLONE_FILES", pidfd, Optional.empty(), messenger);
        Register sent = program.register("messenger");
        program.load(pidfd, 4).into(sent);
        Label goOn = program.label();
        program.call(
                "waitid",
                Arg.named("P_PIDFD", P_PIDFD),
                sent,
                program.reserve(SIGINFO_BYTES, "end"),
                Arg.named("WEXITED", WEXITED),
                Arg.none());
        program.jump(goOn);
        program.place(messenger);
        enter();
        program.place(goOn);
        Register network = program.register("the container's network");
        program.call("dup", Arg.of(FOUND)).into(network);
        for (Arg used : List.of(Arg.of(FOUND), sent, new Register(PIDFD, "container's pidfd"))) {
            program.call("close", used);
        }
        return network;
    }

    private void enter() {
        Register open = program.register("network");
        program.call("setns", new Register(PIDFD, "container's pidfd"), Arg.named("CLONE_NEWNET", Flags.CLONE_NEWNET));
        program.call(
                        "openat",
                        AT_FDCWD,
                        program.string("/proc/self/ns/net"),
                        Arg.named("O_RDONLY|O_CLOEXEC", Flags.O_CLOEXEC))
                .into(open);
        program.call("dup3", open, Arg.of(FOUND), Arg.named("O_CLOEXEC", Flags.O_CLOEXEC));
        program.call("exit_group", Arg.of(0));
    }

    /** Nobody listens to what it has to say once it is ready, and that must not be its end; pasta sees to that itself. */
    private void ignoreBrokenPipes() {
        Arg.Address ignore = program.words("{SIG_IGN}", 1, 0, 0, 0);
        program.call("rt_sigaction", Arg.named("SIGPIPE", SIGPIPE), ignore, Arg.none(), Arg.of(8));
    }

    @Override
    public Program program() {
        return program;
    }

    @Override
    public boolean isCommand(int line) {
        return line >= commandLine;
    }

    @Override
    public String command() {
        return uplink.program().toString();
    }

    @Override
    public String searchPath() {
        return "";
    }
}
