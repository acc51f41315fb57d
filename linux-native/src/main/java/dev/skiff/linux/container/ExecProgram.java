package dev.skiff.linux.container;

import static dev.skiff.linux.container.Flags.AT_FDCWD;

import dev.skiff.linux.abi.Errno;
import dev.skiff.linux.cgroup.Membership;
import dev.skiff.linux.program.Arg;
import dev.skiff.linux.program.Label;
import dev.skiff.linux.program.Program;
import dev.skiff.linux.program.Register;
import dev.skiff.oci.runtime.CpuAffinity;
import dev.skiff.oci.runtime.Linux;
import dev.skiff.oci.runtime.NamespaceType;
import dev.skiff.oci.runtime.Process;
import dev.skiff.oci.runtime.Spec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Writes the program of a process that joins a running container, and of its supervisor.
 *
 * <p>The supervisor itself enters all of the container's namespaces in one call, and then clones the process, so what appears in
 * the container's process namespace has left the host behind already: no descriptor of a host's directory, no memory that
 * may be dumped (CVE-2016-9962). The supervisor is not to be seen from in there.
 */
public final class ExecProgram implements JoiningProgram {
    private final Program program = new Program(FIRST_DESCRIPTOR);
    private final Process process;
    private final Kind kind;
    private final boolean fromOutside; // of the user namespace that an ordinary user's containers are in
    private Optional<Register> birthplace = Optional.empty();
    private final int commandLine;

    private ExecProgram(
            Spec container,
            long first,
            Process process,
            List<Membership.Place> groups,
            HostFacts host,
            Kind kind,
            boolean fromOutside,
            int more,
            boolean ownKeyring) {
        this.process = process;
        this.kind = kind;
        this.fromOutside = fromOutside;
        this.commandLine = write(container.linux().orElseGet(Linux::none), first, groups, host, more, ownKeyring);
    }

    /** Who looks after the process, and whose its streams are. */
    public enum Kind {
        /** Supervised, with streams that were made for it alone. */
        PIPED,
        /** Supervised, with somebody's streams; or with a terminal, whose master goes to the socket that is its standard input. */
        INHERITED,
        /** The same, but it lives on alone. */
        DETACHED
    }

    /**
     * Writes it.
     *
     * @param container what the container was started with
     * @param first the number of its first process
     * @param process what joins it
     * @param groups the control groups to join, where they differ from those of whoever runs this
     * @param fromOutside whether whoever runs this is outside of the user namespace that an ordinary user's containers are in
     * @param more how many descriptors it gets beside the standard streams, which they follow; none when its streams are made for it
     * @param ownKeyring whether it gets a session keyring of its own
     */
    public static ExecProgram of(
            Spec container,
            long first,
            Process process,
            List<Membership.Place> groups,
            HostFacts host,
            Kind kind,
            boolean fromOutside,
            int more,
            boolean ownKeyring) {
        Unsupported.check(process, kind != Kind.PIPED);
        return new ExecProgram(container, first, process, groups, host, kind, fromOutside, more, ownKeyring);
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
        return process.args().get(0);
    }

    @Override
    public String searchPath() {
        return Command.searchPath(process);
    }

    /** Where a command of that process is looked for. */
    public static String searchPath(Process process) {
        return Command.searchPath(process);
    }

    private int write(
            Linux linux, long first, List<Membership.Place> groups, HostFacts host, int more, boolean ownKeyring) {
        Register in = program.register("stdin");
        Register out = program.register("stdout");
        Register err = program.register("stderr");
        if (kind == Kind.PIPED) {
            program.register("life"); // held open until the supervisor ends
        }
        List<Register> kept = HandedDown.registers(program, more);
        Optional<FilterListener> listener = FilterListener.of(program, linux.seccomp());
        boolean ownUser = linux.namespace(NamespaceType.USER).isPresent();
        Standing standing = new Standing(program);
        process.execCpuAffinity().flatMap(CpuAffinity::initial).ifPresent(standing::runOn);
        List<Register> entrances = open(groups, ownUser || fromOutside);
        process.oomScoreAdj().ifPresent(standing::adjustOomScore); // inherited: the /proc of the host is still there
        new Labels(program).atExec(process); // so are these
        ProcessProgram joined =
                new ProcessProgram(program, process, linux.seccomp(), host, kept, listener, kind == Kind.DETACHED);
        if (ownUser && kind == Kind.PIPED) {
            joined.ownStreams(linux, List.of(in, out, err));
        }
        join(linux, first);
        Supervision.Pipe begun = new Supervision.Pipe(program, "start");
        program.purpose("clone the process");
        Label child = program.label();
        Arg.Address pidfd = program.words("pidfd", 0);
        Register pid = program.register("process");
        Register processFd = program.register("its pidfd");
        Supervision.cloneChild(program, 0, "", pidfd, birthplace, child).into(pid);
        program.load(pidfd, 4).into(processFd);
        if (listener.isPresent()) {
            JvmSocket.tellBorn(program, processFd); // for the JVM has to tell it who it is
        }
        Stream.concat(Stream.of(in, out, err, begun.write), kept.stream()).forEach(end -> program.call("close", end));
        lookAfter(pid, processFd, begun.read);
        program.place(child);
        program.child(begun.write);
        entrances.forEach(this::enter);
        joined.settle();
        if (ownKeyring) {
            joined.makeKeyring();
        }
        process.execCpuAffinity().flatMap(CpuAffinity::finalCpus).ifPresent(standing::runOn);
        standing.schedule(process, linux.personality());
        if (process.terminal()) {
            useTerminal(host, joined, in, begun.write);
        } else {
            joined.connectStreams(in, out, err, begun.write);
        }
        if (!ownUser && kind == Kind.PIPED) {
            joined.ownStreams(0, 1, 2);
        }
        if (kind == Kind.DETACHED) {
            joined.standAlone();
        }
        return joined.execute(false);
    }

