package dev.skiff.run;

import dev.skiff.InterruptedOperationException;
import dev.skiff.LogLine;
import dev.skiff.linux.ContainerLog;
import dev.skiff.linux.LogEntry;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** Lines for one who asks for them, and waits for the next. */
final class LogLines extends Spliterators.AbstractSpliterator<LogLine> implements AutoCloseable {
    private final ContainerLogs logs;
    private final ContainerLog log;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private boolean closed;

    LogLines(ContainerLogs logs) {
        super(Long.MAX_VALUE, Spliterator.ORDERED | Spliterator.NONNULL);
        this.logs = logs;
        this.log = logs.open();
    }

    void wake() {
        lock.lock();
        try {
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean tryAdvance(Consumer<? super LogLine> action) {
        Optional<LogEntry> line = next();
        line.ifPresent(entry -> action.accept(LogDecoder.decode(entry)));
        return line.isPresent();
    }

    private Optional<LogEntry> next() {
        try {
            return next(Long.MAX_VALUE);
        } catch (InterruptedException e) {
            throw new InterruptedOperationException("read the log of " + logs.who(), e);
        } catch (TimeoutException e) {
            throw new AssertionError("nobody has waited for 292 years", e);
        }
    }

    /**
     * The next line; none at the end.
     *
     * @throws TimeoutException if it does not come within so many nanoseconds
     */
    Optional<LogEntry> next(long nanos) throws InterruptedException, TimeoutException {
        long left = nanos;
        lock.lock();
        try {
            while (!closed) {
                boolean complete = logs.ended();
                Optional<LogEntry> line = log.next();
                if (line.isPresent() || complete) {
                    return line.or(log::rest);
                }
                if (left <= 0) {
                    throw new TimeoutException("no line");
                }
                left = news.awaitNanos(left);
            }
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        logs.stop(this);
        lock.lock();
        try {
            closed = true;
            log.close();
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
