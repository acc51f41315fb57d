package dev.skiff.build.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.BuildContextException;
import dev.skiff.build.copy.CopyPlanner;
import dev.skiff.build.copy.LayerPlan;
import dev.skiff.build.copy.Selection;
import dev.skiff.build.copy.SourceFile;
import dev.skiff.dockerfile.ignore.IgnoreRules;
import dev.skiff.layer.LayerStack;
import dev.skiff.layer.LayerWriter;
import dev.skiff.layer.OverlayForm;
import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.RawPath;
import dev.skiff.linux.testing.MemoryFileTree;
import dev.skiff.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContextTreeTest {
    @TempDir
    private Path root;

    private ContextTree tree(String... rules) {
        return tree(OptionalLong.empty(), rules);
    }

    private ContextTree tree(OptionalLong mostBytes, String... rules) {
        HostTree files = new HostTree(root, FileDigests.ofOneBuild());
        return new ContextTree(files, IgnoreRules.of(List.of(rules)), ".dockerignore", mostBytes, Runnable::run);
    }

    private void files(String... paths) throws IOException {
        for (String path : paths) {
            Path file = root.resolve(path);
            Files.createDirectories(file.getParent());
            Files.writeString(file, path);
        }
    }

    private static List<String> all(ContextTree tree) {
        List<String> all = new ArrayList<>();
        walk(tree, RawPath.ROOT, all);
        return all;
    }

    private static void walk(ContextTree tree, RawPath directory, List<String> all) {
        for (SourceFile file : tree.children(directory)) {
            all.add(file.path().toString());
            assertThat(tree.find(file.path())).contains(file);
            walk(tree, file.path(), all);
        }
    }

    @Test
    void theLastPatternThatMatchesDecides() throws IOException {
        files("a.md", "README.md", "README-secret.md");

        assertThat(all(tree("*.md", "!README*.md", "README-secret.md"))).containsExactly("README.md");
        assertThat(all(tree("*.md", "README-secret.md", "!README*.md")))
                .containsExactly("README-secret.md", "README.md");
    }

    @Test
    void aPatternThatMatchesAParentLeavesOutAllBelow() throws IOException {
        files("dir/sub/f", "other/f");

        assertThat(all(tree("dir"))).containsExactly("other", "other/f");
        assertThat(all(tree("*/sub"))).containsExactly("dir", "other", "other/f");
    }

    @Test
    void anExclamationMarkBringsBackBelowADirectoryThatIsLeftOut() throws IOException {
        files("dir/a", "dir/sub/b", "dir/sub/c", "dir/else/d");

        assertThat(all(tree("dir", "!dir/sub"))).containsExactly("dir", "dir/sub", "dir/sub/b", "dir/sub/c");
        assertThat(all(tree("dir", "!dir/sub/c"))).containsExactly("dir", "dir/sub", "dir/sub/c");
        assertThat(all(tree("*", "!**/d"))).containsExactly("dir", "dir/else", "dir/else/d");
    }

    @Test
    void aStarBelowADirectoryLeavesItThereEmpty() throws IOException {
        files("dir/a", "dir/sub/b");

        assertThat(all(tree("dir/*"))).containsExactly("dir");
    }

    @Test
    void aSocketIsLeftOutAndNamed() throws IOException {
        files("dir/f");
        try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(root.resolve("dir/s")));
            ContextTree tree = tree();

            assertThat(all(tree)).containsExactly("dir", "dir/f");
            assertThat(tree.leftOut(RawPath.ROOT)).containsExactly(RawPath.of("dir/s"));
            assertThat(tree.leftOut(RawPath.of("other"))).isEmpty();
            assertThat(tree.find(RawPath.of("dir/s"))).isEmpty();
            assertThat(tree.whyMissing(RawPath.of("dir/s"))).contains("it is a socket");
        }
    }

    @Test
    void theFileThatLeavesOutIsNamed() throws IOException {
        files("a.md");

        assertThat(tree("*.md").whyMissing(RawPath.of("a.md"))).isEqualTo("; .dockerignore leaves it out");
        assertThat(tree("*.md").whyMissing(RawPath.of("b.md"))).isEmpty();
    }

    @Test
    void aContextLargerThanTheBuildMayTakeIsAnErrorThatNamesIt() throws IOException {
        files("a", "b", "dir/c", "ignored-by-the-rules");
        ContextTree tree = tree(OptionalLong.of(3), "ignored*");
        tree.digest(tree.find(RawPath.of("a")).orElseThrow());
        tree.digest(tree.find(RawPath.of("a")).orElseThrow());
        tree.digest(tree.find(RawPath.of("b")).orElseThrow());
        SourceFile last = tree.find(RawPath.of("dir/c")).orElseThrow();

        assertThatThrownBy(() -> tree.digest(last))
                .isInstanceOfSatisfying(
                        BuildContextException.class,
                        e -> assertThat(e.context()).isEqualTo(root.toString()))
                .hasMessageContaining("is larger than the 3 bytes that this build may take from it (it came to /dir/c");
    }

    @Test
    void allStepsSeeTheDirectoryAsTheFirstOneDid() throws IOException {
        files("a");
        ContextTree tree = tree();
        assertThat(all(tree)).containsExactly("a");
        files("b");

        assertThat(tree.children(RawPath.ROOT)).hasSize(1);
    }

    @Test
    void aVeryDeepDirectoryWithSomethingToBringBackAtItsEndDoesNotOverflow() throws IOException {
        ListingBuilder listing = new ListingBuilder(1_000_000, 1L << 30);
        String deep = "d/".repeat(2000);
        try {
            listing.node(RawPath.of(deep + "keep"), FileMetadata.of(FileMetadata.S_IFIFO | 0644, 0));
            listing.directory(RawPath.of("e/".repeat(2000)), FileMetadata.directory(0755));
        } catch (ListingBuilder.RefusedException e) {
            throw new AssertionError(e);
        }
        ContextTree tree = new ContextTree(
                listing.build("deep", () -> {}),
                IgnoreRules.of(List.of("*", "!**/keep")),
                "",
                OptionalLong.empty(),
                Runnable::run);

        assertThat(tree.children(RawPath.ROOT)).extracting(SourceFile::path).containsExactly(RawPath.of("d"));
        assertThat(tree.find(RawPath.of(deep + "keep"))).isPresent();
        assertThat(tree.children(RawPath.of("d/".repeat(1000)))).hasSize(1);
    }

    @Test
    void aDirectoryOfAHundredThousandFilesIsListedOnce() throws IOException {
        ListingBuilder listing = new ListingBuilder(1_000_000, 1L << 30);
        AtomicInteger listed = new AtomicInteger();
        try {
            for (int i = 0; i < 100_000; i++) {
                listing.node(RawPath.of("dir/f" + i), FileMetadata.of(FileMetadata.S_IFIFO | 0644, 0));
            }
        } catch (ListingBuilder.RefusedException e) {
            throw new AssertionError(e);
        }
        RawContext files = new ForwardingContext(listing.build("wide", () -> {})) {
            @Override
            public List<SourceFile> children(RawPath directory) {
                listed.incrementAndGet();
                return super.children(directory);
            }
        };
        ContextTree tree = new ContextTree(
                files, IgnoreRules.of(List.of("**/*7", "!**/f7")), "", OptionalLong.empty(), Runnable::run);

        assertThat(tree.children(RawPath.of("dir"))).hasSize(90_001);
        assertThat(tree.children(RawPath.of("dir"))).hasSize(90_001);
        assertThat(listed).hasValue(1);
    }

    @Test
    void aFileWhoseContentChangesBetweenItsKeyAndItsCopyMakesNoLayer() throws Exception {
        files("f");
        HostTree onDisk = new HostTree(root, FileDigests.ofOneBuild());
        RawContext files = new ForwardingContext(onDisk) {
            @Override
            public InputStream open(SourceFile file) throws IOException {
                Files.writeString(root.resolve("f"), "g"); // as long as before, and after its digest was taken
                return super.open(file);
            }
        };
        ContextTree tree = new ContextTree(files, IgnoreRules.NONE, "", OptionalLong.empty(), Runnable::run);
        SourceFile file = tree.find(RawPath.of("f")).orElseThrow();
        assertThat(tree.digest(file)).isEqualTo(Digest.sha256("f".getBytes(StandardCharsets.UTF_8)));

        LayerPlan plan = new LayerPlan(LayerStack.EMPTY, Instant.EPOCH);
        new CopyPlanner(plan, Optional.empty(), Optional.empty())
                .copy(new Selection(tree, file.path(), file, List.of(), "this copy"), RawPath.of("x"), false);
        assertThatThrownBy(() -> plan.write(new LayerWriter(new MemoryFileTree(), OverlayForm.ROOT), Runnable::run))
                .isInstanceOf(BuildContextException.class)
                .hasMessageContaining("/f of the build context " + root + " changed while it was being read");
    }

    @Test
    void whatIsExpectedIsListedByOthersAndOnce() throws IOException {
        files("a/f", "b/f", "c/f");
        List<RawPath> listed = new CopyOnWriteArrayList<>();
        RawContext counting = new ForwardingContext(new HostTree(root, FileDigests.ofOneBuild())) {
            @Override
            public List<SourceFile> children(RawPath directory) {
                listed.add(directory);
                return super.children(directory);
            }
        };
        Queue<Runnable> offered = new ArrayDeque<>();
        ContextTree tree = new ContextTree(counting, IgnoreRules.NONE, "", OptionalLong.empty(), offered::add);
        List<RawPath> all = List.of(RawPath.of("a"), RawPath.of("b"), RawPath.of("c"));

        tree.expect(all);
        assertThat(listed).isEmpty();
        assertThat(tree.children(RawPath.of("b"))).hasSize(1); // nobody has begun
        offered.remove().run();
        all.forEach(directory -> assertThat(tree.children(directory)).hasSize(1));

        assertThat(listed).containsExactlyInAnyOrderElementsOf(all);
    }
}
