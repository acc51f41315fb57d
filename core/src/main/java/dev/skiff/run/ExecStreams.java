package dev.skiff.run;

import com.google.common.io.ByteSource;
import dev.skiff.Exec;
import dev.skiff.LogLine;
import dev.skiff.linux.LinuxExec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Feeds a process in a container, and gathers what it writes. Each stream has a thread of its own: reading from a pipe blocks
 * in the kernel, which must not hold up the executor of the caller.
 */
final class ExecStreams {
    private static final int CHUNK = 16 << 10;

    private final Collected out;
    private final Collected err;
    private final List<CompletableFuture<Void>> ends;
    private final CompletableFuture<Void> failure = new CompletableFuture<>();

    /** What a listener has thrown. */
    static final class ListenerFailure extends RuntimeException {
        private static final long serialVersionUID = 1L;

        ListenerFailure(Throwable cause) {
            super(cause);
        }
    }

    /** Carries bytes from one stream to where they go, until it ends. */
    @FunctionalInterface
    private interface Carrier {
        void carry() throws IOException;
    }

    private ExecStreams(LinuxExec process, ByteSource input, List<Consumer<? super LogLine>> listeners) {
        ReentrantLock oneAtATime = new ReentrantLock();
        this.out = new Collected(new LineFeed(LogLine.Source.STDOUT, listeners, oneAtATime));
        this.err = new Collected(new LineFeed(LogLine.Source.STDERR, listeners, oneAtATime));
        this.ends = List.of(
                onThread("stdout", () -> out.read(process.stdout())),
                onThread("stderr", () -> err.read(process.stderr())));
        feed(process.stdin(), input);
    }

    /** Begins to carry, and does not wait. */
    static ExecStreams carry(LinuxExec process, ByteSource input, List<Consumer<? super LogLine>> listeners) {
        return new ExecStreams(process, input, listeners);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a process need not read what it is given
    private void feed(OutputStream stdin, ByteSource input) {
        Carrier feeding = () -> {
            try (stdin) {
                input.copyTo(stdin);
            } catch (IOException nobodyReads) {
                // EPIPE: it has ended, or closed its input; how it ended is what counts
            }
        };
        onThread("stdin", feeding);
    }

    private CompletableFuture<Void> onThread(String stream, Carrier carrier) {
        CompletableFuture<Void> end = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        carrier.carry();
                        end.complete(null);
                    } catch (IOException | RuntimeException | Error e) {
                        end.completeExceptionally(e);
                        failure.completeExceptionally(e);
                    }
                },
                "skiff-exec-" + stream);
        thread.setDaemon(true);
        thread.start();
        return end;
    }

    /** Fails when a stream does, at once; it is never completed otherwise. */
    CompletableFuture<Void> failure() {
        return failure;
    }

    /** Waits until all that was written has been gathered, and heard. */
    void awaitEnd() throws InterruptedException, ExecutionException {
        for (CompletableFuture<Void> end : ends) {
            end.get();
        }
    }

    String stdout() {
        return out.text();
    }

    String stderr() {
        return err.text();
    }

    long dropped() {
        return out.dropped + err.dropped;
    }

    /** What one stream gave: kept as far as it fits, and fed on by lines. Read by one thread, then looked at by another. */
    private static final class Collected {
        private final LineFeed lines;
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
        private long dropped;

        Collected(LineFeed lines) {
            this.lines = lines;
        }

        void read(InputStream in) throws IOException {
            byte[] chunk = new byte[CHUNK];
            for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
                int fits = Math.min(count, Exec.MOST_KEPT_BYTES - kept.size());
                kept.write(chunk, 0, fits);
                dropped += count - fits;
                lines.add(chunk, count);
            }
            lines.end();
        }

        String text() {
            return kept.toString(StandardCharsets.UTF_8);
        }
    }
}
