package dev.skiff.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.linux.RawPath;
import dev.skiff.linux.testing.MemoryFileTree;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Layers that were made to do harm. The numbers are those of the list of known flaws that Skiff keeps. */
class HostileLayerTest {
    private final MemoryFileTree tree = new MemoryFileTree();

    @ParameterizedTest
    @ValueSource(strings = {"../../etc/x", "/etc/x", "a/../../etc/x", "//etc//x", "./../etc/./x"})
    void s50NamesThatClimbStayBelowTheRoot(String name) throws IOException {
        new Tars().file(name, "").unpackInto(tree);

        assertThat(tree.stat(RawPath.of("etc/x"))).isPresent();
    }

    @Test
    void s50PaxAndGnuNamesStayBelowTheRoot() throws IOException {
        new Tars()
                .pax("path", "../../../one")
                .file("a", "")
                .entry("././@LongLink", 'L', "", "../../two\0", header -> {})
                .file("b", "")
                .unpackInto(tree);

        assertThat(tree.list(RawPath.ROOT)).extracting(e -> e.path().toString()).containsExactly("one", "two");
    }

    @Test
    void s50AGlobalHeaderThatRenamesIsRefused() {
        refuses(new Tars().extension('g', "path", "etc/shadow").file("a", ""), "global PAX header");
    }

    @Test
    void s50AHardLinkOutsideTheLayerIsRefused() {
        refuses(new Tars().hardLink("a", "../../../etc/passwd"), "hard link");
    }

    @Test
    void s50ANameWithANulByteIsRefused() {
        refuses(new Tars().pax("path", "a\0b").file("x", ""), "NUL");
    }

    @Test
    void s51WritingThroughALinkEndsBelowTheRoot() throws IOException {
        new Tars().symlink("out", "/../../tmp").file("out/pwned", "").unpackInto(tree);

        assertThat(tree.stat(RawPath.of("tmp/pwned"))).isPresent();
    }

    @Test
    void s51ADirectoryThatBecomesALinkIsSeenAsOne() throws IOException {
        new Tars()
                .directory("d")
                .file("d/a", "")
                .symlink("d", "/etc")
                .file("d/b", "")
                .unpackInto(tree);

        assertThat(tree.stat(RawPath.of("d")).orElseThrow().metadata().isSymlink())
                .isTrue();
        assertThat(tree.stat(RawPath.of("etc/b"))).isPresent();
    }

    @Test
    void s51AFileReplacesALinkAndNotItsTarget() throws IOException {
        new Tars().file("kept", "kept").symlink("a", "kept").file("a", "new").unpackInto(tree);

        assertThat(tree.read(RawPath.of("kept")).readAllBytes()).asString().isEqualTo("kept");
    }

    @Test
    void s51LinksInACircleAreRefused() {
        refuses(new Tars().symlink("a", "b").symlink("b", "a").file("a/x", ""), "too many links");
    }

    @Test
    void s52AHardLinkToALinkChangesNothingBehindIt() throws IOException {
        new Tars()
                .file("target", "")
                .symlink("l", "target")
                .entry("h", '1', "l", "", header -> header.put(TarBlock.MODE, 04777))
                .unpackInto(tree);

        assertThat(tree.stat(RawPath.of("target")).orElseThrow().metadata().permissions())
                .isEqualTo(0644);
        assertThat(tree.stat(RawPath.of("h")).orElseThrow().metadata().isSymlink())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {".", "/", "./", "a/..", ".."})
    void s53TheRootStaysADirectory(String name) {
        refuses(new Tars().symlink(name, "/etc"), "root");
        refuses(new Tars().file("a", "").hardLink(name, "a"), "root");
    }

    @ParameterizedTest
    @ValueSource(strings = {".wh.", ".wh..", ".wh...", "d/.wh.", "d/.wh..", "d/.wh..."})
    void s54AWhiteoutOfNothingOrOfDotsIsRefused(String name) {
        refuses(new Tars().directory("d").file(name, ""), "whiteout");
    }

    @Test
    void s54AWhiteoutThroughALinkStaysBelowTheRoot() throws IOException {
        new Tars().symlink("out", "../../..").file("out/.wh.etc", "").unpackInto(tree);

        assertThat(LayerEntry.isWhiteout(
                        tree.stat(RawPath.of("etc")).orElseThrow().metadata()))
                .isTrue();
    }

    @Test
    void s54FilesBelowAWhiteoutAreRefused() {
        refuses(new Tars().file(".wh.d/x", ""), "deletion");
    }

