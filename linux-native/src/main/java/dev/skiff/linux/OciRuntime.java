package dev.skiff.linux;

import dev.skiff.linux.abi.Errno;
import dev.skiff.linux.abi.Signal;
import dev.skiff.linux.cgroup.ContainerGroups;
import dev.skiff.linux.cgroup.Membership;
import dev.skiff.linux.cgroup.NetworkStats;
import dev.skiff.linux.container.ExecProgram;
import dev.skiff.linux.container.JoiningProgram;
import dev.skiff.linux.container.MountKinds;
import dev.skiff.linux.container.Stage;
import dev.skiff.linux.container.StartProgram;
import dev.skiff.linux.launcher.Agent;
import dev.skiff.linux.launcher.Handover;
import dev.skiff.linux.launcher.Report;
import dev.skiff.linux.libc.ControlSocket;
import dev.skiff.linux.libc.Descriptor;
import dev.skiff.linux.libc.Pidfd;
import dev.skiff.linux.libc.UnixSocket;
import dev.skiff.linux.program.Program;
import dev.skiff.linux.runtime.SavedContainer;
import dev.skiff.linux.runtime.StateDirectory;
import dev.skiff.oci.Json;
import dev.skiff.oci.runtime.Mount;
import dev.skiff.oci.runtime.Process;
import dev.skiff.oci.runtime.Resources;
import dev.skiff.oci.runtime.Spec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The operations of an OCI runtime (runtime.md, "Operations"). Containers are kept in a directory, so that one process can create a
 * container and others start and delete it. Unlike those of {@link LinuxHost#start}, they live on when this JVM ends: nobody
 * supervises them, and who adopts the orphans of this JVM is their parent. Thread-safe, as far as different containers are
 * concerned.
 */
public final class OciRuntime implements AutoCloseable {
    private static final Pattern ID = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]*");
    private static final long MEMORY = Program.CODE_BYTES + 64 * 1024L;
    private static final Duration LONGEST_DEATH = Duration.ofSeconds(10);
    private static final Signal KILL = Signal.of("KILL");

    private final Path root;
    private final LinuxHost host;
    private final Joiner joiner;
    private final HookRunner runner;

    private OciRuntime(Path root, LinuxHost host) {
        this.root = root;
        this.host = host;
        this.joiner = new Joiner(host);
        this.runner = new HookRunner(host, joiner);
    }

    /**
     * Opens it.
     *
     * @param root where its containers are kept; made when it is not there. It is to be on a file system that does not outlive a boot
     */
    public static OciRuntime open(Path root) {
        return new OciRuntime(root.toAbsolutePath().normalize(), LinuxHost.open());
    }

    /**
     * Creates a container: all of it is made, and its program waits to be run by {@link #start}.
     *
     * @param bundle a directory with a {@code config.json}; later changes of that do not matter
     * @throws ContainerStateException if there is one of that id
     * @throws IllegalArgumentException if the specification is wrong, or asks for what we cannot do
     * @throws ExecException if its command is not to be found
     * @throws HookException if a hook fails
     * @throws SyscallException for anything else that fails; nothing is left of the container then
     */
    public OciState create(String id, Path bundle, OciStreams streams) {
        Path home = bundle.toAbsolutePath().normalize();
        Spec spec = withSources(home, read(home));
        check(id, spec, streams);
        StateDirectory directory = StateDirectory.of(root, id);
        if (!directory.make()) {
            throw new ContainerStateException(id, "there already", "choose another id, or delete that one");
        }
        try {
            ContainerRequest request = new ContainerRequest(
                    id, spec, rootOf(home, spec), directory.path(), List.of(), LogLimits.DEFAULT, false);
            int more = streams.descriptors().size();
            try (OciCreation creation = new OciCreation(host, request, home.toString(), more)) {
                SavedContainer created = withStreams(streams, creation::create);
                try {
                    directory.save(spec, created);
                } catch (RuntimeException e) {
                    creation.undo();
                    throw e;
                }
            }
        } catch (RuntimeException | Error e) {
            directory.remove();
            throw e;
        }
        return state(id);
    }

    private static Spec read(Path bundle) {
        Path config = bundle.resolve("config.json");
        try (InputStream in = Files.newInputStream(config)) {
            return Json.read(in, Spec.class);
        } catch (IOException e) {
            throw new UncheckedIOException("read the configuration " + config + " of the bundle", e);
        }
    }

    /** Paths of binds are relative to the bundle (config.md, "Mounts"). */
    private static Spec withSources(Path bundle, Spec spec) {
        return spec.withMounts(spec.mounts().stream()
                .map(mount -> MountKinds.isBind(mount) ? within(bundle, mount) : mount)
                .toList());
    }

    private static Mount within(Path bundle, Mount mount) {
        return mount.source()
                .map(source -> mount.withSource(bundle.resolve(source).toString()))
                .orElse(mount);
    }

    private static void check(String id, Spec spec, OciStreams streams) {
        checkId(id);
        check(spec.process().orElseThrow(() -> new IllegalArgumentException("config.json has no process")), streams);
    }

    private static void checkId(String id) {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException("container id \"" + id
                    + "\" may have letters, digits, _ . - only, and begins with a letter or a digit");
        }
    }

    private static void check(Process process, OciStreams streams) {
        if (process.terminal() != streams.consoleSocket().isPresent()) {
            throw new IllegalArgumentException(
                    process.terminal()
                            ? "a process with a terminal needs a console socket to send its master to"
                            : "a console socket is for a process with a terminal, which this one is not to have");
        }
    }

    private static RootFilesystem rootOf(Path bundle, Spec spec) {
        Path path = bundle.resolve(spec.root()
                .orElseThrow(() -> new IllegalArgumentException("config.json has no root"))
                .path());
        if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new IllegalArgumentException("root.path " + path + " must be a directory, and no link to one");
        }
        return new RootFilesystem.Directory(path.normalize());
    }

    private interface WithStreams<T> {
        T apply(List<Descriptor> streams);
    }

    /** What is this JVM's is not closed; a socket for the terminal stands in for all three standard streams. */
    private static <T> T withStreams(OciStreams streams, WithStreams<T> work) {
        if (streams.consoleSocket().isPresent()) {
            try (Descriptor socket = UnixSocket.connect(streams.consoleSocket().get(), "hand a terminal over")) {
                return work.apply(withMore(List.of(socket, socket, socket), streams));
            }
        }
        return work.apply(withMore(List.of(new Descriptor(0), new Descriptor(1), new Descriptor(2)), streams));
    }

    private static List<Descriptor> withMore(List<Descriptor> standard, OciStreams streams) {
        List<Descriptor> all = new ArrayList<>(standard);
        streams.descriptors().stream().map(Descriptor::new).forEach(all::add);
        return all;
    }

    /**
     * Runs the program of a container that was created.
     *
     * @throws ContainerStateException if it is in any other state
     */
    public void start(String id) {
        StateDirectory directory = find(id);
        expect(state(id), "created", "only a container that was created can be started");
        SavedContainer container = directory.container();
        Spec spec = directory.spec();
        ContainerHooks due = hooks(id, spec, container);
        try (Agent agent = host.root().forkAgent(MEMORY)) {
            agent.run(StartProgram.connect(directory.path()).program());
            directory.pass();
            boolean begun = false;
            for (Optional<Report> heard = hear(agent); heard.isPresent(); heard = hear(agent)) {
                Report report = heard.get();
                switch (report.kind()) {
                    case WAITING -> {
                        runStartHooks(Stage.of(report), id, container, due);
                        agent.run(StartProgram.go().program());
                    }
                    case STARTED -> begun = true;
                    case FAILED -> throw failure(container, spec, report);
                    default -> throw new AssertionError("a container that is started says " + report);
                }
            }
            if (!begun) {
                throw new ContainerStateException(id, "stopped", "it ended before its program was run");
            }
        }
        poststart(id, container, due);
    }

    private static Optional<Report> hear(Agent agent) {
        StartProgram hear = StartProgram.hear();
        agent.run(hear.program());
        return hear.report(agent.memory());
    }

    /** When one fails, the container goes: nobody has said that it may go on, and nobody will. */
    private void runStartHooks(Stage stage, String id, SavedContainer container, ContainerHooks due) {
        try (Descriptor first = open(id, container)) {
            due.reach(stage, container.pid(), () -> first);
        }
    }

    private void poststart(String id, SavedContainer container, ContainerHooks due) {
        try {
            due.started(container.pid());
        } catch (HookException e) {
            kill(id, KILL, true);
            throw e;
        }
    }

    private ContainerHooks hooks(String id, Spec spec, SavedContainer container) {
        return new ContainerHooks(runner, id, spec, container.bundle());
    }

    private static RuntimeException failure(SavedContainer container, Spec spec, Report report) {
        SavedContainer.SavedLine line = container.lines().stream()
                .filter(each -> each.number() == report.line())
                .findFirst()
                .orElseThrow(() -> new AssertionError("no line of a start is number " + report.line()));
        SyscallException failure = new SyscallException(
                line.call(), line.arguments(), Errno.nameOf((int) report.value()), line.purpose(), line.remedy());
        Process process = spec.process().orElseThrow();
        return line.command()
                ? new ExecException(process.args().get(0), ExecProgram.searchPath(process), failure)
                : failure;
    }

    /**
     * The state of a container.
     *
     * @throws ContainerStateException if there is none of that id
     */
    public OciState state(String id) {
        StateDirectory directory = find(id);
        SavedContainer container = directory.container();
        Spec spec = directory.spec();
        Optional<Long> alive = container.alive();
        String status = alive.isEmpty()
                ? "stopped"
                : directory.waits() ? "created" : Membership.of(alive.get()).frozen() ? "paused" : "running";
        return new OciState(spec.ociVersion(), id, status, alive.orElse(0L), container.bundle(), spec.annotations());
    }

    /** All containers that there are; one that somebody deletes meanwhile may be missing. */
    public List<OciState> list() {
        return StateDirectory.names(root).stream()
                .flatMap(id -> stateIfThere(id).stream())
                .toList();
    }

    private Optional<OciState> stateIfThere(String id) {
        try {
            return Optional.of(state(id));
        } catch (ContainerStateException e) {
            return Optional.empty();
        } catch (UncheckedIOException e) {
            if (!(e.getCause() instanceof NoSuchFileException)) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private StateDirectory find(String id) {
        checkId(id);
        StateDirectory directory = StateDirectory.of(root, id);
        if (!directory.isThere()) {
            throw new ContainerStateException(id, "not there", "no container of that id is kept in " + root);
        }
        return directory;
    }

    private static void expect(OciState state, String wanted, String otherwise) {
        if (!state.status().equals(wanted)) {
            throw new ContainerStateException(state.id(), state.status(), otherwise);
        }
    }

    /** The process that the container began with, unless it has ended. */
    private static Descriptor open(String id, SavedContainer container) {
        return open(id, container, SavedContainer::isAlive);
    }

    private static Descriptor open(String id, SavedContainer container, Predicate<SavedContainer> wanted) {
        Optional<Descriptor> opened = Pidfd.open(container.pid());
        // the number may have been another's since it was looked at, but not any more
        if (opened.isPresent() && wanted.test(container)) {
            return opened.get();
        }
        opened.ifPresent(Descriptor::close);
        throw new ContainerStateException(id, "stopped", "its first process has ended");
    }

    /**
     * Sends a signal to a container's first process.
     *
     * @param all whether to all of its processes
     * @throws ContainerStateException if it neither runs nor waits to be started
     */
    public void kill(String id, Signal signal, boolean all) {
        SavedContainer container = find(id).container();
        if (all) {
            signalAll(container, signal);
        }
        try (Descriptor first = open(id, container)) {
            if (!Pidfd.signal(first, signal.number()) && !all) {
                throw new ContainerStateException(id, "stopped", "its first process has ended");
            }
        } catch (ContainerStateException e) {
            if (!all) {
                throw e;
            }
        }
    }

    private static void signalAll(SavedContainer container, Signal signal) {
        ContainerGroups groups = new ContainerGroups(container.plan());
        for (long pid : groups.processes()) {
            Optional<Descriptor> opened = Pidfd.open(pid);
            if (opened.isPresent()) {
                try (Descriptor process = opened.get()) {
                    if (groups.processes().contains(pid)) { // still: it is that one, and not a later one of that number
                        Pidfd.signal(process, signal.number());
                    }
                }
            }
        }
    }

    /** The processes of a container, as the host numbers them. */
    public List<Long> processes(String id) {
        SavedContainer container = find(id).container();
        List<Long> all = new ArrayList<>(new ContainerGroups(container.plan()).processes());
        if (all.isEmpty()) {
            container.alive().ifPresent(all::add);
        }
        return all;
    }

    /**
     * Stops all processes of a container where they are, or lets them go on.
     *
     * @throws MissingControllerException if this host has nothing to stop them with
     * @throws ContainerStateException if it does not run
     */
    public void pause(String id, boolean paused) {
        expect(state(id), paused ? "running" : "paused", "only what runs can be paused, and what is paused go on");
        new ContainerGroups(find(id).container().plan()).freeze(paused);
    }

    /**
     * Sets other limits than those that it was created with; what is not mentioned stays as it is.
     *
     * @throws MissingControllerException if it is in no control group that could hold one of them
     * @throws UncheckedIOException if the kernel refuses a value
     * @throws ContainerStateException if it has ended
     */
    public void update(String id, Resources resources) {
        groupsOfLiving(id).update(resources);
    }

    /**
     * What it uses, with all that runs in it.
     *
     * @throws ContainerStateException if it has ended
     */
    public ContainerStats stats(String id) {
        return groupsOfLiving(id)
                .stats()
                .with(NetworkStats.of(find(id).container().pid()));
    }

    private ContainerGroups groupsOfLiving(String id) {
        SavedContainer container = find(id).container();
        if (!container.isAlive()) {
            throw new ContainerStateException(id, "stopped", "its first process has ended");
        }
        return new ContainerGroups(container.plan());
    }

    /**
     * Deletes what was made to create a container.
     *
     * @param force whether one that is not stopped is killed first, and one that is not there is fine
     * @throws ContainerStateException if it is not stopped, or not there
     */
    public void delete(String id, boolean force) {
        checkId(id);
        StateDirectory directory = StateDirectory.of(root, id);
        if (force && !directory.isThere()) {
            return;
        }
        OciState state = state(id);
        SavedContainer container = directory.container();
        if (!state.status().equals("stopped")) {
            if (!force) {
                throw new ContainerStateException(id, state.status(), "kill it first, or delete it by force");
            }
            end(id, container);
        }
        new ContainerGroups(container.plan()).destroy().ifPresent(remains -> {
            throw new IllegalStateException("delete container " + id + ": " + remains);
        });
        ContainerHooks due = hooks(id, directory.spec(), container);
        directory.remove();
        due.stopped();
    }

    private static void end(String id, SavedContainer container) {
        try (Descriptor first = open(id, container)) {
            Pidfd.kill(first);
            if (new ContainerGroups(container.plan()).areThere()) {
                signalAll(container, KILL); // one that is frozen dies of this as well
            }
            if (!Pidfd.awaitEnd(first, LONGEST_DEATH)) {
                throw new IllegalStateException(
                        "container " + id + " does not end within " + LONGEST_DEATH.toSeconds() + " s of being killed");
            }
        } catch (ContainerStateException e) {
            return; // it has ended by itself
        }
    }

    /**
     * Runs a process in a running container and waits for its end.
     *
     * @throws ContainerStateException if the container does not run
     */
    public ContainerExit exec(String id, Process process, OciStreams streams) {
        return exec(id, process, streams, pid -> {});
    }

    /**
     * The same.
     *
     * @param started is told its process id on the host, once its command has been executed
     */
    public ContainerExit exec(String id, Process process, OciStreams streams, LongConsumer started) {
        return join(id, process, streams, ExecProgram.Kind.INHERITED, (socket, program) -> {
            started.accept(awaitStart(socket, program));
            Report ended = receive(socket).orElseThrow(() -> failedJoin(id));
            return ContainerExit.of(ended.line(), ended.value());
        });
    }

    /**
     * Starts a process in a running container that lives on alone.
     *
     * @return its process id on the host
     */
    public long execDetached(String id, Process process, OciStreams streams) {
        return join(id, process, streams, ExecProgram.Kind.DETACHED, OciRuntime::awaitStart);
    }

    private interface Joined<T> {
        T apply(ControlSocket socket, JoiningProgram program);
    }

    private <T> T join(String id, Process process, OciStreams streams, ExecProgram.Kind kind, Joined<T> then) {
        check(process, streams);
        StateDirectory directory = find(id);
        expect(state(id), "running", "a process can join only a container that runs");
        SavedContainer container = directory.container();
        List<Membership.Place> groups = Membership.of(container.pid())
                .beyond(Membership.of(joiner.agent().pid()));
        ExecProgram program = ExecProgram.of(
                directory.spec(),
                process,
                groups,
                host.facts(),
                kind,
                joiner.fromOutside(),
                streams.descriptors().size());
        Optional<SeccompListener> listener = SeccompListener.connect(directory.spec());
        try (Descriptor first = open(id, container)) {
            List<ControlSocket> pair = ControlSocket.pair();
            try (ControlSocket ours = pair.get(0)) {
                try (ControlSocket theirs = pair.get(1)) {
                    joiner.agent().fork(ours, theirs).close();
                }
                withStreams(streams, descriptors -> {
                    List<Descriptor> all = new ArrayList<>(List.of(first));
                    all.addAll(descriptors);
                    all.addAll(SeccompListener.descriptorsOf(listener));
                    Handover.send(ours, program.program(), JoiningProgram.PIDFD, all);
                    return all;
                });
                listener.ifPresent(each -> introduce(each, ours, state(id), program));
                return then.apply(ours, program);
            }
        } finally {
            listener.ifPresent(SeccompListener::close);
        }
    }

    /** Tells the process, which waits for that before it has its filter, who it is. */
    private static void introduce(
            SeccompListener listener, ControlSocket socket, OciState container, JoiningProgram program) {
        Report report = Report.receive(socket).orElseThrow(() -> failedJoin(program.command()));
        if (report.kind() == Report.Kind.FAILED) {
            throw failure(program, report);
        }
        try (Descriptor process = report.neededDescriptor()) {
            Pidfd.pid(process).ifPresent(pid -> listener.tell(container, pid));
        }
    }

    /** The process id, once the command has been executed. */
    private static long awaitStart(ControlSocket socket, JoiningProgram program) {
        Report report = receive(socket).orElseThrow(() -> failedJoin(program.command()));
        if (report.kind() == Report.Kind.FAILED) {
            throw failure(program, report);
        }
        return report.value();
    }

    private static RuntimeException failure(JoiningProgram program, Report report) {
        SyscallException failure = program.program().failure(report.line(), (int) report.value());
        return program.isCommand(report.line())
                ? new ExecException(program.command(), program.searchPath(), failure)
                : failure;
    }

    private static Optional<Report> receive(ControlSocket socket) {
        return socket.receive(Report.BYTES).map(Report::parse);
    }

    private static SyscallException failedJoin(String what) {
        return new SyscallException(
                "clone3",
                "",
                "SIGKILL",
                what + ": the process ended before it had started",
                "the container may have ended");
    }

    /**
     * Has this JVM be the parent of what it creates from now on, so that {@link #await} works: for the whole of the JVM, and
     * for good.
     */
    public void adopt() {
        Pidfd.adoptOrphans();
    }

    /** Waits for the end of a container that this JVM has created since {@link #adopt}; it may have come already. */
    public ContainerExit await(String id) {
        try (Descriptor first = open(id, find(id).container(), SavedContainer::isThere)) {
            int[] end = Pidfd.waitFor(first);
            return ContainerExit.of(end[0], end[1]);
        }
    }

    /** What the container was made by; what its bundle says by now does not matter. */
    public Spec spec(String id) {
        return find(id).spec();
    }

    @Override
    public void close() {
        joiner.close();
        host.close();
    }
}
