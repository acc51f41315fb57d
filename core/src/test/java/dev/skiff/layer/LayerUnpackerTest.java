package dev.skiff.layer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.RawPath;
import dev.skiff.linux.TreeEntry;
import dev.skiff.linux.testing.MemoryFileTree;
import dev.skiff.oci.DiffId;
import dev.skiff.oci.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class LayerUnpackerTest {
    private final MemoryFileTree tree = new MemoryFileTree();

    @Test
    void theDiffIdIsOfEveryByteOfTheTar() throws IOException {
        Tars tar = new Tars().file("a", "b");
        byte[] padded = Arrays.copyOf(tar.bytes(), 10240);

        UnpackedLayer layer =
                LayerUnpacker.unpack(new ByteArrayInputStream(padded), tree, ArchiveLimits.DEFAULT, OverlayForm.ROOT);

        assertThat(layer.diffId()).isEqualTo(new DiffId(Digest.sha256(padded)));
        assertThat(layer.tarBytes()).isEqualTo(10240);
    }

    @Test
    void aWhiteoutBecomesADevice() throws IOException {
        UnpackedLayer layer =
                new Tars().directory("etc").file("etc/.wh.gone", "").unpackInto(tree);

        TreeEntry gone = at("etc/gone");
        assertThat(gone.metadata().type()).isEqualTo(FileMetadata.S_IFCHR);
        assertThat(gone.metadata().deviceMajor() + gone.metadata().deviceMinor())
                .isZero();
        assertThat(tree.list(RawPath.of("etc"))).hasSize(1);
        assertThat(layer.index().find(RawPath.of("etc/gone")).orElseThrow().isWhiteout())
                .isTrue();
    }

    @Test
    void aWhiteoutNeverHidesTheLayersOwnFile() throws IOException {
        new Tars()
                .file("a", "before")
                .file(".wh.a", "")
                .file(".wh.b", "")
                .file("b", "after")
                .unpackInto(tree);

        assertThat(content("a")).isEqualTo("before");
        assertThat(content("b")).isEqualTo("after");
    }

    @Test
    void aDirectoryThatIsDeletedAndMadeAgainIsOpaque() throws IOException {
        new Tars()
                .file(".wh.first", "")
                .directory("first")
                .directory("second")
                .file("second/kept", "")
                .file(".wh.second", "")
                .file(".wh.implied", "")
                .file("implied/kept", "")
                .unpackInto(tree);

        assertThat(opaque("first")).isTrue();
        assertThat(opaque("second")).isTrue();
        assertThat(opaque("implied")).isTrue();
        assertThat(tree.stat(RawPath.of("second/kept"))).isPresent();
        assertThat(tree.stat(RawPath.of("implied/kept"))).isPresent();
    }

    @Test
    void anOpaqueMarkWorksBeforeAndAfterTheEntries() throws IOException {
        new Tars()
                .file("a/.wh..wh..opq", "")
                .directory("a")
                .file("a/kept", "")
                .directory("b")
                .file("b/kept", "")
                .file("b/.wh..wh..opq", "")
                .unpackInto(tree);

        assertThat(opaque("a")).isTrue();
        assertThat(opaque("b")).isTrue();
        assertThat(tree.list(RawPath.of("a"))).hasSize(1);
        assertThat(tree.list(RawPath.of("b"))).hasSize(1);
    }

    @Test
    void anOpaqueRootIsToldByTheIndex() throws IOException {
        UnpackedLayer layer = new Tars().file(".wh..wh..opq", "").file("a", "").unpackInto(tree);

        assertThat(layer.index().hidesEverything()).isTrue();
    }

    @Test
    void aFileThatIsReplacedByADirectoryHidesWhatLiesBelow() throws IOException {
        new Tars().file("a", "").directory("a").unpackInto(tree);

        assertThat(opaque("a")).isTrue();
    }

    @Test
    void inAUserNamespaceTheMarkIsTheUsers() throws IOException {
        LayerUnpacker.unpack(
                new Tars().directory("a").file("a/.wh..wh..opq", "").stream(),
                tree,
                ArchiveLimits.DEFAULT,
                OverlayForm.USER_NAMESPACE);

        assertThat(at("a").metadata().xattrs()).containsOnlyKeys("user.overlay.opaque");
    }

    @Test
    void theTimeOfADirectorySurvivesItsChildren() throws IOException {
        new Tars()
                .entry("d", '5', "", "", header -> {
                    header.put(TarBlock.MODE, 0500);
                    header.put(TarBlock.MTIME, 1234567890);
                })
                .file("d/f", "x")
                .unpackInto(tree);

        assertThat(at("d").metadata().mtimeSeconds()).isEqualTo(1234567890);
        assertThat(at("d").metadata().permissions()).isEqualTo(0500);
    }

    @Test
    void metadataIsKept() throws IOException {
        new Tars()
                .pax("SCHILY.xattr.security.capability", "\1\0\0\2", "SCHILY.xattr.user.x", "y", "mtime", "5.000000007")
                .entry("f", '0', "", "", header -> {
                    header.put(TarBlock.MODE, 06755);
                    header.put(TarBlock.UID, 12);
                    header.put(TarBlock.GID, 34);
                })
                .unpackInto(tree);

        FileMetadata f = at("f").metadata();
        assertThat(f.permissions()).isEqualTo(06755);
        assertThat(f.uid()).isEqualTo(12);
        assertThat(f.gid()).isEqualTo(34);
        assertThat(f.mtimeNanos()).isEqualTo(7);
        assertThat(f.xattrs()).containsOnlyKeys("security.capability", "user.x");
    }

    @Test
    void hardLinksStayHardLinks() throws IOException {
        UnpackedLayer layer = new Tars()
                .file("z", "same")
                .hardLink("a", "/z")
                .hardLink("m", "a")
                .unpackInto(tree);

        assertThat(at("a").inode()).isEqualTo(at("z").inode()).isEqualTo(at("m").inode());
        assertThat(layer.index().find(RawPath.of("a")).orElseThrow().hardLinkTo())
                .isEmpty();
        assertThat(layer.index().find(RawPath.of("z")).orElseThrow().hardLinkTo())
                .hasValue(RawPath.of("a"));
    }

    @Test
    void aHardLinkIsKeptWhenItsTwinIsReplaced() throws IOException {
        UnpackedLayer layer =
                new Tars().file("a", "old").hardLink("b", "a").file("a", "new").unpackInto(tree);

        assertThat(content("b")).isEqualTo("old");
        assertThat(content("a")).isEqualTo("new");
        assertThat(layer.index().find(RawPath.of("b")).orElseThrow().hardLinkTo())
                .isEmpty();
        assertThat(layer.index().find(RawPath.of("b")).orElseThrow().content())
                .hasValue(Digest.sha256("old".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void entriesGoWhereTheLayersOwnLinksLead() throws IOException {
        UnpackedLayer layer = new Tars()
                .directory("usr/bin")
                .symlink("bin", "usr/bin")
                .file("bin/sh", "shell")
                .file("bin/.wh.ash", "")
                .hardLink("sh", "bin/sh")
                .unpackInto(tree);

        assertThat(content("usr/bin/sh")).isEqualTo("shell");
        assertThat(layer.index().find(RawPath.of("usr/bin/sh"))).isPresent();
        assertThat(layer.index().find(RawPath.of("usr/bin/ash")).orElseThrow().isWhiteout())
                .isTrue();
        assertThat(layer.index().find(RawPath.of("bin/sh"))).isEmpty();
        assertThat(at("bin").metadata().isSymlink()).isTrue();
    }

    @Test
    void dotsInALinkAreTakenOnTheWay() throws IOException {
        new Tars()
                .directory("x/y")
                .symlink("a", "x/y")
                .symlink("up", "a/../z")
                .file("up/f", "1")
                .unpackInto(tree);

        assertThat(content("x/z/f")).isEqualTo("1"); // not z/f: "a/.." is the parent of where a leads
    }

    @Test
    void directoriesThatNobodyListsAreImplied() throws IOException {
        UnpackedLayer layer = new Tars().file("a/b/c", "").unpackInto(tree);

        assertThat(layer.index().find(RawPath.of("a/b")).orElseThrow().implied())
                .isTrue();
        assertThat(at("a/b").metadata().permissions()).isEqualTo(0755);
        assertThat(at("a/b").metadata().mtimeSeconds()).isZero();
    }

    @Test
    void theIndexKnowsEachContent() throws IOException {
        UnpackedLayer layer = new Tars().file("a", "abc").unpackInto(tree);

        assertThat(layer.index().find(RawPath.of("a")).orElseThrow().content())
                .hasValue(Digest.sha256("abc".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void aDeviceIsLeftOutWhereItCannotBeMade() throws IOException {
        MemoryFileTree without = MemoryFileTree.withoutDevices();
        UnpackedLayer layer = new Tars()
                .device("dev/null", 1, 3)
                .hardLink("dev/zilch", "dev/null")
                .unpackInto(without);

        assertThat(layer.leftOut()).containsExactly(RawPath.of("dev/null"), RawPath.of("dev/zilch"));
        assertThat(without.list(RawPath.of("dev"))).isEmpty();
        assertThat(layer.index().find(RawPath.of("dev/null"))).isPresent();
    }

    @Test
    void bookkeepingOfAufsIsPassedOver() throws IOException {
        new Tars()
                .directory(".wh..wh.plnk")
                .file(".wh..wh.plnk/1.2", "")
                .file(".wh..wh.aufs", "")
                .unpackInto(tree);

        assertThat(tree.list(RawPath.ROOT)).isEmpty();
    }

    private TreeEntry at(String path) {
        return tree.stat(RawPath.of(path)).orElseThrow();
    }

    private boolean opaque(String path) {
        return OverlayForm.ROOT.isOpaque(at(path).metadata());
    }

    private String content(String path) throws IOException {
        return new String(tree.read(RawPath.of(path)).readAllBytes(), StandardCharsets.UTF_8);
    }
}
