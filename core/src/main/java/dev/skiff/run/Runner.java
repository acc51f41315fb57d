package dev.skiff.run;

import com.google.common.util.concurrent.Uninterruptibles;
import dev.skiff.ContainerState;
import dev.skiff.HostCheck;
import dev.skiff.HostReport;
import dev.skiff.HostUnsupportedException;
import dev.skiff.InterruptedOperationException;
import dev.skiff.Limits;
import dev.skiff.Mount;
import dev.skiff.Port;
import dev.skiff.Ready;
import dev.skiff.Sharing;
import dev.skiff.SkiffException;
import dev.skiff.StartException;
import dev.skiff.StoreException;
import dev.skiff.linux.LinuxContainer;
import dev.skiff.linux.LinuxHost;
import dev.skiff.linux.SyscallException;
import dev.skiff.linux.abi.Signal;
import dev.skiff.oci.runtime.NamespaceType;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/** Starts containers in one home, and knows those that have not been removed yet. Thread-safe. */
public final class Runner {
    private static final System.Logger LOG = System.getLogger(Runner.class.getName());
    private static final int ID_BYTES = 16;

    /** A start takes milliseconds; on a disk that is busy with something else it may be a minute. */
    private static final Duration LONGEST_START = Duration.ofMinutes(2);

    private static final int SHORT_ID = 4;

    private final Path home;
    private final Place place;
    private final Supplier<LinuxHost> host;
    private final Executor executor;
    private final Duration longestStart;
    private final SecureRandom random = new SecureRandom();
    private final UserDatabases users = new UserDatabases();
    private final Set<RunningContainer> containers = ConcurrentHashMap.newKeySet();

    /**
     * @param home where containers have their directories; it exists
     * @param host the kernel, asked for only when something is to be started or removed
     * @param executor runs what follows on events of containers
     */
    public Runner(Path home, Supplier<LinuxHost> host, Executor executor) {
        this(home, host, executor, LONGEST_START);
    }

    Runner(Path home, Supplier<LinuxHost> host, Executor executor, Duration longestStart) {
        this.home = home;
        this.place = new Place(home);
        this.host = host;
        this.executor = executor;
        this.longestStart = longestStart;
    }

    Executor executor() {
        return executor;
    }

    /** How long a process of a container may take until it runs. */
    Duration longestStart() {
        return longestStart;
    }

    private Path directory() throws IOException {
        return Files.createDirectories(home.resolve("containers"));
    }

    /** Removes what JVMs that died have left behind. */
    public void sweep() throws IOException {
        Sweep.run(directory(), host);
    }

    /**
     * Starts a container, and waits until it is ready.
     *
     * @throws StartException or one of its kind; nothing of the container is left then
     */
    public RunningContainer start(RootImage image, RunPlan plan) throws InterruptedException {
        return start(image, plan, Optional.empty());
    }

    /**
     * Starts a container that leaves something behind: what it writes to its root is in {@code layer} when it has ended, and
     * is the caller's to remove. The empty places of mounts are not in it; directories of it that have stayed empty are gone.
     *
     * @throws StartException or one of its kind; nothing of the container but {@code layer} is left then
     */
    public RunningContainer start(RootImage image, RunPlan plan, WritableLayer layer) throws InterruptedException {
        return start(image, plan, Optional.of(layer));
    }

    private RunningContainer start(RootImage image, RunPlan plan, Optional<WritableLayer> layer)
            throws InterruptedException {
        String id = newId();
        String who = "container " + plan.name().orElse(image.name()) + " (" + id.substring(0, SHORT_ID) + ")";
        RunningContainer container;
        try {
            container = launch(id, who, image, withWayIn(plan), layer);
        } catch (IOException e) {
            throw e instanceof FileSystemException
                    ? failure(who, e)
                    : new StartException(who + ": write to " + home.resolve("containers") + ": " + e.getMessage(), e);
        } catch (RuntimeException e) {
            throw failure(who, e);
        }
        try {
            container.awaitStart();
            checkShared(who, plan);
            if (plan.ready().isPresent()) {
                new Readiness(container, plan.ready().get()).await();
            }
            return container;
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            discard(container, cause);
            throw failure(who, cause);
        } catch (InterruptedException | RuntimeException | Error e) {
            discard(container, e);
            throw e;
        }
    }

