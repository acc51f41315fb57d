package dev.skiff.run;

import dev.skiff.Container;
import dev.skiff.ContainerState;
import dev.skiff.ContainerStats;
import dev.skiff.Exec;
import dev.skiff.ExitStatus;
import dev.skiff.InterruptedOperationException;
import dev.skiff.Isolation;
import dev.skiff.Limits;
import dev.skiff.SkiffException;
import dev.skiff.StartException;
import dev.skiff.linux.ContainerExit;
import dev.skiff.linux.ContainerStateException;
import dev.skiff.linux.LinuxContainer;
import dev.skiff.linux.LinuxExec;
import dev.skiff.linux.abi.Signal;
import dev.skiff.oci.runtime.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A container from its start to its removal. */
public final class RunningContainer implements Container {
    private static final System.Logger LOG = System.getLogger(RunningContainer.class.getName());
    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final int KILLED = 128 + Signal.KILL.number();

    private final Runner runner;
    private final String who;
    private final LinuxContainer container;
    private final ContainerDirectory directory;
    private final ContainerLogs logs;
    private final Map<Integer, Integer> ports;
    private final Signal stopSignal;
    private final Inside inside;
    private final Instant since = Instant.now();
    private final AtomicReference<@Nullable Instant> pausedSince = new AtomicReference<>();
    private volatile Limits limits;
    private volatile boolean killed; // by us
    private final CompletableFuture<ContainerState.Stopped> stopped;
    private final CompletableFuture<ExitStatus> onExit;
    private final AtomicBoolean closing = new AtomicBoolean();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    RunningContainer(
            Runner runner,
            String who,
            LinuxContainer container,
            ContainerDirectory directory,
            ContainerLogs logs,
            Map<Integer, Integer> ports,
            Signal stopSignal,
            Inside inside,
            Limits limits) {
        this.runner = runner;
        this.who = who;
        this.container = container;
        this.directory = directory;
        this.logs = logs;
        this.ports = Map.copyOf(ports);
        this.stopSignal = stopSignal;
        this.inside = inside;
        this.limits = limits;
        this.stopped = container.exited().thenApply(exit -> {
            logs.end(); // before anybody hears of the end, so that who does finds the log complete
            return new ContainerState.Stopped(statusOf(exit), Instant.now());
        });
        this.onExit = stopped.thenApplyAsync(ContainerState.Stopped::status, runner.executor());
        container.onOutput(logs::written);
        logs.written(); // what came before we asked
    }

    /**
     * The kernel says that it has killed for want of memory, and not whom. A first process that was killed, not by us, or that
     * returns what a shell does for a command that was, is taken for it; what it returns otherwise is its own word.
     */
    private ExitStatus statusOf(ContainerExit exit) {
        ExitStatus status = status(exit);
        OptionalLong limit = limits.memoryBytes();
        return exit.outOfMemory() && status.code() == KILLED && !killed && limit.isPresent()
                ? new ExitStatus.OutOfMemory(limit.getAsLong())
                : status;
    }

    @Override
    public boolean oomKilled() {
        return stopped.isDone() && container.exited().join().outOfMemory();
    }

    static ExitStatus status(ContainerExit exit) {
        return exit.signaled() ? new ExitStatus.Signaled(exit.value()) : new ExitStatus.Exited(exit.value());
    }

    /** As a person would name it. */
    String who() {
        return who;
    }

    /** Its process on the host, once its program has been executed; else why that went wrong. */
    CompletableFuture<Long> started() {
        return container.started();
    }

    /**
     * Waits until its program has been executed.
     *
     * @throws ExecutionException if that went wrong
     * @throws StartException if it takes longer than anything that is still going on
     */
    void awaitStart() throws InterruptedException, ExecutionException {
        awaitStart(who, container.started());
    }

