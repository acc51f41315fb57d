package dev.skiff.linux;

import dev.skiff.linux.abi.Signal;
import dev.skiff.linux.cgroup.ContainerGroups;
import dev.skiff.linux.cgroup.Membership;
import dev.skiff.linux.cgroup.NetworkStats;
import dev.skiff.linux.container.ExecProgram;
import dev.skiff.linux.container.Stage;
import dev.skiff.linux.container.SupervisorProgram;
import dev.skiff.linux.launcher.Agent;
import dev.skiff.linux.launcher.Events;
import dev.skiff.linux.launcher.HeldProcess;
import dev.skiff.linux.launcher.Order;
import dev.skiff.linux.launcher.Report;
import dev.skiff.linux.libc.ControlSocket;
import dev.skiff.linux.libc.Descriptor;
import dev.skiff.linux.tree.AgentTree;
import dev.skiff.oci.runtime.NamespaceType;
import dev.skiff.oci.runtime.Process;
import dev.skiff.oci.runtime.Resources;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * A container of this JVM, from the moment its start was asked for until nothing of it is left. Thread-safe. Closing it kills
 * it, and so does the end of the JVM. Its futures are completed on the thread that hears all supervisors: what
 * follows on them must not block, or go on elsewhere.
 */
public final class LinuxContainer implements AutoCloseable {
    private static final byte[] GO = {1};

    private final ContainerRequest request;
    private final List<Integer> hostPorts;
    private final SupervisorProgram program;
    private final ContainerPreparation preparation;
    private final ContainerGroups groups;
    private final LinuxHost host;
    private final UplinkRun uplink;
    private final ControlSocket socket;
    private final HeldProcess supervisor;
    private final CompletableFuture<Long> started = new CompletableFuture<>();
    private final CompletableFuture<ContainerExit> exited = new CompletableFuture<>();
    private final CompletableFuture<Void> left = new CompletableFuture<>(); // by its supervisor
    private final CompletableFuture<Void> gone = new CompletableFuture<>();
    private final List<Runnable> outputListeners = new CopyOnWriteArrayList<>();
    private final HeldProcess first = HeldProcess.unknown();
    private Optional<Integer> failed = Optional.empty(); // the line; of the thread that hears
    private boolean hooksFollow; // its start: of that thread, too

    LinuxContainer(
            ContainerRequest request,
            List<Integer> hostPorts,
            SupervisorProgram program,
            ContainerPreparation preparation,
            ControlSocket socket,
            HeldProcess supervisor,
            ContainerGroups groups,
            LinuxHost host) {
        this.request = request;
        this.hostPorts = List.copyOf(hostPorts);
        this.program = program;
        this.preparation = preparation;
        this.socket = socket;
        this.supervisor = supervisor;
        this.groups = groups;
        this.host = host;
        this.uplink = new UplinkRun(host.root(), request.id(), request.uplink());
    }

    void listen() {
        Events.shared().listen(socket, this::hear);
    }

    private void hear(Optional<Report> heard) {
        if (heard.isEmpty()) {
            end();
            return;
        }
        Report report = heard.get();
        switch (report.kind()) {
            case STARTED -> {
                preparation.close();
                begun(report.value());
            }
            case FAILED -> fail(report);
            case EXITED -> exited.complete(ContainerExit.of(report.line(), report.value()));
            case WAITING -> onThread("skiff-stage", () -> reach(Stage.of(report), report.value()), this::cannotStart);
            case BORN -> born(report);
            case LOGGED -> outputListeners.forEach(Runnable::run);
            case DONE, FORKED -> throw new AssertionError("the supervisor of a container says " + report);
        }
    }

    private void born(Report report) {
        try {
            Descriptor process = report.neededDescriptor();
            first.is(process);
            preparation.born(process);
        } catch (RuntimeException e) {
            cannotStart(e);
        }
    }

    private void cannotStart(Throwable failure) {
        started.completeExceptionally(failure);
        socket.finish(); // which ends the supervisor, and the container with it
    }