    /** The first failure is the story. */
    private static void discard(RunningContainer container, Throwable because) {
        try {
            container.discard();
        } catch (RuntimeException e) {
            because.addSuppressed(e);
        }
    }

    private SkiffException failure(String who, Throwable cause) {
        if (cause instanceof SyscallException) {
            try {
                HostReport report = diagnose(); // is it this container, or would none start here?
                if (!report.usable()) {
                    return new HostUnsupportedException(who, report, cause);
                }
            } catch (RuntimeException e) {
                cause.addSuppressed(e); // the first failure is the story
            }
        }
        return new StartFailures(who).of(cause);
    }

    /** What this host offers; it is tried out, which takes a few milliseconds. */
    public HostReport diagnose() {
        try {
            return Diagnosis.of(this, host.get());
        } catch (HostUnsupportedException e) {
            return e.report();
        }
    }

    /** Why files and processes of containers all belong to one user here, if they do. */
    public Optional<String> whyOneUser() {
        LinuxHost kernel = host.get();
        return kernel.manyIds()
                ? Optional.empty()
                : Optional.of(
                        kernel.idsProblem().orElse("nothing is lent to this user in /etc/subuid and /etc/subgid"));
    }

    /**
     * Sees that containers can write where they would have to.
     *
     * @param work what is to be done
     * @throws HostUnsupportedException if they cannot
     */
    public void checkPlace(String work) {
        place.check(work);
    }

    Optional<HostCheck> placeProblem() {
        return place.problem();
    }

    /** Has a container made that runs nothing. */
    List<HostCheck> tryOut(LinuxHost kernel) {
        try {
            ContainerDirectory directory = ContainerDirectory.create(directory(), newId());
            try {
                return Diagnosis.tryOut(kernel, MountPoints.in(home), directory);
            } finally {
                directory.remove(kernel);
            }
        } catch (IOException e) {
            throw new StoreException("try out this host: " + e.getMessage(), home, e);
        } catch (InterruptedException e) {
            throw new InterruptedOperationException("try out this host", e);
        }
    }

