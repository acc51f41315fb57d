package dev.skiff.linux;

import dev.skiff.linux.libc.ControlSocket;
import dev.skiff.linux.libc.Descriptor;
import dev.skiff.linux.libc.Pipe;
import dev.skiff.linux.libc.PipeInput;
import dev.skiff.linux.libc.PipeOutput;
import dev.skiff.linux.libc.Tty;
import dev.skiff.oci.runtime.ConsoleSize;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The terminal of one process of an {@link OciRuntime} whose master this JVM keeps: pty(7). It is made in the container, for the process
 * that is created or executed with {@link OciStreams#terminal(OciTerminal)}, and is there for {@link #stdin}, {@link #stdout} and
 * {@link #resize} from then on. To close it hangs it up: who is in its foreground gets SIGHUP. Thread-safe, but each stream is for one
 * thread at a time.
 */
public final class OciTerminal implements AutoCloseable {
    /** How long output is waited for that something left in the background may still write. */
    private static final Duration DRAIN = Duration.ofSeconds(1);

    private static final int MESSAGE_BYTES = 64;

    private final ReentrantLock lock = new ReentrantLock();
    private final ControlSocket ours;
    private final ControlSocket theirs;
    private final Pipe life;
    private boolean handedOver;
    private boolean closed;
    private @Nullable Master master;

    private record Master(Descriptor descriptor, PipeOutput stdin, PipeInput stdout) {}

    private OciTerminal(List<ControlSocket> pair, Pipe life) {
        this.ours = pair.get(0);
        this.theirs = pair.get(1);
        this.life = life;
    }

    /** One that no process has yet. */
    public static OciTerminal open() {
        Pipe life = Pipe.open();
        try {
            return new OciTerminal(ControlSocket.pair(), life);
        } catch (RuntimeException e) {
            life.close();
            throw e;
        }
    }

    /** What is handed to the process is the socket that it sends its master to: once. */
    <T> T handOver(Function<Descriptor, T> work) {
        lock.lock();
        try {
            if (handedOver) {
                throw new IllegalStateException("a terminal is for one process, and this one has been given to one");
            }
            handedOver = true;
        } finally {
            lock.unlock();
        }
        try (theirs) {
            return work.apply(theirs.descriptor());
        }
    }

    private Master master() {
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the terminal is closed");
            }
            if (master == null) {
                master = receive();
            }
            return master;
        } finally {
            lock.unlock();
        }
    }

    private Master receive() {
        if (!handedOver) {
            throw new IllegalStateException("no process has been given this terminal yet");
        }
        Descriptor descriptor = ours.receiveMessage(MESSAGE_BYTES)
                .flatMap(ControlSocket.Message::descriptor)
                .orElseThrow(() -> new IllegalStateException("the process ended before it had made its terminal"));
        try {
            PipeOutput stdin = new PipeOutput(Tty.duplicate(descriptor), life.read());
            return new Master(descriptor, stdin, new PipeInput(descriptor, life.read(), DRAIN));
        } catch (RuntimeException e) {
            descriptor.close();
            throw e;
        }
    }

    /**
     * What is typed at it. Closing that tells the process nothing, for the input of a terminal has no end: a program that reads lines takes
     * the byte 4 (Ctrl-D) for one.
     */
    public OutputStream stdin() {
        return master().stdin();
    }

    /**
     * What is written to it, until nobody has it open any more. After {@link #finish} that comes within a second, whatever the process has
     * left in the background.
     */
    public InputStream stdout() {
        return master().stdout();
    }

    /**
     * Says how large it is, which whoever is in its foreground is told by SIGWINCH. At first it is as {@code process.consoleSize} has it.
     *
     * @throws SyscallException if it cannot be
     */
    public void resize(ConsoleSize size) {
        Tty.resize(master().descriptor(), new Tty.Size(size.height(), size.width()));
    }

    /** The process is over: what it has written is still there to be read, and nothing is waited for. */
    public void finish() {
        life.write().close();
    }

    @Override
    public void close() {
        finish();
        lock.lock();
        try {
            closed = true;
            theirs.close();
            ours.close();
            if (master != null) {
                master.stdout().cut();
                master.stdin().close();
                master.stdout().close();
            }
            life.close();
        } finally {
            lock.unlock();
        }
    }
}
