package dev.skiff.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.host.FakeHost.Elf;
import dev.skiff.layer.LayerWriter;
import dev.skiff.layer.OverlayForm;
import dev.skiff.layer.UnpackedLayer;
import dev.skiff.linux.RawPath;
import dev.skiff.linux.testing.MemoryFileTree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostImageTest {
    @TempDir(deletionStrategy = DeleteLinksQuietly.class)
    private Path directory;

    private FakeHost host;
    private HostImage image;

    @BeforeEach
    void anImageOfALinkedTool() throws IOException {
        host = new FakeHost(directory).elf("/opt/tool", Elf.library()).link("/usr/bin/tool", "/opt/tool");
        image = host.image("tool");
    }

    private UnpackedLayer write(MemoryFileTree tree) throws IOException {
        LayerWriter layer = new LayerWriter(tree, OverlayForm.ROOT);
        image.writeTo(layer);
        return layer.finish();
    }

    @Test
    void theLayerHasFilesLinksAndDirectoriesWithTheirContent() throws IOException {
        MemoryFileTree tree = new MemoryFileTree();
        write(tree);

        try (InputStream tool = tree.read(RawPath.of("opt/tool"))) {
            assertThat(tool.readAllBytes()).isEqualTo(Elf.library().bytes());
        }
        assertThat(tree.stat(RawPath.of("opt/tool")))
                .hasValueSatisfying(
                        tool -> assertThat(tool.metadata().permissions()).isEqualTo(0755));
        assertThat(tree.stat(RawPath.of("usr/bin/tool")))
                .hasValueSatisfying(link -> assertThat(link.linkTarget())
                        .hasValueSatisfying(
                                target -> assertThat(target).asString().isEqualTo("/opt/tool")));
        assertThat(tree.stat(RawPath.of("tmp")))
                .hasValueSatisfying(
                        tmp -> assertThat(tmp.metadata().permissions()).isEqualTo(01777));
        assertThat(tree.list(RawPath.of("etc")))
                .extracting(entry -> entry.path().toString())
                .contains("etc/passwd");
    }

    @Test
    void theSameHostGivesTheSameLayerToTheLastByte() throws IOException {
        UnpackedLayer first = write(new MemoryFileTree());
        image = host.image("tool");

        assertThat(write(new MemoryFileTree()).diffId()).isEqualTo(first.diffId());
    }

    @Test
    void aFileThatChangedSinceItWasFoundIsNotTaken() {
        host.elf("/opt/tool", Elf.library("libmore.so"));

        assertThatThrownBy(() -> write(new MemoryFileTree()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("/opt/tool: changed while an image was made of it");
    }
}
