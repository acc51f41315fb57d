package dev.skiff.linux;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A place in the log of a container, from the oldest line that is kept on. It never waits: {@link #next} gives what is there,
 * and {@link LinuxContainer#onOutput} says when to ask again, so following costs nothing while nothing is written. A
 * reader that is slower than the container loses the oldest files and can say so ({@link #lostFiles}); the container is
 * never held up. One thread at a time.
 *
 * <p>Lines that came in pieces are put together. One that does not end is cut after {@value #LONGEST_LINE} bytes, but
 * not within a UTF-8 character, so memory stays the same whatever a container writes.
 */
public final class ContainerLog implements AutoCloseable {
    /** Bytes of a line after which it is cut. */
    public static final int LONGEST_LINE = 16384;

    private static final String PREFIX = "log.";
    private static final int BUFFER = 65536; // several of the longest records of supervise.c

    private final Path directory;
    private final LogPieces pieces = new LogPieces();
    private final Queue<LogEntry> ready = new ArrayDeque<>();
    private final byte[] buffer = new byte[BUFFER];
    private int start;
    private int end;
    private @Nullable InputStream file;
    private long generation = -1;
    private long lost;

    private ContainerLog(Path directory) {
        this.directory = directory;
    }

    /** The log in a container's directory, whether or not anything is in it yet. */
    public static ContainerLog open(Path directory) {
        ContainerLog log = new ContainerLog(directory);
        log.turnPage(); // who holds the first file loses nothing of it, even when it is removed
        return log;
    }

    /** The next whole line, if there is one by now. */
    public Optional<LogEntry> next() {
        while (ready.isEmpty()) {
            if (!parse() && !fill() && !turnPage()) {
                return Optional.empty();
            }
        }
        return Optional.of(ready.remove());
    }

    /** What is there of a line that was never ended, once all lines have been taken and no more will come. */
    public Optional<LogEntry> rest() {
        if (ready.isEmpty()) {
            pieces.flush(ready);
        }
        return Optional.ofNullable(ready.poll());
    }

    /** How many files of the log were gone before they could be read. */
    public long lostFiles() {
        return lost;
    }

    /** Takes one record from the buffer; false when there is no whole one. */
    private boolean parse() {
        for (int i = start; i < end; i++) {
            if (buffer[i] == '\n') {
                pieces.add(buffer, start, i, ready);
                start = i + 1;
                return true;
            }
        }
        return false;
    }

    /** Reads on in the same file; false at its end for now. */
    private boolean fill() {
        if (file == null) {
            return false;
        }
        if (start == 0 && end == BUFFER) {
            end = 0; // no record is that long: a full disk has torn one, and what follows it is no use
        }
        System.arraycopy(buffer, start, buffer, 0, end - start);
        end -= start;
        start = 0;
        try {
            int count = file.read(buffer, end, BUFFER - end);
            end += Math.max(count, 0);
            return count > 0;
        } catch (IOException e) {
            throw new UncheckedIOException("read the log in " + directory, e);
        }
    }

    /** Goes on to the next file if there is one; the one before has been written to its end then, but perhaps not read. */
    private boolean turnPage() {
        OptionalLong next = nextGeneration();
        if (next.isEmpty()) {
            return false;
        }
        if (fill()) {
            return true;
        }
        try {
            InputStream opened = Channels.newInputStream(
                    Files.newByteChannel(path(next.getAsLong()), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
            close();
            file = opened;
        } catch (NoSuchFileException e) {
            return turnPage(); // removed in between: there are newer ones
        } catch (IOException e) {
            throw new UncheckedIOException("open the log in " + directory, e);
        }
        lost += next.getAsLong() - generation - 1;
        generation = next.getAsLong();
        start = 0;
        end = 0; // a torn record
        return true;
    }

    private OptionalLong nextGeneration() {
        if (Files.exists(path(generation + 1), LinkOption.NOFOLLOW_LINKS)) {
            return OptionalLong.of(generation + 1);
        }
        if (generation >= 0 && Files.exists(path(generation), LinkOption.NOFOLLOW_LINKS)) {
            return OptionalLong.empty(); // the oldest go first: while this one is there, none after it was removed
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(path -> path.getFileName().toString())
                    .filter(name -> name.matches("log\\.[0-9]{1,18}"))
                    .flatMapToLong(name -> LongStream.of(Long.parseLong(name.substring(PREFIX.length()))))
                    .filter(number -> number > generation)
                    .min();
        } catch (NoSuchFileException e) {
            return OptionalLong.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("list the log in " + directory, e);
        }
    }

    private Path path(long number) {
        return directory.resolve(PREFIX + number);
    }

    /** Lets the file go; twice is fine. */
    @Override
    public void close() {
        InputStream open = file;
        file = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                throw new UncheckedIOException("close the log in " + directory, e);
            }
        }
    }
}
