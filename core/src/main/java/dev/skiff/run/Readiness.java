package dev.skiff.run;

import dev.skiff.ExitStatus;
import dev.skiff.LogLine;
import dev.skiff.Logs;
import dev.skiff.NotReadyException;
import dev.skiff.Ready;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
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

    private void awaitLine(Pattern pattern) throws InterruptedException {
        CompletableFuture<Boolean> found = new CompletableFuture<>();
        try (Logs.Following following = container.logs().follow(line -> {
            if (pattern.matcher(line.text()).find()) {
                found.complete(true);
            }
        })) {
            CompletableFuture.anyOf(found, following.done()).get(Math.max(left(), 1), TimeUnit.NANOSECONDS);
            if (!found.isDone()) { // its output has ended
                throw ended(container.awaitExit(Long.MAX_VALUE).orElseThrow());
            }
        } catch (TimeoutException e) {
            throw timedOut("");
        } catch (ExecutionException e) {
            throw new AssertionError("nothing fails here", e);
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
