package dev.skiff.build.copy;

import dev.skiff.InterruptedOperationException;
import dev.skiff.layer.Slice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Reads and checks files while those before them are still being written: a few groups ahead, into a few buffers that go round, so a
 * copy of any size leaves no garbage. It needs nobody but the one who writes: a group that no thread of the executor has begun when
 * its turn comes is read then and there.
 */
final class ReadAhead implements AutoCloseable {
    /** Less than half of the smallest region that a collector divides its heap into: more is a burden to it. */
    private static final int GROUP_BYTES = 1 << 18;

    /** A file that is larger is left to the writer, to be streamed. */
    private static final int LARGEST = 1 << 20;

    private static final int BYTES_AHEAD = 1 << 22;

    private final Executor executor;
    private final List<Group> groups = new ArrayList<>();
    private final Queue<byte[]> buffers = new ConcurrentLinkedQueue<>();
    private final AtomicInteger nextToRead = new AtomicInteger();
    private final AtomicBoolean reading = new AtomicBoolean();
    private volatile int mayRead;
    private int current = -1;
    private long ahead; // bytes of buffers that those have or will have which may be read, after the current one
    private int at;

    /** @param files in the order in which they are written */
    ReadAhead(List<PlannedContent> files, Executor executor) {
        this.executor = executor;
        List<PlannedContent> group = new ArrayList<>();
        long bytes = 0;
        for (PlannedContent file : files) {
            if (!group.isEmpty() && bytes + file.size() > GROUP_BYTES) {
                groups.add(new Group(group, bytes));
                group = new ArrayList<>();
                bytes = 0;
            }
            group.add(file);
            bytes += file.size();
        }
        groups.add(new Group(group, bytes));
    }

    /** Files that are read in one go. */
    private final class Group {
        private final List<PlannedContent> files;
        private final long bytes;
        private final AtomicBoolean claimed;
        private final CompletableFuture<List<Slice>> contents = new CompletableFuture<>();

        Group(List<PlannedContent> files, long bytes) {
            this.files = List.copyOf(files);
            this.bytes = bytes;
            this.claimed = new AtomicBoolean(bytes > LARGEST);
            if (claimed.get()) {
                contents.complete(List.of());
            }
        }

        long bufferBytes() {
            return bytes > LARGEST ? 0 : Math.max(bytes, GROUP_BYTES);
        }

        /** Leaves it to the writer unless somebody has begun. */
        void claim() {
            if (claimed.compareAndSet(false, true)) {
                contents.complete(List.of());
            }
        }

        /** Reads it unless somebody does, or did. */
        void read() {
            if (!claimed.compareAndSet(false, true)) {
                return;
            }
            try {
                contents.complete(read(buffer((int) bytes)));
            } catch (Throwable t) {
                contents.completeExceptionally(t);
            }
        }

        private List<Slice> read(byte[] buffer) throws IOException {
            List<Slice> read = new ArrayList<>(files.size());
            int start = 0;
            for (PlannedContent file : files) {
                Slice content = new Slice(buffer, start, (int) file.size());
                file.read(content);
                read.add(content);
                start += content.length();
            }
            return read;
        }

        /** Its contents are not needed any more. */
        void release() {
            List<Slice> read = contents.getNow(List.of());
            if (!read.isEmpty()) {
                buffers.add(read.get(0).array());
            }
        }
    }

    private byte[] buffer(int bytes) {
        byte[] used = buffers.poll();
        return used != null && used.length >= bytes ? used : new byte[Math.max(bytes, GROUP_BYTES)];
    }

    /** The content of the next file, checked, until this is called again; nothing if the writer is to read it. */
    Optional<Slice> next() throws IOException {
        if (current < 0 || at == groups.get(current).files.size()) {
            enter(current + 1);
        }
        List<Slice> contents = await(groups.get(current));
        int file = at++;
        return contents.isEmpty() ? Optional.empty() : Optional.of(contents.get(file));
    }

    private void enter(int group) {
        current = group;
        at = 0;
        groups.get(group).read();
        if (group > 0) {
            groups.get(group - 1).release();
        }
        int end = Math.max(mayRead, group + 1);
        ahead -= group < mayRead ? groups.get(group).bufferBytes() : 0;
        while (end < groups.size() && ahead + groups.get(end).bufferBytes() <= BYTES_AHEAD) {
            ahead += groups.get(end++).bufferBytes();
        }
        mayRead = end;
        int left = end - Math.max(nextToRead.get(), group + 1);
        boolean worthwhile = left > (end - group) / 2 || (left > 0 && end == groups.size());
        if (worthwhile && reading.compareAndSet(false, true)) {
            callReader();
        }
    }

    private void callReader() {
        try {
            executor.execute(this::read);
        } catch (RejectedExecutionException e) {
            reading.set(false); // then there is nobody
        }
    }

    /** Reads as far ahead as it may; who writes calls the next one, some groups later. */
    private void read() {
        for (int next = nextToRead.get(); next < mayRead; next = nextToRead.incrementAndGet()) {
            groups.get(next).read();
        }
        reading.set(false);
    }

    private static List<Slice> await(Group group) throws IOException {
        try {
            return group.contents.get();
        } catch (InterruptedException e) {
            throw new InterruptedOperationException("copy files", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            } else if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            } else if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new AssertionError("reading threw " + e.getCause(), e);
        }
    }

    /** Waits for who is still reading: afterwards nobody uses the sources. */
    @Override
    public void close() {
        for (Group group : groups) {
            group.claim();
            group.contents.exceptionally(failed -> List.of()).join();
        }
    }
}
