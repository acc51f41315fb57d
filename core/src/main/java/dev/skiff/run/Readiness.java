package dev.skiff.run;

import dev.skiff.ExitStatus;
import dev.skiff.LogLine;
import dev.skiff.NotReadyException;
import dev.skiff.Ready;
import dev.skiff.linux.LogEntry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/**
 * Waits until a container is ready, as its caller defines that. Its end and its lines are heard as they come; what is to be seen
 * from outside only is asked for again and again, at first every millisecond and later every 50.
 */
final class Readiness {
    private static final int TAIL = 50;
    private static final long FIRST_PAUSE_NANOS = 1_000_000;
    private static final long LONGEST_PAUSE_NANOS = 50_000_000;

    /** Looks once; what was found instead, or empty if it is what is waited for. */
    @FunctionalInterface
    interface Probe {
        Optional<String> look(Duration limit) throws InterruptedException;
    }

    private final RunningContainer container;
    private final Ready ready;
    private final long start = System.nanoTime();

    Readiness(RunningContainer container, Ready ready) {
        this.container = container;
        this.ready = ready;
    }

    /** @throws NotReadyException if it ends first or takes too long; the container is as it was then */
    void await() throws InterruptedException {
        if (ready instanceof Ready.Http http) {
            poll(new HttpProbe(container.hostPort(http.port()), http.path()));
        } else if (ready instanceof Ready.Tcp tcp) {
            poll(new ListenProbe(container.started().join(), tcp.port()));
        } else if (ready instanceof Ready.Command command) {
            poll(new ExecProbe(container, command.argv()));
        } else if (ready instanceof Ready.Log log) {
            awaitLine(log.pattern());
        }
    }

    private void poll(Probe probe) throws InterruptedException {
        long pause = FIRST_PAUSE_NANOS;
        while (true) {
            Optional<String> found = probe.look(Duration.ofNanos(Math.max(left(), 1)));
            if (found.isEmpty()) {
                return;
            }
            if (left() <= 0) {
                throw timedOut(found.get());
            }
            Optional<ExitStatus> ended = container.awaitExit(Math.min(pause, left()));
            if (ended.isPresent()) {
                throw ended(ended.get());
            }
            pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
        }
    }

    /** Lines are read by this thread: those of the executor may all be taken by waits like this one. */
    private void awaitLine(Pattern pattern) throws InterruptedException {
        try (LogLines lines = container.logs().read()) {
            Optional<LogEntry> line = lines.next(left());
            while (line.isPresent()) {
                if (pattern.matcher(LogDecoder.decode(line.get()).text()).find()) {
                    return;
                }
                if (left() <= 0) {
                    throw timedOut("");
                }
                line = lines.next(left());
            }
            throw ended(container.awaitExit(Long.MAX_VALUE).orElseThrow()); // as its output has
        } catch (TimeoutException e) {
            throw timedOut("");
        }
    }

    private long left() {
        return ready.limit().toNanos() - (System.nanoTime() - start);
    }

    private NotReadyException ended(ExitStatus status) {
        return NotReadyException.ended(container.who(), status, tail());
    }

    private NotReadyException timedOut(String found) {
        return NotReadyException.timedOut(container.who(), ready, found, tail());
    }

    private List<String> tail() {
        return container.logs().tail(TAIL).stream().map(LogLine::text).toList();
    }
}
