package dev.skiff.linux.container;

import static dev.skiff.linux.container.Flags.AT_FDCWD;

import dev.skiff.linux.ContainerRequest;
import dev.skiff.linux.RootFilesystem;
import dev.skiff.linux.abi.Errno;
import dev.skiff.linux.cgroup.GroupPlan;
import dev.skiff.linux.cgroup.Resctrl;
import dev.skiff.linux.cgroup.ServiceClass;
import dev.skiff.linux.program.Arg;
import dev.skiff.linux.program.Label;
import dev.skiff.linux.program.Program;
import dev.skiff.linux.program.Register;
import dev.skiff.oci.runtime.Linux;
import dev.skiff.oci.runtime.NamespaceType;
import dev.skiff.oci.runtime.Process;
import dev.skiff.oci.runtime.Resources;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Writes the program of a supervisor and its container: see the package. */
public final class SupervisorProgram {
    private static final System.Logger LOG = System.getLogger(SupervisorProgram.class.getName());
    private static final int SIGPIPE = 13;

    private final ContainerRequest request;
    private final HostFacts host;
    private final Preparation preparation;
    private final Program program;
    private final List<Register> listeners = new ArrayList<>();
    private final GroupPlan plan;
    private final GroupLines groups;
    private final Optional<FilterListener> listener;
    private final Optional<Register> deviceFilter;
    private int commandLine;

    private SupervisorProgram(ContainerRequest request, HostFacts host, List<Integer> ports, Preparation preparation) {
        this.request = request;
        this.host = host;
        this.preparation = preparation;
        this.program = new Program();
        this.plan = plan(request, host);
        this.groups = new GroupLines(program, plan);
        ports.forEach(port -> listeners.add(program.register("listener for " + port)));
        this.listener = FilterListener.of(program, linux().seccomp());
        this.deviceFilter = plan.deviceRules().isEmpty()
                ? Optional.empty()
                : Optional.of(program.register("the filter for devices"));
        write(ports);
    }

    /** Where it waits for the JVM. */
    public static Set<Stage> stagesOf(ContainerRequest request) {
        Set<Stage> stages = EnumSet.noneOf(Stage.class);
        stages.addAll(Preparation.stagesOf(request.spec()));
        if (request.uplink().isPresent()) {
            stages.add(Stage.CREATED);
        }
        return stages;
    }

    /** The groups of a container. */
    public static GroupPlan plan(ContainerRequest request, HostFacts host) {
        Optional<Linux> linux = request.spec().linux();
        return host.groups()
                .plan(request.id(), linux.flatMap(Linux::cgroupsPath), resources(request, host))
                .with(serviceClass(request));
    }

    /** Its class of service, if it is to have one; resctrl is not looked for otherwise (config-linux.md, "IntelRdt"). */
    static Optional<ServiceClass> serviceClass(ContainerRequest request) {
        return request.spec()
                .linux()
                .flatMap(Linux::intelRdt)
                .map(asked -> Resctrl.find().plan(request.id(), asked));
    }

    /**
     * What is to be limited. Rules for devices take root of the host (bpf(2), cgroups(7)), and an ordinary user's containers go without,
     * as with other runtimes: in a user namespace no device node works but those of the host that were mounted on purpose, which the
     * owner of the container can use as it is, and to forbid the rest is what such rules are for.
     */
    public static Resources resources(ContainerRequest request, HostFacts host) {
        Resources asked = request.spec().linux().flatMap(Linux::resources).orElseGet(Resources::none);
        if (!host.rootless() || asked.devices().isEmpty()) {
            return asked;
        }
        LOG.log(
                System.Logger.Level.DEBUG,
                "container {0} has the devices that are mounted in it and no others; rules for them take root",
                request.id());
        return asked.withDevices(List.of());
    }

    /**
     * Writes it.
     *
     * @param ports the container's ports; their listeners come with the program, in this order, in registers 0 and up; behind
     *     them come what a {@link FilterListener} needs, if there is one, and the filter for devices, if the {@linkplain #groups plan} has rules for one
     * @param preparation what the JVM has done and will do for it
     */
    public static SupervisorProgram of(
            ContainerRequest request, HostFacts host, List<Integer> ports, Preparation preparation) {
        Unsupported.check(request.spec(), host.rootless());
        SupervisorProgram program = new SupervisorProgram(request, host, ports, preparation);
        if (program.linux().namespace(NamespaceType.PID).isEmpty()
                && program.plan.groups().isEmpty()) {
            throw new IllegalArgumentException(
                    "the runtime specification has neither a pid namespace nor a control group:"
                            + " nothing would tell which processes are the container's when it ends");
        }
        return program;
    }

    /** Whether a network namespace made ahead is of use to it. */
    public static boolean takesNetworkAhead(ContainerRequest request) {
        return request.spec()
                .linux()
                .filter(NamespaceProgram::takesNetworkAhead)
                .isPresent();
    }

    public Program program() {
        return program;
    }