    /** The part of the process that has cloned it, to the end. */
    private void lookAfter(Register pid, Register processFd, Register begun) {
        if (kind == Kind.DETACHED) {
            new Telling(program, pid, begun).tellStart();
        } else {
            program.purpose("look after the process");
            program.supervise(Watch.process(program, pid, processFd, begun));
        }
        program.call("exit_group", Arg.of(0));
    }

    private void useTerminal(HostFacts host, ProcessProgram joined, Register receiver, Register begun) {
        Assembly to = new Assembly(program, host.rootless(), false);
        program.purpose("open the container's root");
        int flags = Flags.O_PATH | Flags.O_DIRECTORY | Flags.O_CLOEXEC;
        program.call("openat", AT_FDCWD, program.string("/"), Arg.named("O_PATH|O_DIRECTORY|O_CLOEXEC", flags))
                .into(to.root);
        Console console = new Console(program, process, receiver);
        console.open(to);
        joined.connectStreams(console.terminal(), console.terminal(), console.terminal(), begun);
        console.control();
    }

    /**
     * Opens what the process joins its groups by. A group of version 2 it is born in, unless a user namespace of the
     * container's takes the right to that away; a single thread joins one of version 1 through "tasks", without the lock that
     * a whole process takes, which is worth milliseconds.
     */
    private List<Register> open(List<Membership.Place> groups, boolean ownUser) {
        List<Register> entrances = new ArrayList<>();
        for (Membership.Place group : groups) {
            program.purpose("join " + group.path());
            Register entrance = program.register("control group " + entrances.size());
            if (group.unified() && !ownUser) {
                openFile(
                        group.path().toString(),
                        "O_DIRECTORY|O_NOFOLLOW|O_CLOEXEC",
                        Flags.O_DIRECTORY | Flags.O_NOFOLLOW | Flags.O_CLOEXEC,
                        entrance);
                birthplace = Optional.of(entrance);
            } else {
                String name = group.unified() ? "cgroup.procs" : "tasks";
                openFile(
                        group.path().resolve(name).toString(),
                        "O_WRONLY|O_NOFOLLOW|O_CLOEXEC",
                        Flags.O_WRONLY | Flags.O_NOFOLLOW | Flags.O_CLOEXEC,
                        entrance);
                entrances.add(entrance);
            }
        }
        return entrances;
    }

    private void openFile(String path, String flagsText, int flags, Register into) {
        program.call("openat", AT_FDCWD, program.string(path), Arg.named(flagsText, flags))
                .into(into);
    }

    /** The first thing that the process does, so that nothing of it ever runs outside of the container's limits. */
    private void enter(Register entrance) {
        program.purpose("join the container's control groups");
        program.call("write", entrance, program.string("0"), Arg.of(1));
        program.call("close", entrance);
    }

    /** All at once; the kernel takes the user namespace first, and with it the rights that the others need. */
    private void join(Linux linux, long first) {
        List<NamespaceType> types =
                fromOutside ? Namespaces.withUser(linux.namespaces()) : Namespaces.types(linux.namespaces());
        Register container = new Register(PIDFD, "container's pidfd");
        JoinedRoot root = JoinedRoot.open(program, linux, first, container);
        program.purpose("join the namespaces of the container", "it may have ended just now");
        Namespaces.join(program, container, types);
        root.enter();
        if (types.contains(NamespaceType.USER)) {
            program.call("setresgid", Arg.of(0), Arg.of(0), Arg.of(0));
            program.call("setgroups", Arg.of(0), Arg.none()).allow(Errno.EPERM); // where there is one id only
            program.call("setresuid", Arg.of(0), Arg.of(0), Arg.of(0));
        }
        program.call("close", container);
    }
}
