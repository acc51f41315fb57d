package dev.skiff;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * What a container has written and writes, line by line: decoded as UTF-8 with what is no UTF-8 replaced, a line of more than 16
 * KiB cut. The newest 30 MiB or so are kept on the disk and no memory is used for them, so a reader may take its time: one
 * that is too slow loses the oldest lines, {@link #droppedBytes} says so, and the container is never held up.
 *
 * <p>They end with their container: once it is closed, only what is being read already can be read on.
 */
public interface Logs {
    /** What is kept by now, the oldest line first. */
    List<LogLine> snapshot();

    /** The last lines by now, at most so many, the oldest first. */
    List<LogLine> tail(int most);

    /**
     * The lines from the oldest that is kept, as they are written: the stream waits for the next one, and ends with the
     * container's output. Close it if you do not read it to the end.
     */
    Stream<LogLine> lines();

    /**
     * Has each line handed to a consumer, from the oldest that is kept on: one at a time, on the executor of the Skiff. If the
     * consumer throws, it gets no more, and {@link Following#done} says why.
     */
    Following follow(Consumer<? super LogLine> consumer);

    /** About how much of the output is gone because newer output took its place. */
    long droppedBytes();

    /** Someone who follows a log. Closing it ends that; the container goes on. */
    interface Following extends AutoCloseable {
        /** Completed when every line has been handed over, or with what the consumer threw. */
        CompletableFuture<Void> done();

        /** About how much of the output this one was too slow for. */
        long droppedBytes();

        /** No more lines, but for the one that is being handed over at this moment. Twice is fine. */
        @Override
        void close();
    }
}
