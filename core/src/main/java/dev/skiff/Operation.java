package dev.skiff;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * A description of work. It can be kept, shared between threads and carried out as often as one likes; until one of these
 * methods is called, nothing happens at all:
 *
 * <pre>{@code
 * Images.pull("busybox");          // does nothing
 * Images.pull("busybox").await();  // pulls
 * }</pre>
 *
 * <p>However work is ended early (an interrupt, a limit, a cancelled future), it ends in the same way: child processes are
 * killed, temporary files removed, what is visible is complete.
 *
 * @param <T> what comes of it
 */
@CheckReturnValue
public interface Operation<T> {
    /**
     * Does the work, and returns when it is done.
     *
     * @throws InterruptedOperationException if this thread is interrupted meanwhile; its interrupt flag is set again
     * @throws SkiffException if the work fails
     */
    @CanIgnoreReturnValue
    T await();

    /**
     * Does the work, if it can be done in that time.
     *
     * @throws OperationTimeoutException if it cannot; the work has been stopped then
     * @throws InterruptedOperationException if this thread is interrupted meanwhile; its interrupt flag is set again
     * @throws SkiffException if the work fails
     */
    @CanIgnoreReturnValue
    T await(Duration limit);

    /**
     * Begins the work on the executor of its Skiff, and returns at once. Cancelling the future stops the work, and so does
     * completing it in any other way, as {@link CompletableFuture#orTimeout} does.
     */
    CompletableFuture<T> async();
}