    /** Does what is due at that stage, and has the container go on. */
    private void reach(Stage stage, long pid) {
        try {
            preparation.reach(stage, pid, this::first);
            if (stage == Stage.CREATED) {
                uplink.begin(this::first);
            }
            socket.send(GO, List.of());
        } catch (RuntimeException | Error e) {
            cannotStart(e);
        }
    }

    private Descriptor first() {
        return first.descriptor()
                .orElseThrow(() -> new ContainerStateException(id(), "stopped", "it ended while it was made"));
    }

    private void begun(long pid) {
        if (!preparation.hooks().followStart()) {
            started.complete(pid);
            return;
        }
        hooksFollow = true;
        onThread("skiff-poststart", () -> followStart(pid), this::cannotStart);
    }

    private void followStart(long pid) {
        try {
            preparation.hooks().started(pid);
            started.complete(pid);
        } catch (RuntimeException | Error e) {
            cannotStart(e);
        }
    }

    private void fail(Report report) {
        failed = Optional.of(report.line());
        SyscallException failure = program.program().failure(report.line(), (int) report.value());
        started.completeExceptionally(
                program.isCommand(report.line())
                        ? new ExecException(program.command(), program.searchPath(), failure)
                        : failure);
        socket.finish();
    }

    /** The supervisor is gone, and with it all that it held. */
    private void end() {
        preparation.close();
        if (!hooksFollow) { // else it has started, and may be over before they are
            started.completeExceptionally(EarlyEnd.of(
                    "container " + request.id(),
                    exited.getNow(ContainerExit.killed()),
                    "it or its supervisor was killed, or memory was short: see the kernel's log"));
        }
        boolean orderly = exited.isDone();
        if (!orderly) {
            first.kill(); // it may have cleared the signal that it would have got with its supervisor's death
        }
        first.close();
        exited.complete(ContainerExit.killed());
        supervisor.close();
        socket.close();
        left.complete(null);
        if (request.uplink().isEmpty()) {
            tidyUp(orderly);
            return;
        }
        onThread(
                "skiff-uplink-end",
                () -> {
                    uplink.close();
                    tidyUp(orderly);
                },
                this::leaveAsItIs);
    }

    private void tidyUp(boolean orderly) {
        if (orderly && endsAlone() && !preparation.hooks().followEnd()) {
            leave(groups::abandon); // its supervisor has removed them, if it was not killed just then
            return;
        }
        Runnable tidyUp = orderly && endsAlone()
                ? groups::abandon
                : failed.isPresent()
                        ? new ContainerGroups(program.groupsMadeBefore(failed.get()))::abandon
                        : this::destroyGroups;
        // what was in the container may take a moment to die, and the others must be heard meanwhile
        onThread("skiff-tidy-up", () -> leave(tidyUp), this::leaveAsItIs);
    }

    /** What is left is killed, and not waited for: that would keep others from being heard. */
    private void leaveAsItIs(Throwable noThread) {
        try {
            groups.kill();
        } catch (RuntimeException e) {
            noThread.addSuppressed(e);
        }
        gone.completeExceptionally(new IllegalStateException(
                "end container " + id() + ": no thread can be made to remove what it leaves", noThread));
    }

    private void destroyGroups() {
        groups.destroy().ifPresent(remains -> {
            throw new IllegalStateException("end container " + id() + ": " + remains);
        });
    }

    /** Whether all that it started is gone when its first process is: pid_namespaces(7). */
    private boolean endsAlone() {
        return request.spec()
                .linux()
                .flatMap(linux -> linux.namespace(NamespaceType.PID))
                .filter(namespace -> namespace.path().isEmpty())
                .isPresent();
    }

