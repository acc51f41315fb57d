package dev.skiff.run;

import dev.skiff.LogLine;
import dev.skiff.Logs;
import dev.skiff.linux.ContainerLog;
import dev.skiff.linux.LogEntry;
import dev.skiff.linux.LogLimits;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** The log of one container, and those who read it. */
final class ContainerLogs implements Logs {
    private final String who;
    private final Path directory;
    private final Executor executor;
    private final List<LogLines> streams = new CopyOnWriteArrayList<>();
    private final List<LogFollower> followers = new CopyOnWriteArrayList<>();
    private final List<LogFollower> listeners = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Void> listenerFailure = new CompletableFuture<>();
    private volatile boolean ended;
    private volatile boolean removed;

    ContainerLogs(String who, Path directory, Executor executor) {
        this.who = who;
        this.directory = directory;
        this.executor = executor;
    }

    /** There is more to read. */
    void written() {
        followers.forEach(LogFollower::wake);
        streams.forEach(LogLines::wake);
    }

    /** There will be no more. */
    void end() {
        ended = true;
        written();
    }

    /** The log's files are about to be removed. */
    void remove() {
        removed = true;
    }

    boolean ended() {
        return ended;
    }

    String who() {
        return who;
    }

    List<LogFollower> followers() {
        return followers;
    }

    @Override
    public List<LogLine> snapshot() {
        List<LogLine> lines = new ArrayList<>();
        read(lines::add);
        return lines;
    }

    @Override
    public List<LogLine> tail(int most) {
        Deque<LogLine> lines = new ArrayDeque<>();
        read(line -> {
            lines.add(line);
            if (lines.size() > most) {
                lines.remove();
            }
        });
        return new ArrayList<>(lines);
    }

    private long read(Consumer<LogLine> consumer) {
        try (ContainerLog log = open()) {
            boolean complete = ended;
            for (Optional<LogEntry> line = log.next(); line.isPresent(); line = log.next()) {
                consumer.accept(LogDecoder.decode(line.get()));
            }
            for (Optional<LogEntry> line = log.rest(); complete && line.isPresent(); line = log.rest()) {
                consumer.accept(LogDecoder.decode(line.get()));
            }
            return log.lostFiles();
        }
    }

    ContainerLog open() {
        if (removed) {
            throw new IllegalStateException(who + " is closed, and its log is gone");
        }
        return ContainerLog.open(directory);
    }

    @Override
    public Stream<LogLine> lines() {
        LogLines lines = read();
        return StreamSupport.stream(lines, false).onClose(lines::close);
    }

    /** Lines for one who asks for them; to be closed. */
    LogLines read() {
        LogLines lines = new LogLines(this);
        streams.add(lines);
        return lines;
    }

    /** Tells that one no more. */
    void stop(LogLines lines) {
        streams.remove(lines);
    }

    @Override
    public LogFollower follow(Consumer<? super LogLine> consumer) {
        LogFollower follower = new LogFollower(this, Objects.requireNonNull(consumer, "consumer"), executor);
        begin(follower);
        return follower;
    }

    private void begin(LogFollower follower) {
        followers.add(follower);
        follower.wake(); // what is there already
    }

    /** Has each line handed to a listener without whom the container makes no sense. */
    void listen(Consumer<? super LogLine> listener) {
        LogFollower follower = new LogFollower(this, listener, executor);
        listeners.add(follower);
        begin(follower);
    }

    /** Completed with what a listener threw. */
    CompletableFuture<Void> listenerFailure() {
        return listenerFailure;
    }

    /** A follower gets no more, because all was handed over, it was closed, or its consumer failed. */
    void ended(LogFollower follower, @Nullable Throwable failure) {
        followers.remove(follower);
        if (failure != null && listeners.contains(follower)) {
            listenerFailure.completeExceptionally(failure);
        }
    }

    @Override
    public long droppedBytes() {
        try (ContainerLog log = open()) {
            return inBytes(log.lostFiles());
        }
    }

    static long inBytes(long files) {
        return files * LogLimits.DEFAULT.bytes();
    }
}