    /** The control groups that it makes. */
    public GroupPlan groups() {
        return plan;
    }

    /** Those of them that had been made before that line failed. */
    public GroupPlan groupsMadeBefore(int line) {
        return groups.madeBefore(line);
    }

    /** Whether a failure of that line is one of the container's command itself: not found, say, or not executable. */
    public boolean isCommand(int line) {
        return line >= commandLine;
    }

    /** The first word of the container's command. */
    public String command() {
        return process().args().get(0);
    }

    /** Where the container's command is looked for. */
    public String searchPath() {
        return Command.searchPath(process());
    }

    private Process process() {
        return request.spec().process().orElseThrow();
    }

    private void write(List<Integer> ports) {
        program.purpose("supervise container " + request.id());
        outliveItsReaders();
        Register directory = openDirectory();
        Supervision.Pipe out = new Supervision.Pipe(program, "stdout");
        Supervision.Pipe err = new Supervision.Pipe(program, "stderr");
        Supervision.Pipe begun = new Supervision.Pipe(program, "start");
        ContainerProgram container =
                new ContainerProgram(request, host, preparation, program, List.of(), listener, false);
        NamespaceProgram namespaces = new NamespaceProgram(program, linux());
        Optional<Handshake> handshake = Handshake.of(program, preparation.stages());
        container.prepare(List.of(out.write, err.write));
        namespaces.enter();
        groups.make(deviceFilter);
        Register pid = program.register("container");
        Arg.Address pidfd = program.words("pidfd", 0);
        Label child = program.label();
        namespaces.enterUsers();
        namespaces.cloneContainer(pidfd, groups.birthplace(), child).into(pid);
        Register process = program.register("container's pidfd");
        program.load(pidfd, 4).into(process);
        for (Supervision.Pipe pipe : List.of(out, err, begun)) {
            program.call("close", pipe.write);
        }
        handOver(process);
        groups.leave();
        container.forget();
        Label died = program.label();
        // without its JVM a container ends as one does that has begun: who looks after it ends it, and removes its
        // groups
        handshake.ifPresent(shake -> shake.supervise(pid, died, died, () -> namespaces.follow(process, died)));
        program.place(died);
        program.purpose("look after container " + request.id());
        program.supervise(Watch.container(
                program,
                request.id(),
                List.of(pid, process, begun.read, out.read, err.read),
                directory,
                groups,
                request.keepExit(),
                request.log(),
                listeners,
                ports));
        tidyUp();
        groups.remove();
        program.call("exit_group", Arg.of(0));
        program.place(child);
        commandLine = container.write(begun.write, groups, namespaces, handshake, Optional.empty(), command -> {
            command.connectStreams(command.nothing(), out.write, err.write, begun.write);
            if (!container.hasOwnUsers()) {
                command.ownStreams(1, 2);
            }
        });
    }

    private void outliveItsReaders() {
        Arg.Address ignore = program.words("{SIG_IGN}", 1, 0, 0, 0);
        program.call("rt_sigaction", Arg.named("SIGPIPE", SIGPIPE), ignore, Arg.none(), Arg.of(8));
    }

    private Register openDirectory() {
        Register directory = program.register("container's directory");
        program.call(
                        "openat",
                        AT_FDCWD,
                        program.string(request.directory().toString()),
                        Arg.named("O_DIRECTORY|O_CLOEXEC", Flags.O_DIRECTORY | Flags.O_CLOEXEC))
                .into(directory);
        return directory;
    }

    private Linux linux() {
        return request.spec().linux().orElseGet(Linux::none);
    }

    /** The JVM gets a descriptor of the container's first process: should this one be killed, it sees to that one's end. */
    private void handOver(Register process) {
        JvmSocket.tellBorn(program, process)
                .allow(Errno.EPIPE, Errno.ECONNRESET); // the JVM is gone: that will be noticed
    }

    /** What the container has not filled is removed here, by the one who has the rights; the rest is the JVM's to remove. */
    private void tidyUp() {
        if (request.keepExit() || !(request.root() instanceof RootFilesystem.Overlay overlay)) {
            return;
        }
        program.purpose("remove what is empty");
        // overlayfs keeps it in mind when it was mounted "volatile": Documentation/filesystems/overlayfs.rst
        String dirty = overlay.work().resolve("work/incompat/volatile/dirty").toString();
        program.call("unlinkat", AT_FDCWD, program.string(dirty), Arg.of(0)).allowAny();
        for (String below : List.of("work/incompat/volatile", "work/incompat", "work/index", "work/work", "work")) {
            remove(overlay.work().resolve(below));
        }
        remove(overlay.work());
        remove(overlay.upper());
        remove(overlay.mountPoint());
    }

    private void remove(Path directory) {
        program.call(
                        "unlinkat",
                        AT_FDCWD,
                        program.string(directory.toString()),
                        Arg.named("AT_REMOVEDIR", Flags.AT_REMOVEDIR))
                .allowAny();
    }
}
