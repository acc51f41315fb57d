package dev.skiff.linux;

import dev.skiff.linux.abi.Signal;
import dev.skiff.linux.container.JoiningProgram;
import dev.skiff.linux.launcher.Events;
import dev.skiff.linux.launcher.Handover;
import dev.skiff.linux.launcher.HeldProcess;
import dev.skiff.linux.launcher.Order;
import dev.skiff.linux.launcher.Report;
import dev.skiff.linux.libc.ControlSocket;
import dev.skiff.linux.libc.Descriptor;
import dev.skiff.linux.libc.Pidfd;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * A process that has joined a running container, from the moment it was asked for until it is closed. It ends with its
 * container, with this JVM, and when it is closed; what it left running in the background stays. Thread-safe, but each stream is
 * for one thread at a time. Its futures are completed on the thread that hears all supervisors: what follows on them must
 * not block, or go on elsewhere.
 */
public final class LinuxExec implements AutoCloseable {
    private final String container;
    private final JoiningProgram program;
    private final ControlSocket socket;
    private final HeldProcess supervisor;
    private final ProcessStreams streams;
    private final Optional<SeccompListener> listener;
    private final Supplier<OciState> state;
    private final CompletableFuture<Long> started = new CompletableFuture<>();
    private final CompletableFuture<ContainerExit> exited = new CompletableFuture<>();
    private final CompletableFuture<Void> gone = new CompletableFuture<>();

    /** Has a supervisor forked that serves at one end of a connection; it closes this JVM's copy of that. */
    @FunctionalInterface
    interface Fork {
        HeldProcess at(ControlSocket ours, ControlSocket theirs);
    }

    private LinuxExec(
            String container,
            JoiningProgram program,
            ControlSocket socket,
            HeldProcess supervisor,
            ProcessStreams streams,
            Optional<SeccompListener> listener,
            Supplier<OciState> state) {
        this.listener = listener;
        this.state = state;
        this.container = container;
        this.program = program;
        this.socket = socket;
        this.supervisor = supervisor;
        this.streams = streams;
    }

    /**
     * Has the supervisor at that socket fork one for the new process, and gives it the program.
     *
     * @param listener who gets the descriptor of its filter, and is told the container's state
     */
    static LinuxExec begin(
            String container,
            ControlSocket supervisor,
            JoiningProgram program,
            Optional<SeccompListener> listener,
            Supplier<OciState> state) {
        return begin(
                container, (ours, theirs) -> forkOff(supervisor, theirs), Optional.empty(), program, listener, state);
    }

    /** Which one it is will be the first that it says. */
    private static HeldProcess forkOff(ControlSocket supervisor, ControlSocket theirs) {
        supervisor.send(Order.fork().encode(), List.of(theirs.descriptor()));
        theirs.close();
        return HeldProcess.unknown();
    }

    /**
     * Has a process forked by somebody who can, and gives it the program.
     *
     * @param pidfd the container's, if whoever forks does not have it
     */
    static LinuxExec begin(String container, Fork fork, Optional<Descriptor> pidfd, JoiningProgram program) {
        return begin(container, fork, pidfd, program, Optional.empty(), () -> {
            throw new AssertionError("nobody is told of a process without a listener");
        });
    }

    private static LinuxExec begin(
            String container,
            Fork fork,
            Optional<Descriptor> pidfd,
            JoiningProgram program,
            Optional<SeccompListener> listener,
            Supplier<OciState> state) {
        try {
            return begin(container, fork, pidfd, program, ProcessStreams.open(), listener, state);
        } catch (RuntimeException | Error e) {
            listener.ifPresent(SeccompListener::close);
            throw e;
        }
    }

