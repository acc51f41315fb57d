package dev.skiff.build.copy;

import dev.skiff.InterruptedOperationException;
import dev.skiff.layer.Slice;
import java.io.IOException;
import java.io.InputStream;
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

/**
 * Reads and checks files while those before them are still being written: a few groups ahead, into a few buffers of a megabyte that
 * go round, so a copy of any size leaves no garbage. It needs nobody but the one who writes: a group that no thread of the executor
 * has begun when its turn comes is read then and there.
 */
final class ReadAhead implements AutoCloseable {
    private static final int GROUP_BYTES = 1 << 20;
    private static final int GROUPS_AHEAD = 4;

    private final Executor executor;
    private final List<Group> groups = new ArrayList<>();
    private final Queue<byte[]> buffers = new ConcurrentLinkedQueue<>();
    private int current = -1;
    private int submitted;
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

    /** Files that are read in one go; a file that is large by itself is left to the writer, to be streamed. */
    private final class Group implements Runnable {
        private final List<PlannedContent> files;
        private final AtomicBoolean claimed;
        private final CompletableFuture<List<Slice>> contents = new CompletableFuture<>();

        Group(List<PlannedContent> files, long bytes) {
            this.files = List.copyOf(files);
            this.claimed = new AtomicBoolean(bytes > GROUP_BYTES);
            if (claimed.get()) {
                contents.complete(List.of());
            }
        }

        /** Leaves it to the writer unless somebody has begun. */
        void claim() {
            if (claimed.compareAndSet(false, true)) {
                contents.complete(List.of());
            }
        }

        @Override
        public void run() {
            if (!claimed.compareAndSet(false, true)) {
                return;
            }
            try {
                contents.complete(read(buffer()));
            } catch (Throwable t) {
                contents.completeExceptionally(t);
            }
        }

        private List<Slice> read(byte[] buffer) throws IOException {
            List<Slice> read = new ArrayList<>();
            int start = 0;
            for (PlannedContent file : files) {
                Slice content = ReadAhead.read(file, new Slice(buffer, start, (int) file.size()));
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

    private byte[] buffer() {
        byte[] used = buffers.poll();
        return used == null ? new byte[GROUP_BYTES] : used;
    }

    private static Slice read(PlannedContent file, Slice content) throws IOException {
        try (InputStream in = file.open()) {
            if (!content.fillFrom(in)) {
                throw file.tree().changed(file.file());
            }
        }
        file.check(content);
        return content;
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
        groups.get(group).run(); // unless somebody does, or did
        if (group > 0) {
            groups.set(group - 1, new Group(List.of(), 0)).release();
        }
        while (submitted < Math.min(groups.size(), group + 1 + GROUPS_AHEAD)) {
            Group next = groups.get(submitted++);
            if (!next.claimed.get()) {
                submit(next);
            }
        }
    }

    private void submit(Group group) {
        try {
            executor.execute(group);
        } catch (RejectedExecutionException e) {
            group.claim(); // then there is nobody
        }
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
