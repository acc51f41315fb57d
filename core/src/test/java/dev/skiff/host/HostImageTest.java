package dev.skiff.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.host.FakeHost.Elf;
import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.FileTree;
import dev.skiff.linux.RawPath;
import dev.skiff.linux.TreeEntry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostImageTest {
    @TempDir(deletionStrategy = DeleteLinksQuietly.class)
    private Path directory;

    @Test
    void writesFilesLinksAndDirectoriesWithTheirContent() throws IOException {
        HostImage image = new FakeHost(directory)
                .elf("/opt/tool", Elf.library())
                .link("/usr/bin/tool", "/opt/tool")
                .image("tool");
        Written tree = new Written();

        image.writeTo(tree);

        assertThat(tree.log)
                .contains(
                        "dir tmp 1777",
                        "link usr/bin/tool -> /opt/tool",
                        "file opt/tool 755 " + Elf.library().bytes().length,
                        "file etc/group 644 27");
        assertThat(tree.log).hasSameSizeAs(image.entries());
    }

    @Test
    void aFileThatChangedSinceItWasFoundIsNotTaken() throws IOException {
        FakeHost host = new FakeHost(directory).elf("/usr/bin/tool", Elf.library());
        HostImage image = host.image("tool");
        host.elf("/usr/bin/tool", Elf.library("libmore.so"));

        assertThatThrownBy(() -> image.writeTo(new Written()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("/usr/bin/tool: changed while an image was made of it");
    }

    /** Remembers what was written to it, and reads contents. */
    private static final class Written implements FileTree {
        private final List<String> log = new ArrayList<>();

        @Override
        public void makeDirectory(RawPath path, FileMetadata metadata) {
            log.add("dir " + path + " " + Integer.toOctalString(metadata.permissions()));
        }

        @Override
        public void writeFile(RawPath path, FileMetadata metadata, InputStream content) throws IOException {
            assertThat(content.readNBytes((int) metadata.size())).hasSize((int) metadata.size());
            log.add("file " + path + " " + Integer.toOctalString(metadata.permissions()) + " " + metadata.size());
        }

        @Override
        public void makeSymlink(RawPath path, byte[] target, FileMetadata metadata) {
            log.add("link " + path + " -> " + new String(target, StandardCharsets.UTF_8));
        }

        @Override
        public void makeHardLink(RawPath path, RawPath existing) {
            throw new AssertionError("no entry is a hard link");
        }

        @Override
        public void makeNode(RawPath path, FileMetadata metadata) {
            throw new AssertionError("no entry is a device");
        }

        @Override
        public void remove(RawPath path) {
            throw new AssertionError("nothing is removed");
        }

        @Override
        public void setMetadata(RawPath path, FileMetadata metadata) {
            throw new AssertionError("metadata come with the files");
        }

        @Override
        public void flush() {}

        @Override
        public Optional<TreeEntry> stat(RawPath path) {
            return Optional.empty();
        }

        @Override
        public List<TreeEntry> list(RawPath path) {
            return List.of();
        }

        @Override
        public InputStream read(RawPath file) {
            return InputStream.nullInputStream();
        }

        @Override
        public void sync() {}

        @Override
        public void close() {}
    }
}
