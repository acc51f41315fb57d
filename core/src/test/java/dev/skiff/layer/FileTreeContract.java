package dev.skiff.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.FileTree;
import dev.skiff.linux.RawPath;
import dev.skiff.linux.SyscallException;
import dev.skiff.linux.TreeEntry;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What layers count on from every {@link FileTree}. */
public abstract class FileTreeContract {
    private FileTree tree;

    /** An empty one. */
    protected abstract FileTree open() throws Exception;

    @BeforeEach
    void openTree() throws Exception {
        tree = open();
    }

    @AfterEach
    void closeTree() {
        tree.close();
    }

    @Test
    void aFileComesBackAsItWasWritten() throws IOException {
        FileMetadata metadata = FileMetadata.regular(04755, 5).withMtime(1_700_000_000, 123_456_789);
        write("usr/bin/tool", metadata, "hello");
        tree.flush();

        TreeEntry found = tree.stat(RawPath.of("usr/bin/tool")).orElseThrow();
        assertThat(found.metadata().mode()).isEqualTo(FileMetadata.S_IFREG | 04755);
        assertThat(found.metadata().size()).isEqualTo(5);
        assertThat(found.metadata().mtimeSeconds()).isEqualTo(1_700_000_000);
        assertThat(found.metadata().mtimeNanos()).isEqualTo(123_456_789);
        assertThat(read("usr/bin/tool")).isEqualTo("hello");
    }

    @Test
    void missingParentsAreMadeForEverybody() throws IOException {
        write("a/b/c", FileMetadata.regular(0600, 0), "");
        tree.flush();

        assertThat(tree.stat(RawPath.of("a/b")).orElseThrow().metadata().mode()).isEqualTo(FileMetadata.S_IFDIR | 0755);
    }

    @Test
    void namesNeedNotBeText() throws IOException {
        RawPath name = RawPath.ofBytes(new byte[] {(byte) 0xff, (byte) 0xfe, '\n'});
        tree.writeFile(name, FileMetadata.regular(0644, 0), InputStream.nullInputStream());
        tree.flush();

        assertThat(tree.list(RawPath.ROOT)).extracting(TreeEntry::path).containsExactly(name);
    }

    @Test
    void replacingAFileLeavesItsTwinAlone() throws IOException {
        write("a", FileMetadata.regular(0644, 3), "old");
        tree.makeHardLink(RawPath.of("b"), RawPath.of("a"));
        write("a", FileMetadata.regular(0600, 3), "new");
        tree.flush();

        assertThat(read("b")).isEqualTo("old");
        assertThat(tree.stat(RawPath.of("b")).orElseThrow().metadata().permissions())
                .isEqualTo(0644);
    }

    @Test
    void hardLinksShareTheirInode() throws IOException {
        write("a", FileMetadata.regular(0644, 3), "one");
        tree.makeHardLink(RawPath.of("d/b"), RawPath.of("a"));
        tree.flush();

        TreeEntry a = tree.stat(RawPath.of("a")).orElseThrow();
        TreeEntry b = tree.stat(RawPath.of("d/b")).orElseThrow();
        assertThat(b.inode()).isEqualTo(a.inode());
        assertThat(b.links()).isEqualTo(2);
    }

    @Test
    void aHardLinkToALinkIsToTheLinkItself() {
        tree.makeSymlink(RawPath.of("a"), bytes("nowhere"), FileMetadata.symlink());
        tree.makeHardLink(RawPath.of("b"), RawPath.of("a"));
        tree.flush();

        assertThat(tree.stat(RawPath.of("b")).orElseThrow().linkTarget()).hasValue(bytes("nowhere"));
    }

    @Test
    void theLastComponentIsNeverFollowed() throws IOException {
        write("target", FileMetadata.regular(0644, 4), "kept");
        tree.makeSymlink(RawPath.of("link"), bytes("target"), FileMetadata.symlink());
        write("link", FileMetadata.regular(0644, 3), "new");
        tree.flush();

        assertThat(read("target")).isEqualTo("kept");
        assertThat(read("link")).isEqualTo("new");
    }

