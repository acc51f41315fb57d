package dev.skiff.linux.container;

import static dev.skiff.linux.container.Flags.AT_FDCWD;

import dev.skiff.linux.ContainerRequest;
import dev.skiff.linux.abi.Errno;
import dev.skiff.linux.cgroup.GroupPlan;
import dev.skiff.linux.program.Arg;
import dev.skiff.linux.program.Label;
import dev.skiff.linux.program.Program;
import dev.skiff.linux.program.Register;
import dev.skiff.oci.runtime.Linux;
import dev.skiff.oci.runtime.Process;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Writes the program of a container that is created and waits to be started (runtime.md, "Lifecycle"). Nobody supervises it: who
 * creates it tells how that went, and ends; the container belongs to whoever adopts it then.
 */
public final class CreateProgram {
    private static final int SIGKILL = 9;
    private static final int P_PIDFD = 3;
    private static final int WEXITED = 4;
    private static final int SIGINFO_BYTES = 128;

    private final ContainerRequest request;
    private final HostFacts host;
    private final Preparation preparation;
    private final Program program = new Program();
    private final GroupPlan plan;
    private final GroupLines groups;
    private int commandLine;
    private int searchLine;
    private int gateLine;

    private CreateProgram(
            ContainerRequest request,
            HostFacts host,
            GroupPlan plan,
            Preparation preparation,
            int more,
            boolean ownKeyring) {
        this.request = request;
        this.host = host;
        this.preparation = preparation;
        this.plan = plan;
        this.groups = new GroupLines(program, plan);
        write(more, ownKeyring);
    }

    /**
     * Writes it. With it come, in the registers from 0 on: standard input, output and error, or three times a socket to
     * send the master of a terminal to; more descriptors that it keeps; what a {@link FilterListener} needs, if there is one; then the
     * filter for devices, if the plan has rules for one.
     *
     * @param more how many descriptors the container gets beside the standard streams
     * @param ownKeyring whether it gets a session keyring of its own
     */
    public static CreateProgram of(
            ContainerRequest request,
            HostFacts host,
            GroupPlan plan,
            Preparation preparation,
            int more,
            boolean ownKeyring) {
        Unsupported.checkCreate(request.spec(), host.rootless());
        return new CreateProgram(request, host, plan, preparation, more, ownKeyring);
    }

    /** The groups of a container that others look after: Podman, containerd. */
    public static GroupPlan plan(ContainerRequest request, HostFacts host) {
        Optional<String> path = request.spec().linux().flatMap(Linux::cgroupsPath);
        return host.groups()
                .planEverywhere(request.id(), path, SupervisorProgram.resources(request, host))
                .with(SupervisorProgram.serviceClass(request));
    }

    /** Where it waits for the JVM that creates it. */
    public static Set<Stage> stagesOf(ContainerRequest request) {
        Set<Stage> stages = EnumSet.noneOf(Stage.class);
        stages.addAll(Preparation.stagesOf(request.spec()));
        stages.remove(Stage.ENTERED); // which comes when it is started
        return stages;
    }

    public Program program() {
        return program;
    }

    /** Whether a failure of that line is one of the command itself. */
    public boolean isCommand(int line) {
        return line >= commandLine || (line >= searchLine && line < gateLine);
    }

    /** The first line that runs when it is started. */
    public int gateLine() {
        return gateLine;
    }

    /** Where the command is looked for. */
    public String searchPath() {
        return Command.searchPath(process());
    }

    /** Those of its groups that had been made before that line failed. */
    public GroupPlan groupsMadeBefore(int line) {
        return groups.madeBefore(line);
    }

    private Process process() {
        return request.spec().process().orElseThrow();
    }

    private Linux linux() {
        return request.spec().linux().orElseGet(Linux::none);
    }