    /** The same of that process in it. */
    void awaitStart(String what, CompletableFuture<Long> started) throws InterruptedException, ExecutionException {
        try {
            started.get(runner.longestStart().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            String why = container.obstacle().map(obstacle -> "; " + obstacle).orElse("");
            throw new StartException(
                    what + ": did not start within " + runner.longestStart().toSeconds() + " s" + why, e);
        }
    }

    @Override
    public String id() {
        return container.id();
    }

    @Override
    public ContainerState state() {
        Instant paused = pausedSince.get();
        if (stopped.isDone()) {
            return stopped.join();
        }
        return paused == null ? new ContainerState.Running(since) : new ContainerState.Paused(paused);
    }

    @Override
    public int hostPort(int containerPort) {
        Integer port = ports.get(containerPort);
        if (port == null) {
            throw new IllegalArgumentException(who + " does not publish port " + containerPort
                    + (ports.isEmpty() ? ", nor any other" : "; it publishes " + ports.keySet()));
        }
        return port;
    }

    @Override
    public URI http(int containerPort) {
        return URI.create("http://127.0.0.1:" + hostPort(containerPort));
    }

    @Override
    public Exec exec(String... argv) {
        return ContainerExec.of(this, List.of(argv));
    }

    @Override
    public void copyTo(Path source, String destination) {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(destination, "destination");
        inside.copying(who).into(source, destination);
    }

    @Override
    public void copyFrom(String source, Path destination) {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(destination, "destination");
        inside.copying(who).outOf(source, destination);
    }

    @Override
    public Isolation isolation() {
        return inside.isolation();
    }

    /** Has that command started; the caller closes it. */
    LinuxExec join(ContainerExec exec) {
        if (stopped.isDone()) {
            throw new StartException(
                    exec + ": it is stopped: it " + stopped.join().status().inWords(), null);
        }
        try {
            return inside.join(exec);
        } catch (IOException | RuntimeException e) {
            throw new StartFailures(exec.toString()).of(e);
        }
    }

    Executor executor() {
        return runner.executor();
    }

    @Override
    public ContainerLogs logs() {
        return logs;
    }

    @Override
    public CompletableFuture<ExitStatus> onExit() {
        return onExit.copy();
    }

    @Override
    public ExitStatus await() {
        try {
            return awaitExit(Long.MAX_VALUE).orElseThrow();
        } catch (InterruptedException e) {
            throw new InterruptedOperationException("wait for " + who, e);
        }
    }

    /**
     * Its end, if that comes within so many nanoseconds.
     *
     * @throws SkiffException if a listener of its log has failed; the cause is what it threw
     */
    Optional<ExitStatus> awaitExit(long nanos) throws InterruptedException {
        try {
            CompletableFuture.anyOf(stopped, logs.listenerFailure()).get(nanos, TimeUnit.NANOSECONDS);
            return Optional.of(stopped.join().status());
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw listenerFailed(e.getCause());
        }
    }

    private SkiffException listenerFailed(@Nullable Throwable cause) {
        return new SkiffException(who + ": a listener of its log failed", cause);
    }

    /**
     * Waits for its end, and until every listener has heard all of it.
     *
     * @throws SkiffException if a listener of its log has failed; the cause is what it threw
     */
    public ExitStatus awaitAll() throws InterruptedException {
        ExitStatus status = awaitExit(Long.MAX_VALUE).orElseThrow();
        for (LogFollower follower : new ArrayList<>(logs.followers())) {
            follower.awaitDone();
        }
        try {
            logs.listenerFailure().getNow(null);
            return status;
        } catch (CompletionException e) {
            throw listenerFailed(e.getCause());
        }
    }

    @Override
    public ExitStatus stop(Duration grace) {
        boolean mayEnd =
                stopped.isDone() || SignalDispositions.canNotice(started().join(), stopSignal);
        container.signal(stopSignal);
        if (pausedSince.get() != null) {
            letGoOn(); // to what is paused the signal would come late
        }
        try {
            stopped.get(mayEnd ? grace.toNanos() : 0, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return kill();
        } catch (InterruptedException e) {
            kill();
            throw new InterruptedOperationException("stop " + who, e);
        } catch (ExecutionException e) {
            throw new AssertionError("nothing fails here", e);
        }
        return stopped.join().status();
    }

    private void letGoOn() {
        try {
            resume();
        } catch (SkiffException e) {
            if (!(e.getCause() instanceof ContainerStateException)) { // else it has ended, maybe just now
                throw e;
            }
        }
    }

    /**
     * Ends it without asking.
     *
     * @throws SkiffException if a process of it cannot be killed
     */
    ExitStatus kill() {
        killed = true;
        try {
            container.close();
        } catch (IllegalStateException e) {
            throw new SkiffException("stop " + who + ": " + e.getMessage(), e);
        }
        return stopped.join().status();
    }

    @Override
    public void pause() {
        onGroups("pause", container::pause);
        pausedSince.compareAndSet(null, Instant.now());
    }

    @Override
    public void resume() {
        onGroups("resume", container::resume);
        pausedSince.set(null);
    }

    @Override
    public void update(Limits changed) {
        Objects.requireNonNull(changed, "limits");
        onGroups("update", () -> container.update(runner.limits(changed).addTo(Resources.none())));
        if (changed.memoryBytes().isPresent()) {
            limits = limits.memory(changed.memoryBytes().getAsLong());
        }
    }

    private void onGroups(String what, Runnable work) {
        try {
            work.run();
        } catch (ContainerStateException | IllegalStateException | IllegalArgumentException | UncheckedIOException e) {
            throw new SkiffException(what + " " + who + ": " + e.getMessage(), e);
        }
    }

    @Override
    public ContainerStats stats() {
        return Stats.of(container.stats());
    }

    @Override
    public void signal(String name) {
        Signal signal = Signal.of(name);
        if (signal.equals(Signal.KILL)) {
            killed = true;
        }
        container.signal(signal);
    }

    @Override
    public void close() {
        if (closing.compareAndSet(false, true)) {
            try {
                remove();
            } finally {
                closed.complete(null);
            }
        } else if (logs.followers().stream().noneMatch(LogFollower::isOnThisThread)) {
            closed.join();
        }
    }

    /** Ends it without asking, and removes it: for one that was never handed out. */
    public void discard() {
        kill();
        close();
    }

    private void stopGently() {
        try {
            stop(GRACE);
        } catch (InterruptedOperationException e) {
            Thread.currentThread().interrupt(); // it has been killed, and is removed all the same
        } catch (SkiffException e) {
            LOG.log(System.Logger.Level.DEBUG, () -> who + " could not be stopped, and is killed: " + e.getMessage());
        }
    }

    private void remove() {
        stopGently();
        try {
            kill();
        } catch (SkiffException e) {
            finishFollowers();
            runner.leave(this, directory);
            throw e;
        }
        finishFollowers();
        logs.remove();
        runner.remove(this, directory);
    }

    private void finishFollowers() {
        List<LogFollower> followers = new ArrayList<>(logs.followers());
        followers.forEach(follower -> follower.finish(GRACE));
    }
}