    @Test
    void linksOnTheWayStayBelowTheRoot() throws IOException {
        tree.makeSymlink(RawPath.of("out"), bytes("../../../../tmp"), FileMetadata.symlink());
        tree.makeSymlink(RawPath.of("abs"), bytes("/etc"), FileMetadata.symlink());
        tree.makeDirectory(RawPath.of("tmp"), FileMetadata.directory(0777));
        tree.makeDirectory(RawPath.of("etc"), FileMetadata.directory(0755));
        write("out/x", FileMetadata.regular(0644, 1), "x");
        write("abs/y", FileMetadata.regular(0644, 1), "y");
        tree.flush();

        assertThat(read("tmp/x")).isEqualTo("x");
        assertThat(read("etc/y")).isEqualTo("y");
    }

    @Test
    void anExistingDirectoryKeepsWhatItHoldsAndGetsTheMetadata() throws IOException {
        write("d/f", FileMetadata.regular(0644, 0), "");
        tree.makeDirectory(RawPath.of("d"), FileMetadata.directory(0700));
        tree.flush();

        assertThat(tree.stat(RawPath.of("d/f"))).isPresent();
        assertThat(tree.stat(RawPath.of("d")).orElseThrow().metadata().permissions())
                .isEqualTo(0700);
    }

    @Test
    void aFileGivesWayToADirectory() throws IOException {
        write("d", FileMetadata.regular(0644, 0), "");
        tree.makeDirectory(RawPath.of("d"), FileMetadata.directory(0700));
        tree.flush();

        assertThat(tree.stat(RawPath.of("d")).orElseThrow().metadata().isDirectory())
                .isTrue();
    }

    @Test
    void metadataSetLastIsWhatStays() throws IOException {
        tree.makeDirectory(RawPath.of("d"), FileMetadata.directory(0755));
        write("d/f", FileMetadata.regular(0644, 0), "");
        tree.setMetadata(RawPath.of("d"), FileMetadata.directory(01777).withMtime(-5, 7));
        tree.flush();

        FileMetadata found = tree.stat(RawPath.of("d")).orElseThrow().metadata();
        assertThat(found.permissions()).isEqualTo(01777);
        assertThat(found.mtimeSeconds()).isEqualTo(-5);
        assertThat(found.mtimeNanos()).isEqualTo(7);
    }

    @Test
    void attributesComeBack() throws IOException {
        FileMetadata metadata = FileMetadata.regular(0644, 0).withXattrs(Map.of("user.note", new byte[] {0, 1, '='}));
        write("f", metadata, "");
        tree.flush();

        assertThat(tree.stat(RawPath.of("f")).orElseThrow().metadata().xattrs().get("user.note"))
                .containsExactly(0, 1, '=');
    }

    @Test
    void removingTakesAllBelowAndNeedsNothingThere() throws IOException {
        write("d/e/f", FileMetadata.regular(0644, 0), "");
        tree.remove(RawPath.of("d"));
        tree.remove(RawPath.of("d"));
        tree.flush();

        assertThat(tree.list(RawPath.ROOT)).isEmpty();
    }

    @Test
    void fifosAndWhiteoutsAreMade() {
        tree.makeNode(RawPath.of("fifo"), FileMetadata.of(FileMetadata.S_IFIFO | 0622, 0));
        tree.makeNode(RawPath.of("gone"), FileMetadata.of(FileMetadata.S_IFCHR, 0));
        tree.flush();

        assertThat(tree.list(RawPath.ROOT))
                .extracting(entry -> entry.metadata().type())
                .containsExactly(FileMetadata.S_IFIFO, FileMetadata.S_IFCHR);
    }

    @Test
    void contentThatEndsEarlyIsAnError() {
        assertThatThrownBy(() -> {
                    write("f", FileMetadata.regular(0644, 10), "short");
                    tree.flush();
                })
                .isInstanceOf(EOFException.class);
    }

    @Test
    void aFileOnTheWayIsAnErrorThatComesOutAtTheFlush() {
        assertThatThrownBy(() -> {
                    write("f", FileMetadata.regular(0644, 0), "");
                    write("f/below", FileMetadata.regular(0644, 0), "");
                    tree.flush();
                })
                .isInstanceOfSatisfying(
                        SyscallException.class, e -> assertThat(e.errno()).isEqualTo("ENOTDIR"));
    }

    private void write(String path, FileMetadata metadata, String content) throws IOException {
        tree.writeFile(RawPath.of(path), metadata, new ByteArrayInputStream(bytes(content)));
    }

    private String read(String path) throws IOException {
        try (InputStream in = tree.read(RawPath.of(path))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
