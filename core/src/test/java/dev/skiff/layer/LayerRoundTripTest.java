package dev.skiff.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.RawPath;
import dev.skiff.linux.testing.MemoryFileTree;
import dev.skiff.oci.DiffId;
import dev.skiff.oci.Digest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class LayerRoundTripTest {
    @Property(tries = 200)
    void unpackingWhatWasPackedGivesTheSameTree(@ForAll long seed) throws IOException {
        MemoryFileTree tree = RandomTrees.of(seed);
        MemoryFileTree again = new MemoryFileTree();

        UnpackedLayer unpacked = unpack(pack(tree), again);

        assertThat(again.describe()).isEqualTo(tree.describe());
        assertThat(unpacked.leftOut()).isEmpty();
    }

    @Property(tries = 100)
    void packingAndUnpackingAgreeOnTheIndex(@ForAll long seed) throws IOException {
        MemoryFileTree tree = RandomTrees.of(seed);
        ByteArrayOutputStream tar = new ByteArrayOutputStream();

        UnpackedLayer packed = LayerPacker.pack(tree, OverlayForm.ROOT, List.of(), tar);
        UnpackedLayer unpacked = unpack(tar.toByteArray(), new MemoryFileTree());

        assertThat(LayerIndexFormat.write(unpacked.index())).isEqualTo(LayerIndexFormat.write(packed.index()));
        assertThat(unpacked.diffId())
                .isEqualTo(packed.diffId())
                .isEqualTo(new DiffId(Digest.sha256(tar.toByteArray())));
    }

    @Property(tries = 100)
    void anIndexComesBackFromItsFile(@ForAll long seed) throws IOException {
        LayerIndex index = LayerPacker.pack(
                        RandomTrees.of(seed), OverlayForm.ROOT, List.of(), OutputStream.nullOutputStream())
                .index();
        byte[] file = LayerIndexFormat.write(index);

        assertThat(LayerIndexFormat.write(LayerIndexFormat.read(file))).isEqualTo(file);
    }

    @Property(tries = 300)
    void aDamagedIndexIsToldFromAWholeOne(@ForAll long seed, @ForAll int where, @ForAll int bit) throws IOException {
        LayerIndex index = LayerPacker.pack(
                        RandomTrees.of(seed), OverlayForm.ROOT, List.of(), OutputStream.nullOutputStream())
                .index();
        byte[] file = LayerIndexFormat.write(index);
        file[Math.floorMod(where, file.length)] ^= (byte) (1 << (bit & 7));

        assertThatThrownBy(() -> LayerIndexFormat.read(file)).isInstanceOf(ArchiveException.class);
    }

    @Property(tries = 100)
    void writingALayerFileByFileIsPackingItsDirectory(@ForAll long seed) throws IOException {
        MemoryFileTree source = RandomTrees.of(seed);
        UnpackedLayer packed = LayerPacker.pack(source, OverlayForm.ROOT, List.of(), OutputStream.nullOutputStream());
        MemoryFileTree target = new MemoryFileTree();
        LayerWriter writer = new LayerWriter(target, OverlayForm.ROOT);
        for (LayerEntry entry : packed.index().entries()) {
            if (entry.metadata().isRegular() && entry.hardLinkTo().isEmpty()) {
                writer.add(entry, source.read(entry.path()));
            } else if (!entry.path().isRoot()) {
                writer.add(entry);
            }
        }

        UnpackedLayer written = writer.finish();
        assertThat(written.diffId()).isEqualTo(packed.diffId());
        assertThat(target.describe()).isEqualTo(source.describe());
        assertThat(LayerIndexFormat.write(written.index())).isEqualTo(LayerIndexFormat.write(packed.index()));
    }

    @Property(tries = 100)
    void theTarOfALayerCanBeMadeAgainOfItsIndex(@ForAll long seed) throws IOException {
        MemoryFileTree tree = new MemoryFileTree();
        LayerWriter writer = new LayerWriter(tree, OverlayForm.ROOT);
        MemoryFileTree source = RandomTrees.of(seed);
        for (LayerEntry entry :
                LayerScanner.scan(source, OverlayForm.ROOT, List.of()).entries()) {
            if (entry.metadata().isRegular() && entry.hardLinkTo().isEmpty()) {
                writer.add(entry, source.read(entry.path()));
            } else if (!entry.path().isRoot()) {
                writer.add(entry);
            }
        }
        UnpackedLayer written = writer.finish();

        UnpackedLayer again = LayerPacker.pack(written.index(), tree, OutputStream.nullOutputStream());

        assertThat(again.diffId()).isEqualTo(written.diffId());
        assertThat(again.tarBytes()).isEqualTo(written.tarBytes());
    }

    @Test
    void theSameTreeIsTheSameLayerHoweverItWasMade() throws IOException {
        MemoryFileTree one = new MemoryFileTree();
        one.makeDirectory(RawPath.of("d"), FileMetadata.directory(0755));
        one.makeSymlink(RawPath.of("d/l"), new byte[] {'x'}, FileMetadata.symlink());
        one.makeNode(RawPath.of("a"), FileMetadata.of(FileMetadata.S_IFIFO | 0600, 0));
        MemoryFileTree other = new MemoryFileTree();
        other.makeNode(RawPath.of("a"), FileMetadata.of(FileMetadata.S_IFIFO | 0600, 0));
        other.makeDirectory(RawPath.of("d"), FileMetadata.directory(0755));
        other.makeSymlink(RawPath.of("d/l"), new byte[] {'x'}, FileMetadata.symlink());

        assertThat(pack(one)).isEqualTo(pack(other));
    }

    @Test
    void excludedPathsAndSocketsStayOut() throws IOException {
        MemoryFileTree tree = new MemoryFileTree();
        tree.makeDirectory(RawPath.of("etc"), FileMetadata.directory(0755));
        tree.makeNode(RawPath.of("etc/fifo"), FileMetadata.of(FileMetadata.S_IFIFO | 0600, 0));
        tree.makeDirectory(RawPath.of("proc/below"), FileMetadata.directory(0755));
        tree.makeNode(RawPath.of("run.sock"), FileMetadata.of(FileMetadata.S_IFSOCK | 0600, 0));

        LayerIndex index = LayerPacker.pack(
                        tree, OverlayForm.ROOT, List.of(RawPath.of("proc")), OutputStream.nullOutputStream())
                .index();

        assertThat(index.entries()).extracting(entry -> entry.path().toString()).containsExactly("", "etc", "etc/fifo");
    }

    @Test
    void aFileThatReadsLikeADeletionIsRefusedByName() {
        MemoryFileTree tree = new MemoryFileTree();
        tree.makeNode(RawPath.of("tmp/.wh.x"), FileMetadata.of(FileMetadata.S_IFIFO | 0600, 0));

        assertThatThrownBy(() -> pack(tree))
                .isInstanceOf(ArchiveException.class)
                .hasMessageContaining("tmp/.wh.x");
    }

    @Test
    void aDirectoryThatOverlayRedirectsIsRefused() {
        MemoryFileTree tree = new MemoryFileTree();
        tree.makeDirectory(
                RawPath.of("moved"),
                FileMetadata.directory(0755).withXattrs(Map.of("trusted.overlay.redirect", new byte[] {'x'})));

        assertThatThrownBy(() -> pack(tree))
                .isInstanceOf(ArchiveException.class)
                .hasMessageContaining("redirect_dir");
    }

    @Test
    void entriesOutOfOrderAreAMistakeOfTheCaller() throws IOException {
        LayerWriter writer = new LayerWriter(new MemoryFileTree(), OverlayForm.ROOT);
        writer.add(LayerEntry.directory(RawPath.of("b"), FileMetadata.directory(0755)));

        assertThatThrownBy(() -> writer.add(LayerEntry.whiteout(RawPath.of("a"))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> writer.add(LayerEntry.whiteout(RawPath.of("c/d"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no directory");
    }

    @Test
    void aDeviceThatCannotBeMadeHereIsLeftOutOfTheDirectoryAlone() throws IOException {
        MemoryFileTree without = MemoryFileTree.withoutDevices();
        LayerWriter writer = new LayerWriter(without, OverlayForm.ROOT);
        LayerEntry device = LayerEntry.node(
                RawPath.of("null"),
                FileMetadata.of(FileMetadata.S_IFCHR | 0666, 0).withDevice(1, 3));
        writer.add(device);
        writer.add(LayerEntry.hardLink(RawPath.of("zilch"), device));
        UnpackedLayer layer = writer.finish();

        assertThat(layer.leftOut()).containsExactly(RawPath.of("null"), RawPath.of("zilch"));
        assertThat(without.list(RawPath.ROOT)).isEmpty();
        assertThat(layer.index().find(RawPath.of("null"))).isPresent();
    }

    @Test
    void aHashThatIsKnownIsTaken() throws IOException {
        Digest known = Digest.sha256(new byte[] {1, 2, 3});
        LayerWriter writer = new LayerWriter(new MemoryFileTree(), OverlayForm.ROOT);
        writer.add(
                LayerEntry.file(RawPath.of("f"), FileMetadata.regular(0644, 3), known),
                new ByteArrayInputStream(new byte[] {1, 2, 3}));

        assertThat(writer.finish().index().find(RawPath.of("f")).orElseThrow().content())
                .hasValue(known);
    }

    @Test
    void aFileIsReadOnlyOnceWhenItIsWritten() throws IOException {
        InputStream once = new ByteArrayInputStream("hello".getBytes(StandardCharsets.UTF_8));
        MemoryFileTree tree = new MemoryFileTree();
        LayerWriter writer = new LayerWriter(tree, OverlayForm.ROOT);
        writer.add(LayerEntry.file(RawPath.of("f"), FileMetadata.regular(0644, 5)), once);
        UnpackedLayer layer = writer.finish();

        assertThat(tree.read(RawPath.of("f")).readAllBytes()).asString().isEqualTo("hello");
        assertThat(layer.diffId()).isEqualTo(new DiffId(Digest.sha256(pack(tree))));
    }

    private static byte[] pack(MemoryFileTree tree) throws IOException {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        LayerPacker.pack(tree, OverlayForm.ROOT, List.of(), tar);
        return tar.toByteArray();
    }

    private static UnpackedLayer unpack(byte[] tar, MemoryFileTree into) throws IOException {
        return LayerUnpacker.unpack(new ByteArrayInputStream(tar), into, ArchiveLimits.DEFAULT, OverlayForm.ROOT);
    }
}