    @Test
    void s55OverlayAttributesAreDropped() throws IOException {
        new Tars()
                .pax("SCHILY.xattr.trusted.overlay.redirect", "/etc", "SCHILY.xattr.user.overlay.opaque", "y")
                .directory("d")
                .pax("LIBARCHIVE.xattr.trusted.overlay.metacopy", "")
                .file("f", "")
                .unpackInto(tree);

        assertThat(tree.stat(RawPath.of("d")).orElseThrow().metadata().xattrs()).isEmpty();
        assertThat(tree.stat(RawPath.of("f")).orElseThrow().metadata().xattrs()).isEmpty();
    }

    @Test
    void s55ADeviceThatOverlayTakesForADeletionIsRefused() {
        refuses(new Tars().device("a", 0, 0), "0:0");
    }

    @Test
    void s56ManyOpaqueMarksTakeNoLongerThanManyFiles() throws IOException {
        Tars tar = new Tars();
        for (int i = 0; i < 20_000; i++) {
            tar.file("d/.wh..wh..opq", "");
            tar.file("d/f" + i, "");
        }
        long start = System.nanoTime();
        tar.unpackInto(tree);

        assertThat(System.nanoTime() - start).isLessThan(10_000_000_000L);
    }

    @Test
    void s58ManyEntriesAreRefused() {
        refuses(new Tars().file("a", "").file("b", "").file("c", ""), ArchiveLimits.DEFAULT.withEntries(2), "entries");
    }

    @Test
    void s58ManyBytesAreRefused() {
        refuses(new Tars().file("a", "x".repeat(5000)), ArchiveLimits.DEFAULT.withBytes(4096), "4096 bytes");
    }

    @Test
    void s58HeadersWithoutEndAreRefused() {
        Tars tar = new Tars();
        for (int i = 0; i < 3000; i++) {
            tar.pax("comment", "x".repeat(400));
        }
        refuses(tar.file("a", ""), "headers");
    }

    @Test
    void s58AHugeHeaderIsRefusedBeforeItIsRead() {
        refuses(new Tars().entry("p", 'x', "", "", header -> header.put(TarBlock.SIZE_FIELD, 4L << 30)), "headers");
        refuses(
                new Tars()
                        .entry(
                                "p",
                                'L',
                                "",
                                "",
                                header -> header.put(
                                        TarBlock.SIZE_FIELD,
                                        new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1})),
                "headers");
    }

    @Test
    void s58DeepPathsDoNotFillTheMemory() {
        refuses(new Tars().pax("path", "d/".repeat(3000) + "f").file("a", ""), "longer than Linux takes");
        refuses(new Tars().pax("path", "x".repeat(300)).file("a", ""), "longer than Linux takes");
    }

    @Test
    void s59ASizeBeyondTheArchiveIsRefusedWithoutAllocatingIt() {
        Tars tar = new Tars().pax("size", "1000000000000").file("a", "short");

        assertThatThrownBy(() -> tar.unpackInto(tree)).isInstanceOf(IOException.class);
    }

    @Test
    void s59ANegativeSizeIsRefused() {
        refuses(new Tars().pax("size", "-1").file("a", ""), "negative");
    }

    @Test
    void s59SparseFilesAreRefused() {
        refuses(new Tars().entry("a", 'S', "", "", header -> {}), "sparse");
        refuses(new Tars().pax("GNU.sparse.realsize", "1").file("a", ""), "sparse");
    }

    @Test
    void unknownKindsAreRefused() {
        refuses(new Tars().entry("a", 'V', "", "", header -> {}), "type flag 0x56");
    }

    @Test
    void anOwnerThatMeansLeaveAloneIsRefused() {
        refuses(new Tars().pax("uid", "4294967295").file("a", ""), "uid 4294967295");
    }

    @Test
    void aTimeThatTakesForEverToReadIsRefused() {
        refuses(new Tars().pax("mtime", "1e1000000000").file("a", ""), "time");
    }

    @Test
    void anArchiveCutAnywhereIsRefusedOrWhole() throws IOException {
        byte[] tar = new Tars().directory("d").file("d/f", "content").unclosed();
        for (int length = 0; length < tar.length; length++) {
            byte[] cut = Arrays.copyOf(tar, length);
            try {
                LayerUnpacker.unpack(
                        new ByteArrayInputStream(cut), new MemoryFileTree(), ArchiveLimits.DEFAULT, OverlayForm.ROOT);
                assertThat(length == 0 || length == 512 || length >= 1024 + 7).isTrue();
            } catch (IOException expected) {
                assertThat(expected).hasMessageContaining("ends within");
            }
        }
    }

    private void refuses(Tars tar, String because) {
        refuses(tar, ArchiveLimits.DEFAULT, because);
    }

    private void refuses(Tars tar, ArchiveLimits limits, String because) {
        assertThatThrownBy(() -> LayerUnpacker.unpack(tar.stream(), tree, limits, OverlayForm.ROOT))
                .isInstanceOf(ArchiveException.class)
                .hasMessageContaining(because);
    }
}