    private static LinuxExec begin(
            String container,
            Fork fork,
            Optional<Descriptor> pidfd,
            JoiningProgram program,
            ProcessStreams streams,
            Optional<SeccompListener> listener,
            Supplier<OciState> state) {
        List<ControlSocket> pair;
        try {
            pair = ControlSocket.pair();
        } catch (RuntimeException e) {
            streams.close();
            throw e;
        }
        HeldProcess supervisor = HeldProcess.unknown();
        try (ControlSocket theirs = pair.get(1)) {
            supervisor = fork.at(pair.get(0), theirs);
            List<Descriptor> descriptors = new ArrayList<>(pidfd.stream().toList());
            descriptors.addAll(streams.theirs());
            descriptors.addAll(SeccompListener.descriptorsOf(listener));
            int first = pidfd.isPresent() ? JoiningProgram.PIDFD : JoiningProgram.FIRST_DESCRIPTOR;
            Handover.send(pair.get(0), program.program(), first, descriptors);
            streams.closeTheirs();
            LinuxExec exec = new LinuxExec(container, program, pair.get(0), supervisor, streams, listener, state);
            Events.shared().listen(exec.socket, exec::hear);
            return exec;
        } catch (RuntimeException | Error e) {
            pair.get(0).close(); // which ends the supervisor, if it is there
            supervisor.close();
            streams.close();
            throw e;
        }
    }

    private void hear(Optional<Report> heard) {
        if (heard.isEmpty()) {
            end();
            return;
        }
        Report report = heard.get();
        switch (report.kind()) {
            case STARTED -> started.complete(report.value());
            case FAILED -> fail(report);
            case EXITED -> exited.complete(ContainerExit.of(report.line(), report.value()));
            case FORKED -> report.descriptor().ifPresent(supervisor::is);
            case BORN -> born(report);
            case DONE, LOGGED, WAITING -> throw new AssertionError("the supervisor of a process says " + report);
        }
    }

    private void born(Report report) {
        try (Descriptor process = report.neededDescriptor()) {
            SeccompListener listening = listener.orElseThrow();
            Pidfd.pid(process).ifPresent(pid -> listening.tell(state.get(), pid));
        } catch (RuntimeException e) {
            started.completeExceptionally(e);
            exited.completeExceptionally(e);
            socket.finish();
        }
    }

    private void fail(Report report) {
        SyscallException failure = program.program().failure(report.line(), (int) report.value());
        RuntimeException told = program.isCommand(report.line())
                ? new ExecException(program.command(), program.searchPath(), failure)
                : failure;
        started.completeExceptionally(told);
        exited.completeExceptionally(told);
        socket.finish();
    }

    private void end() {
        started.completeExceptionally(EarlyEnd.of(
                "a process that was to join container " + container,
                exited.isCompletedExceptionally() ? ContainerExit.killed() : exited.getNow(ContainerExit.killed()),
                "the container may have ended, or have as many processes as it may have"));
        exited.complete(ContainerExit.killed());
        supervisor.close();
        listener.ifPresent(SeccompListener::close);
        socket.close();
        gone.complete(null);
    }

    /**
     * The process id on the host, once the command has been executed; else what went wrong: a {@link SyscallException},
     * or an {@link ExecException} when it is the command's own fault.
     */
    public CompletableFuture<Long> started() {
        return started.copy();
    }

    /** How it ended. Output may still be there to be read. */
    public CompletableFuture<ContainerExit> exited() {
        return exited.copy();
    }

    /** What the process reads. Close it to let the process see the end of its input. */
    public OutputStream stdin() {
        return streams.stdin;
    }

    /**
     * What it writes, until it has ended; something that it left in the background may go on to write there, which is read for
     * one more second.
     */
    public InputStream stdout() {
        return streams.stdout;
    }

    /** The same of standard error. */
    public InputStream stderr() {
        return streams.stderr;
    }

    /** Sends a signal to the process; to one that has ended it is nothing. */
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
     * Kills the process if it still runs, waits until it is gone, and closes its streams. A supervisor that somebody has stopped is
     * waited for some seconds, and killed then.
     */
    @Override
    public void close() {
        socket.finish(); // the end of what it hears is the supervisor's order to kill
        new Ending(socket, supervisor, () -> {}).await(gone);
        streams.close();
    }
}