    private String newId() {
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** What is asked over HTTP whether it is ready needs a port of the host, whoever else uses that. */
    private static RunPlan withWayIn(RunPlan plan) {
        return plan.ready()
                .filter(ready -> ready instanceof Ready.Http)
                .map(ready -> ((Ready.Http) ready).port())
                .filter(port -> plan.ports().stream().noneMatch(published -> published.containerPort() == port))
                .map(port -> plan.plusPort(Port.tcp(port)))
                .orElse(plan);
    }

    private RunningContainer launch(String id, String who, RootImage image, RunPlan plan, Optional<WritableLayer> layer)
            throws IOException, InterruptedException {
        List<String> command = CommandLine.of(image.config(), plan);
        if (command.isEmpty()) {
            throw new StartException(who + ": the image says no command; say one with command(...)", null);
        }
        place.check(who);
        checkMounts(who, plan);
        checkPorts(who, plan);
        ImageUser user =
                users.of(image).resolve(plan.user().or(image.config()::user).orElse(""));
        LinuxHost kernel = host.get();
        ContainerDirectory directory = ContainerDirectory.create(directory(), id);
        try {
            Launch launch = new Launch(id, who, kernel, MountPoints.in(home), image, plan, directory);
            WritableLayer top = layer.isPresent() ? layer.get() : directory.layer();
            return running(who, image, plan, directory, launch.start(command, user, top));
        } catch (IOException | InterruptedException | RuntimeException | Error e) {
            try {
                directory.remove(kernel);
            } catch (IOException | RuntimeException again) {
                e.addSuppressed(again);
            }
            throw e;
        }
    }

    private static void checkPorts(String who, RunPlan plan) {
        Sharing network = plan.privileges().shared().get(NamespaceType.NETWORK);
        if (network != null && !plan.ports().isEmpty()) {
            throw new StartException(
                    who + ": it uses the network of " + network + ", so it has no ports of its own to publish", null);
        }
    }

    /** A container that it shares a namespace with was there when it was joined only if it still is: process ids come again. */
    private static void checkShared(String who, RunPlan plan) {
        for (Sharing sharing : plan.privileges().shared().values()) {
            if (sharing instanceof Sharing.With with && !(with.container().state() instanceof ContainerState.Running)) {
                throw new StartException(
                        who + ": " + sharing + ", a namespace of which it was to share, has ended", null);
            }
        }
    }

    private static void checkMounts(String who, RunPlan plan) {
        for (Mount mount : plan.mounts()) {
            if (mount.volume().isEmpty() && !Files.exists(mount.source())) {
                throw new StartException(
                        who + ": mount " + mount + ": this host has no " + mount.source()
                                + " that this user can see; make it first, for it is not made by being mounted",
                        null);
            }
        }
    }

    private RunningContainer running(
            String who, RootImage image, RunPlan plan, ContainerDirectory directory, Launch.Launched launched) {
        LinuxContainer started = launched.container();
        ContainerLogs logs = new ContainerLogs(who, directory.path(), executor);
        plan.listeners().forEach(logs::listen);
        RunningContainer container = new RunningContainer(
                this,
                who,
                started,
                directory,
                logs,
                hostPorts(plan.ports(), started.hostPorts()),
                image.config().stopSignal().map(Signal::of).orElse(Signal.TERM),
                launched.inside(),
                plan.limits());
        containers.add(container);
        return container;
    }

    /** Limits as this host can hold them, all of them. */
    LimitsWriter limits(Limits limits) {
        return new LimitsWriter(limits, Allowance.ofNothing(), host.get());
    }

    /** Of two host ports for one of the container, the one that was asked for first is the one that is told. */
    private static Map<Integer, Integer> hostPorts(List<Port> asked, List<Integer> given) {
        Map<Integer, Integer> ports = new LinkedHashMap<>();
        for (int i = 0; i < asked.size(); i++) {
            ports.putIfAbsent(asked.get(i).containerPort(), given.get(i));
        }
        return ports;
    }

    /** What is left of a container that has ended. */
    void remove(RunningContainer container, ContainerDirectory directory) {
        containers.remove(container);
        try {
            directory.remove(host.get());
        } catch (IOException | RuntimeException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "could not remove what " + container.who() + " used; it is left for the next Skiff in " + home,
                    e);
        }
    }

    /** Of one that cannot be ended, all is left for the next Skiff, of this JVM or another. */
    void leave(RunningContainer container, ContainerDirectory directory) {
        containers.remove(container);
        directory.leave();
    }

    /**
     * Closes all that are still there, side by side as far as the executor has threads; this one does what no other has begun with.
     *
     * @throws SkiffException if one of them cannot be ended
     */
    public void closeContainers() {
        List<FutureTask<Void>> closing = new ArrayList<>();
        for (RunningContainer container : containers) {
            closing.add(new FutureTask<>(container::close, null));
        }
        try {
            closing.forEach(executor::execute);
        } catch (RejectedExecutionException e) {
            LOG.log(System.Logger.Level.DEBUG, "containers are closed one by one", e);
        }
        closing.forEach(FutureTask::run); // which is nothing for one that is begun
        List<Throwable> failures = new ArrayList<>();
        for (FutureTask<Void> task : closing) {
            try {
                Uninterruptibles.getUninterruptibly(task);
            } catch (ExecutionException e) {
                failures.add(e.getCause());
            }
        }
        if (!failures.isEmpty()) {
            throw failures.get(0) instanceof SkiffException known ? known : new CompletionException(failures.get(0));
        }
    }

    /** Ends all that are still there without asking: for a JVM that is about to end. */
    public void discardContainers() {
        for (RunningContainer container : containers) {
            try {
                container.discard();
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.WARNING, "could not end " + container.who(), e);
            }
        }
    }
}