    /** @param otherwise what is done, here, if no thread can be made */
    private static void onThread(String name, Runnable work, Consumer<Throwable> otherwise) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        try {
            thread.start();
        } catch (Error e) { // OutOfMemoryError
            otherwise.accept(e);
        }
    }

    private void leave(Runnable tidyUp) {
        try {
            tidyUp.run();
            if (hooksFollow && preparation.hooks().followEnd()) {
                started.handle((pid, failure) -> true).join(); // poststop comes after poststart
            }
            preparation.hooks().stopped();
            gone.complete(null);
        } catch (RuntimeException | Error e) {
            gone.completeExceptionally(e);
        }
    }

    public String id() {
        return request.id();
    }

    /**
     * The process id on the host, once the container's program has been executed; else what went wrong: a
     * {@link SyscallException}, or an {@link ExecException} when it is the command's own fault.
     */
    public CompletableFuture<Long> started() {
        return started.copy();
    }

    /** How it ended, once all of its output is in the log. */
    public CompletableFuture<ContainerExit> exited() {
        return exited.copy();
    }

    /** Completed when its supervisor has gone as well: nothing of it runs any more, and its directory may be removed. */
    public CompletableFuture<Void> gone() {
        return gone.copy();
    }

    /** Why it has no way out of its network, though one was asked for: it could not be had, or what led out has ended since. */
    public Optional<UplinkException> uplinkFailure() {
        return uplink.failure();
    }

    /** The host's ports, in the order in which they were asked for. */
    public List<Integer> hostPorts() {
        return hostPorts;
    }

    /** Calls that when there is more in the log, until the end; soon after, not for each line. */
    public void onOutput(Runnable listener) {
        outputListeners.add(listener);
    }

    /** Sends a signal to the container's first process; to one that has ended it is nothing. */
    public void signal(Signal signal) {
        try {
            socket.send(Order.signal(signal.number()).encode(), List.of());
        } catch (SyscallException | IllegalStateException e) {
            if (!exited.isDone() && !gone.isDone()) {
                throw e;
            }
        }
    }

    /**
     * Has a process started in this container, and does not wait for it: {@link LinuxExec#started} tells. It joins the namespaces
     * and control groups that the container is in now, gets the container's seccomp filter, and of rights just what the
     * specification of the process says.
     *
     * @param process what to run; its working directory has to be there
     * @throws ContainerStateException if the container does not run, or is paused
     * @throws IllegalArgumentException if the specification asks for what we cannot do
     */
    public LinuxExec exec(Process process) {
        checkStarted();
        long pid = started.join();
        Membership now = Membership.of(pid);
        checkRuns();
        if (now.frozen()) {
            throw new ContainerStateException(
                    id(), "paused", "a process that joined it would not run; resume it first");
        }
        List<Membership.Place> places = new ArrayList<>(now.beyond(Membership.of(host.launcher())));
        places.addAll(groups.elsewhere());
        ExecProgram joining = ExecProgram.of(
                request.spec(), pid, process, places, host.facts(), ExecProgram.Kind.PIPED, false, 0, true);
        return join(joining);
    }

    /** Has the supervisor run the program of a process that joins. */
    LinuxExec join(ExecProgram joining) {
        try {
            return LinuxExec.begin(id(), socket, joining, SeccompListener.connect(request.spec()), this::state);
        } catch (SyscallException | IllegalStateException e) {
            throw endedOr(e);
        }
    }

    private OciState state() {
        return preparation.hooks().now("running", started.join());
    }

    /**
     * The container's files as its own processes see them, with everything that is mounted: paths mean what they mean in there,
     * and no link or {@code ..} leads out, whatever the container does meanwhile. Who works on them is in the
     * container's mount namespace and in no other, so nothing in there can signal or trace it. Close it when done; it also
     * ends with this JVM, but not with the container.
     *
     * @throws ContainerStateException if the container does not run
     */
    public FileTree files() {
        checkStarted();
        checkRuns();
        List<ControlSocket> pair = ControlSocket.pair();
        try (ControlSocket theirs = pair.get(1)) {
            socket.send(Order.fork().encode(), List.of(theirs.descriptor()));
        } catch (SyscallException | IllegalStateException e) {
            pair.get(0).close();
            throw endedOr(e);
        }
        try {
            Agent agent = Agent.at(pair.get(0), AgentTree.MEMORY, this::checkSupervisorGoesOn);
            return AgentTree.inside(id(), agent, !host.manyIds(), firstProcess());
        } catch (RuntimeException e) {
            pair.get(0).close();
            throw e instanceof SyscallException ? endedOr(e) : e;
        }
    }

    private void checkSupervisorGoesOn() {
        if (supervisor.stopped()) {
            throw new SyscallException(
                    "recv",
                    "an agent",
                    "ETIMEDOUT",
                    "ask the supervisor of container " + id() + " for an agent",
                    "somebody has stopped it: kill -CONT " + supervisor.pid().orElse(0) + " lets it go on");
        }
    }

    /**
     * What keeps it from going on, for the message of one who has waited long enough: that its supervisor has been stopped, for
     * example. Empty if nothing is known.
     */
    public Optional<String> obstacle() {
        return supervisor.stopped()
                ? Optional.of("its supervisor, " + supervisor + ", has been stopped; kill -CONT lets it go on")
                : Optional.empty();
    }

    private AgentTree.First firstProcess() {
        return new AgentTree.First(started.join(), has(NamespaceType.USER), has(NamespaceType.MOUNT));
    }

    private boolean has(NamespaceType type) {
        return request.spec().linux().flatMap(linux -> linux.namespace(type)).isPresent();
    }

    private void checkStarted() {
        if (!started.isDone() || started.isCompletedExceptionally()) {
            throw new ContainerStateException(id(), "created", "that can be done once it runs");
        }
    }

    private void checkRuns() {
        if (exited.isDone()) {
            throw new ContainerStateException(id(), "stopped", "that can be done only while it runs");
        }
    }

    private RuntimeException endedOr(RuntimeException failure) {
        return exited.isDone() || gone.isDone()
                ? new ContainerStateException(id(), "stopped", "it ended just now")
                : failure;
    }

    /**
     * Stops all of its processes where they are; they get no more time until {@link #resume}. Paused twice is paused. To what is
     * paused, signals but KILL come late.
     *
     * @throws MissingControllerException if this host has nothing to stop them with
     * @throws IllegalStateException if one of them cannot be stopped within 10 seconds, and then none is
     * @throws ContainerStateException if it has ended
     */
    public void pause() {
        whileAlive("pause", () -> groups.freeze(true));
    }

    /** Lets its processes go on; of one that is not paused it is nothing. */
    public void resume() {
        whileAlive("resume", () -> groups.freeze(false));
    }

    /**
     * Sets other limits; what {@code resources} does not mention stays as it is.
     *
     * @throws MissingControllerException if it is in no control group that could hold one of them
     * @throws java.io.UncheckedIOException if the kernel refuses a value
     */
    public void update(Resources resources) {
        whileAlive("update", () -> groups.update(resources));
    }

    /** What it uses, with all that was executed in it. Of one that has ended there is nothing. */
    public ContainerStats stats() {
        return groups.stats()
                .with(
                        started.isDone() && !started.isCompletedExceptionally()
                                ? NetworkStats.of(started.join())
                                : List.of());
    }

    private void whileAlive(String what, Runnable work) {
        checkStarted();
        if (exited.isDone()) {
            throw new ContainerStateException(id(), "stopped", "there is nothing to " + what);
        }
        try {
            work.run();
        } catch (UncheckedIOException e) {
            throw groups.areThere() ? endedOr(e) : new ContainerStateException(id(), "stopped", "it ended just now");
        }
    }

    /**
     * Kills it and waits until it is gone. A supervisor that somebody has stopped is waited for some seconds, and killed then.
     *
     * @throws IllegalStateException if some process of it cannot be killed: one that waits for a disk or a network file system,
     *     say, ends only when that answers
     */
    @Override
    public void close() {
        socket.finish(); // the end of what it hears is the supervisor's order to kill
        new Ending(socket, supervisor, first::kill).await(left);
        try {
            gone.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof IllegalStateException unkillable ? unkillable : e;
        }
    }
}
