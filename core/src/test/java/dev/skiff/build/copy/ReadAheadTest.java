package dev.skiff.build.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.InterruptedOperationException;
import dev.skiff.SkiffException;
import dev.skiff.layer.Slice;
import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.RawPath;
import dev.skiff.oci.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ReadAheadTest {
    private static final Executor NOBODY = task -> {};
    private static final Executor CLOSED = task -> {
        throw new RejectedExecutionException();
    };
    private static final Executor ANOTHER_THREAD = task -> {
        Thread thread = new Thread(task, "ahead");
        thread.setDaemon(true);
        thread.start();
    };

    /** A tree whose file may have become another since its digest was taken. */
    private record Changing(String promised, String content) implements SourceTree {
        @Override
        public Optional<SourceFile> find(RawPath path) {
            return Optional.empty();
        }

        @Override
        public List<SourceFile> children(RawPath directory) {
            return List.of();
        }

        @Override
        public InputStream open(SourceFile file) throws IOException {
            return new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public Digest digest(SourceFile file) {
            return Digest.sha256(promised.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** A tree whose file takes its time. */
    private record Slow(SourceTree tree, CountDownLatch reading, CountDownLatch go) implements SourceTree {
        @Override
        public Optional<SourceFile> find(RawPath path) {
            return tree.find(path);
        }

        @Override
        public List<SourceFile> children(RawPath directory) {
            return tree.children(directory);
        }

        @Override
        public InputStream open(SourceFile file) throws IOException {
            reading.countDown();
            try {
                go.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            return tree.open(file);
        }

        @Override
        public Digest digest(SourceFile file) throws IOException {
            return tree.digest(file);
        }
    }

    private static PlannedContent file(String promised, String content) {
        SourceFile file = new SourceFile(
                RawPath.of("f"), FileMetadata.regular(0644, promised.length()), Optional.empty(), Optional.empty());
        return new PlannedContent(new Changing(promised, content), file, "copy");
    }

    private static List<String> readAll(List<PlannedContent> files, Executor executor) throws IOException {
        List<String> contents = new ArrayList<>();
        try (ReadAhead ahead = new ReadAhead(files, executor)) {
            for (PlannedContent file : files) {
                Optional<Slice> read = ahead.next();
                InputStream content = read.isPresent() ? read.get().stream() : file.open();
                contents.add(new String(content.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return contents;
    }

    @Property(tries = 50)
    void everyFileComesInItsOrderWhoeverReadsIt(@ForAll List<@IntRange(max = 3_000_000) Integer> sizes)
            throws IOException {
        List<String> expected = new ArrayList<>();
        List<PlannedContent> files = new ArrayList<>();
        for (int size : sizes.subList(0, Math.min(20, sizes.size()))) {
            String content = String.valueOf((char) ('a' + files.size())).repeat(size);
            expected.add(content);
            files.add(file(content, content));
        }

        for (Executor executor : List.of(NOBODY, CLOSED, ANOTHER_THREAD, Runnable::run)) {
            assertThat(readAll(files, executor)).isEqualTo(expected);
        }
    }

    @Test
    void aFewBuffersDoForAnyNumberOfFiles() throws IOException {
        String content = "x".repeat(300_000);
        List<PlannedContent> files = Collections.nCopies(300, file(content, content));
        Set<byte[]> buffers = Collections.newSetFromMap(new IdentityHashMap<>());
        try (ReadAhead ahead = new ReadAhead(files, Runnable::run)) {
            for (int i = 0; i < files.size(); i++) {
                ahead.next().ifPresent(read -> buffers.add(read.array()));
            }
        }

        assertThat(buffers).hasSizeBetween(1, 15);
    }

    @Test
    void aFileThatHasChangedSinceIsAnError() {
        String first = "x".repeat((1 << 20) + 1); // a group by itself, which the writer reads
        for (String changed : List.of("xyz", "ab", "abcd")) {
            assertThatThrownBy(() -> readAll(List.of(file(first, first), file("abc", changed)), Runnable::run))
                    .isInstanceOf(SkiffException.class)
                    .hasMessageContaining("/f");
        }
    }

    @Test
    void nobodyReadsAnyMoreOnceItIsClosed() throws IOException {
        List<Runnable> late = new ArrayList<>();
        String first = "x".repeat((1 << 20) + 1);
        ReadAhead ahead = new ReadAhead(List.of(file(first, first), file("abc", "changed")), late::add);
        assertThat(ahead.next()).isEmpty();
        ahead.close();

        assertThat(late).isNotEmpty();
        late.forEach(Runnable::run); // does not touch the file, which would be an error
    }

    @Test
    void anInterruptEndsTheWaitForSomebodyWhoReads() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        String first = "x".repeat((1 << 20) + 1);
        PlannedContent second = new PlannedContent(
                new Slow(new Changing("abc", "abc"), reading, go),
                file("abc", "abc").file(),
                "copy");
        try (ReadAhead ahead = new ReadAhead(List.of(file(first, first), second), ANOTHER_THREAD)) {
            assertThat(ahead.next()).isEmpty();
            reading.await();
            Thread.currentThread().interrupt();

            assertThatThrownBy(ahead::next).isInstanceOf(InterruptedOperationException.class);
            assertThat(Thread.interrupted()).isTrue();
            go.countDown();
        }
    }
}
