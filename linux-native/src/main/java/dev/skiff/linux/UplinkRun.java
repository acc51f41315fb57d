package dev.skiff.linux;

import dev.skiff.linux.container.UplinkProgram;
import dev.skiff.linux.launcher.RootAgent;
import dev.skiff.linux.libc.Descriptor;
import dev.skiff.linux.libc.Identity;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** The uplink of one container, from its beginning to its end; or none. */
final class UplinkRun implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(UplinkRun.class.getName());
    private static final int SECONDS = 10; // one that works is ready in the hundredth part of that
    private static final int TOLD_BYTES = 4096;

    private final RootAgent root;
    private final String container;
    private final Optional<Uplink> uplink;
    private final ReentrantLock lock = new ReentrantLock();
    private Optional<LinuxExec> run = Optional.empty();
    private boolean ended;
    private volatile Optional<UplinkException> failure = Optional.empty();

    UplinkRun(RootAgent root, String container, Optional<Uplink> uplink) {
        this.root = root;
        this.container = container;
        this.uplink = uplink;
    }

    /**
     * Begins, and waits until the container's network is connected.
     *
     * @param process a pidfd of the container's first process, which must be dumpable for an ordinary user
     * @throws UplinkException if that fails, and it is required
     */
    void begin(Supplier<Descriptor> process) {
        if (uplink.isEmpty()) {
            return;
        }
        try {
            connect(uplink.get(), process.get());
        } catch (UplinkException e) {
            failure = Optional.of(e);
            run.ifPresent(LinuxExec::close);
            if (uplink.get().required()) {
                throw e;
            }
            LOG.log(System.Logger.Level.DEBUG, "container " + container + " has no way out of its network", e);
        }
    }

    /** Why there is none though one was asked for. */
    Optional<UplinkException> failure() {
        return failure;
    }

    private void connect(Uplink wanted, Descriptor process) {
        LinuxExec begun = fork(wanted, process);
        CompletableFuture<Integer> ready = new CompletableFuture<>();
        Thread reader = new Thread(() -> read(begun.stdout(), ready), "skiff-uplink");
        reader.setDaemon(true);
        reader.start();
        try {
            if (ready.get(SECONDS, TimeUnit.SECONDS) < 0) {
                throw failed(wanted, begun);
            }
            begun.stdin().close();
            begun.stdout().close();
            begun.stderr().close();
            var unused = begun.exited().thenAccept(exit -> died(wanted, exit));
        } catch (TimeoutException e) {
            throw new UplinkException(wanted, "it was not ready within " + SECONDS + " s");
        } catch (ExecutionException | IOException e) {
            throw new UplinkException(wanted, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UplinkException(wanted, "interrupted while it began");
        }
    }

    private LinuxExec fork(Uplink wanted, Descriptor process) {
        lock.lock();
        try {
            if (ended) {
                throw new UplinkException(wanted, "the container has ended meanwhile");
            }
            LinuxExec begun = LinuxExec.begin(
                    container, root::fork, Optional.of(process), new UplinkProgram(wanted, Identity.user() == 0));
            run = Optional.of(begun);
            return begun;
        } catch (SyscallException | IllegalStateException e) {
            throw new UplinkException(wanted, e);
        } finally {
            lock.unlock();
        }
    }

    /** The first byte, or -1 if it has ended without one. */
    private static void read(InputStream from, CompletableFuture<Integer> ready) {
        try {
            ready.complete(from.read());
        } catch (IOException | RuntimeException | Error e) {
            ready.completeExceptionally(e);
        }
    }

    private static UplinkException failed(Uplink wanted, LinuxExec begun) throws InterruptedException, IOException {
        try {
            ContainerExit exit = begun.exited().get(SECONDS, TimeUnit.SECONDS);
            String said = new String(begun.stderr().readNBytes(TOLD_BYTES), StandardCharsets.UTF_8).trim();
            return new UplinkException(
                    wanted,
                    (exit.signaled() ? "it ended by signal " : "it exited with ")
                            + exit.value()
                            + (said.isEmpty() ? "" : ": " + said));
        } catch (ExecutionException e) {
            return new UplinkException(wanted, e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            return new UplinkException(wanted, "it closed its output and did not end");
        }
    }

    /** It is not begun anew: the connections through it are lost, and what has ended it once, want of memory say, ends it again. */
    private void died(Uplink lost, ContainerExit exit) {
        lock.lock();
        try {
            if (!ended) {
                UplinkException gone = new UplinkException(
                        lost,
                        "it ended " + (exit.signaled() ? "by signal " : "with ") + exit.value()
                                + " while the container ran, which has no way out any more; start the container anew");
                failure = Optional.of(gone);
                LOG.log(System.Logger.Level.WARNING, "container " + container + ": " + gone.getMessage());
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends it, and waits until it is gone. */
    @Override
    public void close() {
        Optional<LinuxExec> last;
        lock.lock();
        try {
            ended = true;
            last = run;
        } finally {
            lock.unlock();
        }
        last.ifPresent(LinuxExec::close);
    }
}
