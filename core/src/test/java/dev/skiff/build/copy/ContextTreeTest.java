package dev.skiff.build.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.dockerfile.ignore.IgnoreRules;
import dev.skiff.linux.RawPath;
import dev.skiff.oci.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContextTreeTest {
    private static final RawPath FILE = RawPath.of("f");

    @TempDir
    private Path root;

    private ContextTree tree(FileDigests digests) {
        return new ContextTree(root, IgnoreRules.NONE, digests);
    }

    private FileDigests digests() {
        return FileDigests.load(root.resolveSibling(root.getFileName() + "-digests"));
    }

    private Digest digest(FileDigests digests) throws IOException {
        ContextTree tree = tree(digests);
        return tree.digest(tree.find(FILE).orElseThrow());
    }

    private void write(String content) throws IOException {
        Files.writeString(root.resolve("f"), content);
    }

    private static Digest sha256(String content) {
        return Digest.sha256(content.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aFileThatChangesBetweenTheLookAtItAndItsReadingIsAnError() throws IOException {
        write("before");
        ContextTree tree = tree(digests());
        SourceFile file = tree.find(FILE).orElseThrow();
        write("after it was looked at");

        assertThatThrownBy(() -> tree.digest(file))
                .isInstanceOf(ContextTree.ChangedException.class)
                .hasMessageContaining("changed while it was being read");
    }

    @Test
    void aDigestIsRememberedForAFileThatHasSettled() throws Exception {
        write("content");
        Thread.sleep(100);
        FileDigests first = digests();
        digest(first);
        first.save();

        FileDigests second = digests();
        ContextTree tree = tree(second);
        SourceFile file = tree.find(FILE).orElseThrow();
        Files.delete(root.resolve("f"));
        assertThat(tree.digest(file)).isEqualTo(sha256("content")); // not read again: it is not there any more
    }

    @Test
    void aChangeThatHidesBehindSizeAndModificationTimeIsNoticed() throws Exception {
        write("one");
        Files.setLastModifiedTime(root.resolve("f"), FileTime.from(Instant.EPOCH));
        Thread.sleep(100);
        FileDigests first = digests();
        digest(first);
        first.save();
        write("two");
        Files.setLastModifiedTime(root.resolve("f"), FileTime.from(Instant.EPOCH));

        assertThat(digest(digests())).isEqualTo(sha256("two"));
    }

    @Test
    void aFileThatMayStillChangeWithinATickOfTheClockIsNotRemembered() throws IOException {
        write("one");
        FileDigests first = digests();
        digest(first);
        first.save();

        assertThat(root.resolveSibling(root.getFileName() + "-digests")).doesNotExist();
    }

    @Test
    void aDamagedMemoryIsAsGoodAsNone() throws IOException {
        write("content");
        Files.writeString(root.resolveSibling(root.getFileName() + "-digests"), "SKD1 torn");

        assertThat(digest(digests())).isEqualTo(sha256("content"));
    }
}
