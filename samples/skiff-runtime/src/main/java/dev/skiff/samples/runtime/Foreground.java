package dev.skiff.samples.runtime;

import dev.skiff.linux.OciStreams;
import dev.skiff.linux.OciTerminal;
import dev.skiff.linux.OwnTerminal;
import dev.skiff.oci.runtime.ConsoleSize;
import dev.skiff.oci.runtime.Process;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The terminal of a process that is waited for, carried to and from our own standard streams. If these are a terminal, it is raw
 * meanwhile, and the process's has its size. The end of what is typed is not told: a terminal's input has none.
 */
final class Foreground implements AutoCloseable {
    private static final int BUFFER = 1 << 16;

    private final OciTerminal terminal = OciTerminal.open();
    private final Optional<OwnTerminal> own = OwnTerminal.find();
    private final Thread writer = new Thread(this::write, "output of the terminal");

    private Foreground() {}

    /**
     * One for a process that has a terminal and is waited for; none for others.
     *
     * @throws IllegalArgumentException if a console socket is given and of no use, or missing
     */
    static Optional<Foreground> of(boolean hasTerminal, boolean detached, Optional<Path> consoleSocket) {
        if (consoleSocket.isPresent() && !(hasTerminal && detached)) {
            throw new IllegalArgumentException(
                    "--console-socket is for a process that has a terminal and is not waited for: "
                            + (hasTerminal ? "give --detach, too, or leave it out" : "this one has no terminal"));
        }
        if (hasTerminal && detached && consoleSocket.isEmpty()) {
            throw new IllegalArgumentException(
                    "a process with a terminal that is not waited for needs --console-socket,"
                            + " for somebody has to keep the terminal's master; or leave --detach out");
        }
        return hasTerminal && !detached ? Optional.of(new Foreground()) : Optional.empty();
    }

    /** What the process is given. */
    static OciStreams streams(Optional<Foreground> foreground, Optional<Path> consoleSocket) {
        return foreground
                .map(each -> OciStreams.terminal(each.terminal))
                .or(() -> consoleSocket.map(OciStreams::terminal))
                .orElseGet(OciStreams::inherited);
    }

    /** The same process, with a terminal that is as large as ours from the beginning. */
    Process sized(Process process) {
        return size().map(process::withConsoleSize).orElse(process);
    }

    private Optional<ConsoleSize> size() {
        return own.map(OwnTerminal::size).filter(size -> size.height() > 0 && size.width() > 0);
    }

    /** Makes the terminal as large as ours, which it will follow. */
    void resize() {
        Signals.handle("WINCH", () -> size().ifPresent(terminal::resize));
        size().ifPresent(terminal::resize);
    }

    /** Carries what is written and typed from now on. */
    void carry() {
        Thread reader = new Thread(this::read, "input of the terminal");
        reader.setDaemon(true); // nobody can wake it: it ends with us
        own.ifPresent(OwnTerminal::makeRaw);
        writer.start();
        reader.start();
    }

    private void read() {
        try (InputStream in = new FileInputStream(FileDescriptor.in)) {
            in.transferTo(terminal.stdin());
        } catch (IOException | IllegalStateException e) {
            return; // the process is over
        }
    }

    /** When nobody takes what is written any more, the terminal hangs up. */
    private void write() {
        byte[] some = new byte[BUFFER];
        try (OutputStream out = new FileOutputStream(FileDescriptor.out)) {
            InputStream in = terminal.stdout();
            for (int count = in.read(some); count >= 0; count = in.read(some)) {
                out.write(some, 0, count);
            }
        } catch (IOException e) {
            terminal.close();
        }
    }

    /** The process is over: waits until all that it has written has been carried. */
    void finish() {
        terminal.finish();
        try {
            writer.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        own.ifPresent(OwnTerminal::close);
        terminal.close();
    }
}
