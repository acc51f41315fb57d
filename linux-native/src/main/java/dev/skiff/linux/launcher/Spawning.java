package dev.skiff.linux.launcher;

import dev.skiff.linux.SyscallException;
import dev.skiff.linux.libc.Descriptor;
import dev.skiff.linux.libc.Spawn;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Starts a launcher on a thread of its own: posix_spawn(3) comes back once the child has executed its program, and never if somebody
 * stops the child before it could. Until then the child is called what the thread is called, which nobody else is.
 */
final class Spawning {
    private static final int MOST_SECONDS = 5;
    private static final int NAMES = 10; // so that none has more than the 15 characters of PR_SET_NAME
    private static final AtomicInteger SERIAL = new AtomicInteger();

    private final String name =
            Owner.spawning(ProcessHandle.current().pid(), Math.floorMod(SERIAL.incrementAndGet(), NAMES));
    private final CompletableFuture<Integer> spawned = new CompletableFuture<>();

    private Spawning() {}

    /**
     * See {@link Spawn#start}. An interrupt does not end the wait, and is there after it.
     *
     * @throws SyscallException also if the child has been stopped, for it is killed then
     */
    static int start(Descriptor executable, List<String> words, Descriptor socket) {
        return new Spawning().spawn(executable, words, socket);
    }

    private int spawn(Descriptor executable, List<String> words, Descriptor socket) {
        Thread thread = new Thread(() -> complete(executable, words, socket), name);
        thread.setDaemon(true);
        thread.start();
        boolean interrupted = false;
        try {
            for (int seconds = 0; ; ) {
                try {
                    return spawned.get(1, TimeUnit.SECONDS);
                } catch (TimeoutException e) {
                    if (++seconds >= MOST_SECONDS && killed()) {
                        throw stopped();
                    }
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    if (e.getCause() instanceof RuntimeException known) {
                        throw known;
                    }
                    throw new AssertionError("start the launcher", e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void complete(Descriptor executable, List<String> words, Descriptor socket) {
        try {
            spawned.complete(Spawn.start(executable, words, socket));
        } catch (RuntimeException | Error e) {
            spawned.completeExceptionally(e);
        }
    }

    /** A machine may be slow: a child that nobody has stopped is waited for. */
    private boolean killed() {
        return ProcessHandle.current()
                .children()
                .filter(child -> stat(child.pid()).contains("(" + name + ") T"))
                .map(ProcessHandle::destroyForcibly)
                .reduce(false, Boolean::logicalOr);
    }

    private SyscallException stopped() {
        try {
            Spawn.reap(spawned.join()); // it has been killed: nothing keeps it
        } catch (RuntimeException e) {
            // the call has reaped it, and said so
        }
        return new SyscallException(
                "posix_spawn",
                "the launcher",
                "ETIMEDOUT",
                "start the launcher",
                "the new process had been stopped for " + MOST_SECONDS
                        + " s before it ran anything, as by SIGSTOP, and was killed; see who stops it");
    }

    /** {@code pid (name) state ...}: proc_pid_stat(5). */
    private static String stat(long pid) {
        try (InputStream stat = new FileInputStream("/proc/" + pid + "/stat")) {
            return new String(stat.readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return ""; // gone
        }
    }
}
