package dev.skiff.build.copy;

import dev.skiff.InterruptedOperationException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Reads and checks files while those before them are still being written: a few groups ahead, so it holds a few megabytes. It needs
 * nobody but the one who writes: a group that no thread of the executor has begun when its turn comes is read by the writer.
 */
final class ReadAhead implements AutoCloseable {
    private static final long GROUP_BYTES = 1 << 20;
    private static final int GROUPS_AHEAD = 4;

    private final Executor executor;
    private final List<Group> groups = new ArrayList<>();
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
    private static final class Group implements Runnable {
        private final List<PlannedContent> files;
        private final AtomicBoolean claimed;
        private final CompletableFuture<List<byte[]>> contents = new CompletableFuture<>();

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
                List<byte[]> read = new ArrayList<>();
                for (PlannedContent file : files) {
                    read.add(read(file));
                }
                contents.complete(read);
            } catch (Throwable t) {
                contents.completeExceptionally(t);
            }
        }

        private static byte[] read(PlannedContent file) throws IOException {
            try (InputStream in = file.open()) {
                byte[] content = in.readNBytes((int) file.size());
                if (content.length < file.size() || in.read() >= 0) {
                    throw file.tree().changed(file.file());
                }
                file.check(content);
                return content;
            }
        }
    }

    /** The content of the next file, checked; nothing if the writer is to read it. */
    Optional<byte[]> next() throws IOException {
        if (current < 0 || at == groups.get(current).files.size()) {
            enter(current + 1);
        }
        List<byte[]> contents = await(groups.get(current));
        int file = at++;
        return contents.isEmpty() ? Optional.empty() : Optional.of(contents.get(file));
    }

    private void enter(int group) {
        current = group;
        at = 0;
        groups.get(group).claim();
        while (submitted < Math.min(groups.size(), group + 1 + GROUPS_AHEAD)) {
            Group next = groups.get(submitted++);
            if (!next.claimed.get()) {
                submit(next);
            }
        }
        if (group > 0) {
            groups.set(group - 1, new Group(List.of(), 0)); // its contents are not needed any more
        }
    }

    private void submit(Group group) {
        try {
            executor.execute(group);
        } catch (RejectedExecutionException e) {
            group.claim(); // then there is nobody
        }
    }

    private static List<byte[]> await(Group group) throws IOException {
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
