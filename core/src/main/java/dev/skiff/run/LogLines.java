package dev.skiff.run;

import dev.skiff.InterruptedOperationException;
import dev.skiff.LogLine;
import dev.skiff.linux.ContainerLog;
import dev.skiff.linux.LogEntry;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** Lines for one who asks for them, and waits for the next. */
final class LogLines extends Spliterators.AbstractSpliterator<LogLine> {
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
        lock.lock();
        try {
            while (!closed) {
                boolean complete = logs.ended();
                Optional<LogEntry> line = log.next();
                if (line.isPresent() || complete) {
                    return line.or(log::rest);
                }
                news.await();
            }
            return Optional.empty();
        } catch (InterruptedException e) {
            throw new InterruptedOperationException("read the log of " + logs.who(), e);
        } finally {
            lock.unlock();
        }
    }

    void close() {
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
