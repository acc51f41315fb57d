package dev.skiff.linux.testing;

import dev.skiff.linux.abi.Signal;
import dev.skiff.linux.libc.Descriptor;
import dev.skiff.linux.libc.Pidfd;
import dev.skiff.linux.proc.ProcessStat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Signals to processes of this host, sent from this JVM: quickly, and to nobody else. */
public final class Signals {
    private static final long PAUSE_NANOS = 100_000;

    private Signals() {}

    /** Sends it; nothing if the process is gone. */
    public static void send(long pid, Signal signal) {
        Optional<Descriptor> process = Pidfd.open(pid);
        if (process.isPresent()) {
            try (Descriptor descriptor = process.get()) {
                Pidfd.trySignal(descriptor, signal.number());
            }
        }
    }

    /** Stops it, and waits until it is, or is gone. */
    public static void stop(long pid) {
        send(pid, Signal.of("STOP"));
        while (isThere(pid) && !isStopped(pid)) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** Whether somebody has stopped it. */
    public static boolean isStopped(long pid) {
        return ProcessStat.of(pid).state() == 'T';
    }

    /** Whether it is, and is no zombie. */
    public static boolean isThere(long pid) {
        char state = ProcessStat.of(pid).state();
        return state != '-' && state != 'Z' && state != 'X';
    }

    /** Stops it again whenever it goes on, until it is gone. */
    public static Thread keepStopped(long pid) {
        stop(pid);
        Thread thread = new Thread(() -> keepStopping(pid), "keeps " + pid + " stopped");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static void keepStopping(long pid) {
        for (char state = 'T';
                state != '-' && state != 'Z' && state != 'X';
                state = ProcessStat.of(pid).state()) {
            send(pid, Signal.of("STOP"));
            Spin.once();
        }
    }

    /** The children of a process of one thread; it takes microseconds: proc_pid_children(5). */
    public static List<Long> childrenOf(long pid) {
        return childrenOf(Path.of("/proc/" + pid + "/task/" + pid));
    }

    /** The same of a process of many threads, each of which may have some. */
    public static List<Long> childrenOfAnyThread(long pid) {
        try (Stream<Path> threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
            return threads.flatMap(thread -> childrenOf(thread).stream()).toList();
        } catch (IOException | UncheckedIOException e) {
            return List.of(); // gone
        }
    }

    private static List<Long> childrenOf(Path thread) {
        try {
            String all = Files.readString(thread.resolve("children"), StandardCharsets.US_ASCII);
            return Stream.of(all.trim().split(" ", -1))
                    .filter(child -> !child.isEmpty())
                    .map(Long::valueOf)
                    .toList();
        } catch (IOException e) {
            return List.of(); // gone
        }
    }
}
