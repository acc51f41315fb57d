package dev.skiff.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.FileTree;
import dev.skiff.linux.RawPath;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Caches of RUN that others remove or change while they are looked at. */
class CacheMountsTest {
    private static final RawPath SUB = RawPath.of("sub");

    @TempDir
    private Path directory;

    private final MemoryLayerHost host = new MemoryLayerHost();
    private Path identity;

    @BeforeEach
    void makeTwoCaches() throws IOException {
        identity = Files.createDirectory(directory.resolve("0123"));
        Files.writeString(identity.resolve("id"), "mine");
        for (String name : List.of("0", "1")) {
            Path cache = Files.createDirectory(identity.resolve(name));
            Files.createFile(identity.resolve(name + ".lock"));
            try (FileTree tree = host.tree(cache)) {
                write(tree, RawPath.of("f"), 6);
                tree.makeDirectory(SUB, FileMetadata.directory(0755));
                write(tree, SUB.resolve(RawPath.of("g")), 4);
            }
        }
    }

    private static void write(FileTree tree, RawPath path, int bytes) throws IOException {
        tree.writeFile(path, FileMetadata.regular(0644, bytes), new ByteArrayInputStream(new byte[bytes]));
    }

    private List<String> left() throws IOException {
        try (Stream<Path> files = Files.list(identity)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    /** As another JVM would. */
    private void prune() {
        new CacheMounts(directory, host).prune();
    }

    @Test
    void bothAreListedWithTheBytesOfTheirFiles() {
        assertThat(new CacheMounts(directory, host).list())
                .extracting(CacheMounts.Cache::bytes)
                .containsExactly(10L, 10L);
    }

    @Test
    void whatAnotherPrunesWhileItIsListedIsNotListedAndLeavesNothing() throws IOException {
        assertThat(new CacheMounts(directory, new Watched(this::prune, () -> {})).list())
                .isEmpty();
        assertThat(left()).containsExactly("id");
    }

    @Test
    void whatAnotherPrunesWhileItIsPrunedIsNotCountedAndLeavesNothing() throws IOException {
        assertThat(new CacheMounts(directory, new Watched(this::prune, () -> {})).prune())
                .isEqualTo(10); // of the first, which is ours by then
        assertThat(left()).containsExactly("id");
    }

    @Test
    void aDirectoryThatItsUserRemovesMeanwhileIsNotCounted() {
        Runnable removes = () -> {
            try (FileTree tree = host.tree(identity.resolve("0"))) {
                tree.remove(SUB);
            }
        };
        assertThat(new CacheMounts(directory, new Watched(() -> {}, removes)).list())
                .extracting(CacheMounts.Cache::bytes)
                .containsExactly(6L, 10L);
    }

    /** A host on which something happens right before a tree is opened, and right before {@link #SUB} is looked into. */
    private final class Watched extends WatchedLayerHost {
        private final Runnable beforeTree;
        private final Runnable beforeSub;

        Watched(Runnable beforeTree, Runnable beforeSub) {
            super(host);
            this.beforeTree = beforeTree;
            this.beforeSub = beforeSub;
        }

        @Override
        void beforeTree() {
            beforeTree.run();
        }

        @Override
        void before(String method, Object @Nullable [] arguments) {
            if (method.equals("list") && arguments != null && SUB.equals(arguments[0])) {
                beforeSub.run();
            }
        }
    }
}
