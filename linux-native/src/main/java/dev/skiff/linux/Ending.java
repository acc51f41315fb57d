package dev.skiff.linux;

import dev.skiff.linux.launcher.HeldProcess;
import dev.skiff.linux.libc.ControlSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The end of a supervisor that has been told to end, which takes milliseconds. One that somebody has stopped does not hear it: it is
 * let go on, and killed if it is stopped still. Whoever else is in the way, after some seconds it is over for this JVM.
 */
final class Ending {
    private static final int KILLED_IN_ANY_CASE = 5;
    private static final int OVER = 10;

    private final ControlSocket socket;
    private final HeldProcess supervisor;
    private final Runnable kill;
    private boolean interrupted;

    /** @param kill kills what is supervised, in the place of a supervisor that does not */
    Ending(ControlSocket socket, HeldProcess supervisor, Runnable kill) {
        this.socket = socket;
        this.supervisor = supervisor;
        this.kill = kill;
    }

    /** Waits for what comes when the socket is over. An interrupt does not end the wait, and is there after it. */
    void await(CompletableFuture<Void> over) {
        try {
            long start = System.nanoTime();
            for (int second = 1; !isDone(over, start + TimeUnit.SECONDS.toNanos(second)); second++) {
                insist(second);
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void insist(int second) {
        if (second == 1) {
            kill.run();
            supervisor.resume();
        } else if (supervisor.stopped() || second == KILLED_IN_ANY_CASE) {
            supervisor.killWithChildren();
        } else if (second >= OVER || supervisor.pid().isEmpty()) {
            socket.end(); // which tells one who is to be forked still that nobody waits for it
        }
    }

    private boolean isDone(CompletableFuture<Void> over, long deadline) {
        while (true) {
            try {
                over.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                return true;
            } catch (ExecutionException e) {
                return true; // whoever joins it is told
            } catch (TimeoutException e) {
                return false;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }
}