    private void write(int more, boolean ownKeyring) {
        program.purpose("create container " + request.id());
        Register in = program.register("stdin");
        Register out = program.register("stdout");
        Register err = program.register("stderr");
        List<Register> kept = HandedDown.registers(program, more);
        Optional<FilterListener> listener = FilterListener.of(program, linux().seccomp());
        Optional<Register> deviceFilter = plan.deviceRules().isEmpty()
                ? Optional.empty()
                : Optional.of(program.register("the filter for devices"));
        Optional<Console> console =
                process().terminal() ? Optional.of(new Console(program, process(), in)) : Optional.empty();
        StartGate gate = new StartGate(program, host.rootless());
        gate.open(request.directory());
        Supervision.Pipe begun = new Supervision.Pipe(program, "start");
        ContainerProgram container = new ContainerProgram(request, host, preparation, program, kept, listener, true);
        NamespaceProgram namespaces = new NamespaceProgram(program, linux());
        Optional<Handshake> handshake = Handshake.of(program, preparation.stages());
        if (!ownKeyring) {
            container.keepKeyring();
        }
        container.prepare(List.of());
        namespaces.enter();
        groups.make(deviceFilter);
        Register pid = program.register("container");
        Arg.Address pidfd = program.words("pidfd", 0);
        Label child = program.label();
        namespaces.enterUsers();
        namespaces.cloneContainer(pidfd, groups.birthplace(), child).into(pid);
        Register first = program.register("container's pidfd");
        program.load(pidfd, 4).into(first);
        program.call("close", begun.write);
        Label died = program.label();
        Label over = program.label();
        Label gone = program.label();
        JvmSocket.tellBorn(program, first).allow(Errno.EPIPE, Errno.ECONNRESET).orElse(gone);
        handshake.ifPresent(shake -> shake.supervise(pid, died, gone, () -> {}));
        program.place(died);
        new Telling(program, pid, begun.read).tellFirst(over, gone);
        program.purpose("wait until the container is kept");
        JvmSocket.await(program, program.words("answer", 0), gone);
        program.place(over);
        program.call("exit_group", Arg.of(0));
        program.place(gone);
        leaveNothing(first);
        program.place(child);
        program.call("close", begun.read); // so that to tell that it is created fails when its creator has been killed
        commandLine = container.write(begun.write, groups, namespaces, handshake, console, command -> {
            searchLine = program.size();
            command.lookForCommand();
            command.standAlone();
            gateLine = program.size();
            Register starter = gate.await(begun.write, hasStartHooks());
            if (console.isPresent()) {
                Register terminal = console.get().terminal();
                command.connectStreams(terminal, terminal, terminal, starter);
                console.get().control();
            } else {
                command.connectStreams(in, out, err, starter);
            }
        });
    }

    /** The JVM was killed before it could keep what there is of the container: nobody would ever know of it. */
    private void leaveNothing(Register container) {
        program.purpose("leave nothing of a container that nobody knows of");
        program.call("pidfd_send_signal", container, Arg.named("SIGKILL", SIGKILL), Arg.none(), Arg.of(0))
                .allowAny();
        program.call(
                        "waitid",
                        Arg.named("P_PIDFD", P_PIDFD),
                        container,
                        program.reserve(SIGINFO_BYTES, "end"),
                        Arg.named("WEXITED", WEXITED),
                        Arg.none())
                .allowAny();
        groups.remove();
        Arg.Address directory = program.string(request.directory().toString());
        program.call("chdir", directory).allowAny();
        program.call("unlinkat", AT_FDCWD, program.string(StartGate.NAME), Arg.of(0))
                .allowAny();
        program.call("unlinkat", AT_FDCWD, directory, Arg.named("AT_REMOVEDIR", Flags.AT_REMOVEDIR))
                .allowAny();
        program.call("exit_group", Arg.of(1));
    }

    private boolean hasStartHooks() {
        return request.spec()
                .hooks()
                .filter(all -> !all.startContainer().isEmpty())
                .isPresent();
    }
}
