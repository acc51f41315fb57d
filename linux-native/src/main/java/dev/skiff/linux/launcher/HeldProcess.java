package dev.skiff.linux.launcher;

import dev.skiff.linux.libc.ControlSocket;
import dev.skiff.linux.libc.Descriptor;
import dev.skiff.linux.libc.Pidfd;
import dev.skiff.linux.proc.ProcessStat;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A launcher's process, held by a descriptor, so that no other is ever taken for it. It may become known later than it is
 * needed, and be gone: what is asked of it then is nothing. Thread-safe.
 */
public final class HeldProcess implements AutoCloseable {
    private static final int SIGCONT = 18;
    private static final char STOPPED = 'T';
    private static final Duration LONGEST_DEATH = Duration.ofSeconds(1);

    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Descriptor pidfd;
    private boolean closed;
    private boolean gone; // before it could be held

    private HeldProcess() {}

    /** One of which nothing is known yet. */
    public static HeldProcess unknown() {
        return new HeldProcess();
    }

    /** A child of this JVM that has not been waited for. */
    static HeldProcess child(int pid) {
        HeldProcess process = new HeldProcess();
        Pidfd.open(pid).ifPresent(process::is);
        return process;
    }

    /**
     * One that was forked just now to serve at the other end of this socket, which this JVM has closed.
     *
     * @param pid its number then: as long as the other end is open it lives, and that is no other's
     */
    static HeldProcess forked(int pid, ControlSocket socket) {
        HeldProcess process = new HeldProcess();
        Optional<Descriptor> opened = Pidfd.open(pid);
        if (opened.isEmpty() || socket.isOver()) {
            opened.ifPresent(Descriptor::close);
            process.gone = true;
        } else {
            process.is(opened.get());
        }
        return process;
    }

    /** It is the one that this descriptor refers to. */
    public void is(Descriptor descriptor) {
        lock.lock();
        try {
            if (closed) {
                descriptor.close();
            } else {
                pidfd = descriptor;
            }
        } finally {
            lock.unlock();
        }
    }

    /** What it is held by, which may be closed any time; none, if it is not known or let go of. */
    public Optional<Descriptor> descriptor() {
        lock.lock();
        try {
            return Optional.ofNullable(pidfd);
        } finally {
            lock.unlock();
        }
    }

    /** Its number, while it is there. */
    public OptionalLong pid() {
        lock.lock();
        try {
            return pidfd == null ? OptionalLong.empty() : Pidfd.pid(pidfd);
        } finally {
            lock.unlock();
        }
    }

    /** Whether it is known to have ended, and to have been waited for. */
    public boolean isGone() {
        lock.lock();
        try {
            return gone || (pidfd != null && Pidfd.pid(pidfd).isEmpty());
        } finally {
            lock.unlock();
        }
    }

    /** Whether somebody has stopped it: SIGSTOP of signal(7). */
    public boolean stopped() {
        OptionalLong pid = pid();
        return pid.isPresent() && ProcessStat.of(pid.getAsLong()).state() == STOPPED;
    }

    /** Lets it go on. */
    public void resume() {
        use(descriptor -> Pidfd.trySignal(descriptor, SIGCONT));
    }

    public void kill() {
        use(Pidfd::kill);
    }

    /** Kills it and the processes below it, which it may be in no state to wait for; they are given a second to be gone. */
    public void killWithChildren() {
        List<Descriptor> below = pid().stream()
                .mapToObj(ProcessHandle::of)
                .flatMap(Optional::stream)
                .flatMap(ProcessHandle::descendants)
                .map(HeldProcess::open)
                .flatMap(Optional::stream)
                .toList();
        below.forEach(Pidfd::kill);
        kill();
        for (Descriptor each : below) {
            Pidfd.awaitEnd(each, LONGEST_DEATH);
            each.close();
        }
    }

    /** Gives it a second to be gone. */
    public void awaitEnd() {
        use(process -> Pidfd.awaitEnd(process, LONGEST_DEATH));
    }

    /** None if the number is another's by now, which the time of its start tells. */
    private static Optional<Descriptor> open(ProcessHandle process) {
        Optional<Descriptor> opened = Pidfd.open(process.pid());
        if (ProcessHandle.of(process.pid()).filter(process::equals).isEmpty()) {
            opened.ifPresent(Descriptor::close);
            return Optional.empty();
        }
        return opened;
    }

    private void use(Consumer<Descriptor> work) {
        lock.lock();
        try {
            if (pidfd != null) {
                work.accept(pidfd);
            }
        } finally {
            lock.unlock();
        }
    }

    /** As a message names it. */
    @Override
    public String toString() {
        OptionalLong pid = pid();
        return pid.isEmpty() ? "a process that is gone" : "process " + pid.getAsLong();
    }

    /** Lets go of it; the process goes on. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            if (pidfd != null) {
                pidfd.close();
                pidfd = null;
            }
        } finally {
            lock.unlock();
        }
    }
}
