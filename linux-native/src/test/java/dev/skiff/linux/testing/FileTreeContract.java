package dev.skiff.linux.testing;

import static dev.skiff.linux.FileMetadata.S_IFCHR;
import static dev.skiff.linux.FileMetadata.S_IFIFO;
import static dev.skiff.linux.FileMetadata.S_IFSOCK;
import static dev.skiff.linux.FileMetadata.directory;
import static dev.skiff.linux.FileMetadata.regular;
import static dev.skiff.linux.FileMetadata.symlink;
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
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link FileTree} does. To check one, extend this and say how an empty one is made. */
public abstract class FileTreeContract {
    private static final long SECONDS = 1_500_000_000L;
    private static final int NANOS = 123_456_789;

    /** The tree under test, empty at first. */
    protected FileTree tree;

    /** Makes an empty tree; this class closes it. */
    protected abstract FileTree openEmpty() throws IOException;

    /** Removes what {@link #openEmpty} has made, once the tree is closed. */
    protected void cleanUp() throws IOException {}

    /** Whether files can belong to others than root: not so in a user namespace with a single id. */
    protected boolean keepsOwners() {
        return true;
    }

    @BeforeEach
    final void openTree() throws IOException {
        tree = openEmpty();
    }

    @AfterEach
    final void closeTree() throws IOException {
        try {
            tree.close();
        } catch (SyscallException e) {
            // the test has seen to it that this comes
        }
        cleanUp();
    }

    // ---- kinds of files and their metadata

    @Test
    void aFileHasItsContentOwnerModeAndTimeToTheNanosecond() {
        FileMetadata metadata =
                regular(0640, 5).withOwner(owner(1000), owner(2000)).withMtime(SECONDS, NANOS);
        write("file", metadata, "hello");
        assertThat(read("file")).isEqualTo("hello");
        assertThat(stat("file").metadata()).isEqualTo(metadata);
    }

    @Test
    void timesBeforeTheEpochAndFarAheadAreKept() {
        write("old", regular(0600, 0).withMtime(-5, 500_000_000), "");
        write("new", regular(0600, 0).withMtime(4_000_000_000L, 1), "");
        assertThat(stat("old").metadata().mtimeSeconds()).isEqualTo(-5);
        assertThat(stat("old").metadata().mtimeNanos()).isEqualTo(500_000_000);
        assertThat(stat("new").metadata().mtimeSeconds()).isEqualTo(4_000_000_000L);
    }

    @Test
    void setuidSetgidAndStickySurviveTheChangeOfOwner() {
        write("program", regular(06755, 3).withOwner(owner(7), owner(8)), "elf");
        tree.makeDirectory(path("shared"), directory(03777).withOwner(owner(7), owner(8)));
        assertThat(stat("program").metadata().permissions()).isEqualTo(06755);
        assertThat(stat("shared").metadata().permissions()).isEqualTo(03777);
    }

    @Test
    void modesDoNotDependOnTheUmask() {
        write("file", regular(0666, 0), "");
        tree.makeDirectory(path("folder"), directory(0777));
        assertThat(stat("file").metadata().permissions()).isEqualTo(0666);
        assertThat(stat("folder").metadata().permissions()).isEqualTo(0777);
    }

    @Test
    void aFileInASetgidDirectoryKeepsItsOwnGroup() {
        tree.makeDirectory(path("shared"), directory(02775).withOwner(0, owner(50)));
        write("shared/file", regular(0644, 0), "");
        tree.makeDirectory(path("shared/below"), directory(0755));
        assertThat(stat("shared/file").metadata().gid()).isZero();
        assertThat(stat("shared/below").metadata().gid()).isZero();
        assertThat(stat("shared/below").metadata().permissions()).isEqualTo(0755);
    }

    @Test
    void aSymbolicLinkKeepsItsTargetByteForByte() {
        byte[] target = {'.', '.', '/', (byte) 0xff, '/', '/', 'x'};
        FileMetadata metadata = symlink().withOwner(owner(5), owner(6)).withMtime(SECONDS, NANOS);
        tree.makeSymlink(path("link"), target, metadata);
        TreeEntry entry = stat("link");
        assertThat(entry.linkTarget())
                .hasValueSatisfying(found -> assertThat(found).isEqualTo(target));
        assertThat(entry.metadata()).isEqualTo(metadata.withSize(target.length));
    }

    @Test
    void aLongLinkTargetIsKept() {
        byte[] target = new byte[4000];
        Arrays.fill(target, (byte) 'a');
        tree.makeSymlink(path("link"), target, symlink());
        assertThat(stat("link").linkTarget())
                .hasValueSatisfying(found -> assertThat(found).isEqualTo(target));
    }

    @Test
    void hardLinksAreOneFile() {
        write("a", regular(0644, 1), "x");
        tree.makeHardLink(path("folder/b"), path("a"));
        TreeEntry first = stat("a");
        TreeEntry second = stat("folder/b");
        assertThat(second.inode()).isEqualTo(first.inode());
        assertThat(second.device()).isEqualTo(first.device());
        assertThat(second.links()).isEqualTo(2);
    }

    @Test
    void manyFilesOfADirectoryAreLinkedIntoAnother() {
        List<RawPath> names = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            names.add(path("name" + i));
            write("from/name" + i, regular(0644, 1), "x");
        }
        tree.makeDirectory(path("to/here"), FileMetadata.directory(0755));
        tree.makeHardLinks(path("to/here"), path("from"), names);

        assertThat(tree.list(path("to/here")))
                .hasSize(3_000)
                .allSatisfy(entry -> assertThat(entry.inode())
                        .isEqualTo(stat("from/" + entry.path().name()).inode()));
    }

    @Test
    void whatIsInTheWayOfOneOfManyLinksIsReplaced() {
        write("from/a", regular(0644, 1), "a");
        write("from/b", regular(0644, 1), "b");
        write("to/a", regular(0644, 5), "other");
        tree.makeHardLinks(path("to"), path("from"), List.of(path("a"), path("b")));

        assertThat(read("to/a")).isEqualTo("a");
        assertThat(read("to/b")).isEqualTo("b");
    }

    @Test
    void oneOfManyLinksToNothingIsAnErrorThatNamesIt() {
        write("from/a", regular(0644, 1), "a");
        tree.makeDirectory(path("to"), FileMetadata.directory(0755));
        tree.makeHardLinks(path("to"), path("from"), List.of(path("a"), path("missing")));

        assertFailure(tree::flush, "ENOENT", "link to/missing to from/missing");
    }

    @Test
    void aHardLinkToASymbolicLinkIsTheLinkItself() {
        link("link", "/etc/passwd");
        tree.makeHardLink(path("other"), path("link"));
        assertThat(stat("other").metadata().isSymlink()).isTrue();
    }

    @Test
    void aHardLinkToItselfChangesNothing() {
        write("a", regular(0644, 4), "kept");
        tree.makeHardLink(path("b"), path("a"));
        tree.makeHardLink(path("a"), path("a"));
        tree.makeHardLink(path("a"), path("b"));
        assertThat(read("a")).isEqualTo("kept");
        assertThat(stat("b").links()).isEqualTo(2);
    }

    @Test
    void fifosSocketsAndWhiteoutsCanBeMadeAnywhere() {
        FileMetadata fifo = FileMetadata.of(S_IFIFO | 0622, 0).withMtime(SECONDS, NANOS);
        tree.makeNode(path("fifo"), fifo);
        tree.makeNode(path("whiteout"), FileMetadata.of(S_IFCHR, 0));
        tree.makeNode(path("socket"), FileMetadata.of(S_IFSOCK | 0600, 0));
        assertThat(stat("socket").metadata().type()).isEqualTo(S_IFSOCK);
        assertThat(stat("fifo").metadata()).isEqualTo(fifo);
        assertThat(stat("whiteout").metadata()).isEqualTo(FileMetadata.of(S_IFCHR, 0));
    }

    @Test
    void devicesAreMadeWhereTheTreeSaysSo() {
        FileMetadata device = FileMetadata.of(S_IFCHR | 0620, 0).withDevice(300, 70_000);
        if (tree.canMakeDevices()) {
            tree.makeNode(path("device"), device);
            assertThat(stat("device").metadata()).isEqualTo(device);
        } else {
            tree.makeNode(path("device"), device);
            assertFailure(tree::flush, "EPERM", "device");
        }
        assertThatThrownBy(() -> tree.makeNode(path("file"), regular(0644, 0)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aDeviceNumberThatLinuxDoesNotHaveIsNotCutToAnother() {
        FileMetadata device = FileMetadata.of(S_IFCHR | 0600, 0).withDevice(0x10001, 3);
        assertFailure(
                () -> {
                    tree.makeNode(path("device"), device);
                    tree.flush();
                },
                "EINVAL",
                "device");
    }

    @Test
    void extendedAttributesAreKeptOfAnySizeAndNumber() {
        byte[] capability = {1, 0, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}; // cap_net_bind_service+p
        byte[] large = new byte[1000];
        new Random(1).nextBytes(large);
        Map<String, byte[]> xattrs = Map.of(
                "security.capability", capability, "user.empty", new byte[0], "user.large", large, "user.ä", large);
        write("file", regular(0755, 1).withOwner(owner(9), 0).withXattrs(xattrs), "x");
        tree.makeDirectory(path("folder"), directory(0755).withXattrs(Map.of("user.large", large)));
        assertXattrs("file", xattrs);
        assertXattrs("folder", Map.of("user.large", large));
        assertThat(list("/"))
                .extracting(entry -> entry.metadata().xattrs().size())
                .containsExactly(4, 1);
    }

    private void assertXattrs(String path, Map<String, byte[]> expected) {
        Map<String, byte[]> found = stat(path).metadata().xattrs();
        assertThat(found.keySet()).isEqualTo(expected.keySet());
        expected.forEach((name, value) -> assertThat(found.get(name)).as(name).isEqualTo(value));
    }

    @Test
    void setMetadataReachesEveryKindAndNeverFollowsALink() {
        write("target", regular(0600, 1).withMtime(1, 1), "x");
        link("link", "target");
        tree.makeDirectory(path("folder"), directory(0700));
        tree.makeNode(path("fifo"), FileMetadata.of(S_IFIFO | 0600, 0));
        TreeEntry before = stat("target");
        FileMetadata link = symlink().withSize(6).withOwner(owner(3), owner(4)).withMtime(SECONDS, NANOS);
        FileMetadata folder = directory(01711).withOwner(owner(3), owner(4)).withMtime(SECONDS, NANOS);
        FileMetadata fifo =
                FileMetadata.of(S_IFIFO | 0600, 0).withOwner(owner(3), 0).withMtime(SECONDS, NANOS);
        tree.setMetadata(path("link"), link);
        tree.setMetadata(path("folder"), folder);
        tree.setMetadata(path("fifo"), fifo);
        assertThat(stat("target")).usingRecursiveComparison().isEqualTo(before);
        assertThat(stat("link").metadata()).isEqualTo(link);
        assertThat(stat("folder").metadata()).isEqualTo(folder);
        assertThat(stat("fifo").metadata()).isEqualTo(fifo);
        tree.setMetadata(path("target"), regular(04755, 1).withOwner(owner(3), 0));
        assertThat(stat("target").metadata().permissions()).isEqualTo(04755);
    }

    @Test
    void setMetadataOfWhatIsALinkByNowFailsInsteadOfFollowingIt() { // SECURITY 52
        write("target", regular(0600, 0), "");
        link("link", "target");
        tree.setMetadata(path("link"), regular(04777, 0));
        assertFailure(tree::flush, null, "link");
    }

    @Test
    void setMetadataOfADirectoryThatIsALinkFailsInsteadOfFollowingIt() { // SECURITY 52
        tree.makeDirectory(path("target"), directory(0700));
        link("link", "target");
        tree.setMetadata(path("link"), directory(0777));
        assertFailure(tree::flush, null, "link");
    }

    // ---- what is in the way

    @Test
    void missingParentsAreMadeForRoot() {
        write("a/b/c/file", regular(0600, 0).withOwner(owner(5), owner(5)), "");
        for (String parent : new String[] {"a", "a/b", "a/b/c"}) {
            FileMetadata metadata = stat(parent).metadata();
            assertThat(metadata.mode()).isEqualTo(FileMetadata.S_IFDIR | 0755);
            assertThat(metadata.uid()).isZero();
            assertThat(metadata.gid()).isZero();
        }
    }

    @Test
    void everyKindGetsItsMissingParents() {
        write("file", regular(0644, 0), "");
        tree.makeDirectory(path("1/x/y"), directory(0700));
        tree.makeSymlink(path("2/x/y"), new byte[] {'t'}, symlink());
        tree.makeHardLink(path("3/x/y"), path("file"));
        tree.makeNode(path("4/x/y"), FileMetadata.of(S_IFIFO, 0));
        assertThat(list("/")).extracting(entry -> entry.path().toString()).containsExactly("1", "2", "3", "4", "file");
        assertThat(stat("1/x/y").metadata().permissions()).isEqualTo(0700);
        assertThat(stat("4/x/y").metadata().type()).isEqualTo(S_IFIFO);
    }

    @Test
    void anExistingFileOfAnotherKindIsReplaced() {
        write("a", regular(0644, 3), "old");
        tree.makeDirectory(path("a"), directory(0755));
        write("a/below/file", regular(0644, 0), "");
        link("a", "nowhere");
        tree.makeNode(path("a"), FileMetadata.of(S_IFIFO | 0600, 0));
        write("other", regular(0644, 0), "");
        tree.makeHardLink(path("a"), path("other"));
        assertThat(stat("a").links()).isEqualTo(2);
        write("a", regular(0644, 3), "new");
        assertThat(read("a")).isEqualTo("new");
        assertThat(stat("other").links()).isOne();
        assertThat(stat("other").metadata().size()).isZero();
    }

    @Test
    void anExistingDirectoryIsKeptAndGetsTheMetadata() {
        tree.makeDirectory(path("folder"), directory(0700));
        write("folder/file", regular(0600, 4), "kept");
        tree.makeDirectory(path("folder"), directory(0755).withOwner(owner(4), owner(4)));
        assertThat(read("folder/file")).isEqualTo("kept");
        assertThat(stat("folder").metadata().permissions()).isEqualTo(0755);
        assertThat(stat("folder").metadata().uid()).isEqualTo(owner(4));
    }

    @Test
    void aFileReplacesALinkAndNotWhatItPointsTo() { // SECURITY 51
        write("target", regular(0644, 4), "safe");
        link("link", "target");
        write("link", regular(0644, 4), "mine");
        assertThat(read("target")).isEqualTo("safe");
        assertThat(read("link")).isEqualTo("mine");
    }

    @Test
    void aDirectoryReplacesALinkToADirectory() { // SECURITY 51
        tree.makeDirectory(path("target"), directory(0700));
        link("link", "target");
        tree.makeDirectory(path("link"), directory(0755));
        write("link/file", regular(0644, 0), "");
        assertThat(list("target")).isEmpty();
        assertThat(stat("target").metadata().permissions()).isEqualTo(0700);
    }

    @Test
    void linksOnTheWayAreResolvedInsideTheRoot() { // SECURITY 50
        tree.makeDirectory(path("run"), directory(0755));
        tree.makeDirectory(path("var"), directory(0755));
        link("var/run", "/run");
        link("out", "../../../../..");
        write("var/run/pid", regular(0644, 1), "1");
        write("out/etc/passwd", regular(0644, 4), "root");
        assertThat(read("run/pid")).isEqualTo("1");
        assertThat(read("etc/passwd")).isEqualTo("root");
        assertThat(stat("out/run/pid").metadata().size()).isOne();
    }

    @Test
    void whatADanglingLinkOnTheWayPointsToIsMade() {
        link("lib", "usr/./up/../lib");
        write("lib/ld.so", regular(0755, 2), "ld");
        assertThat(read("usr/lib/ld.so")).isEqualTo("ld");
        assertThat(stat("lib").metadata().isSymlink()).isTrue();
    }

    @Test
    void aParentThatBecomesALinkIsNotRemembered() { // SECURITY 51, CVE-2014-6407
        write("a/file", regular(0644, 0), "");
        link("a", "/b");
        write("a/file", regular(0644, 1), "x");
        assertThat(read("b/file")).isEqualTo("x");
        assertThat(stat("a").metadata().isSymlink()).isTrue();
    }

    @Test
    void aFileOnTheWayIsAnError() {
        write("a", regular(0644, 4), "kept");
        write("a/b", regular(0644, 0), "");
        assertFailure(tree::flush, "ENOTDIR", "write a/b");
    }

    @Test
    void aCircleOfLinksOnTheWayIsAnError() {
        link("a", "b");
        link("b", "a");
        write("a/file", regular(0644, 0), "");
        assertFailure(tree::flush, "ELOOP", "write a/file");
    }

    @Test
    void aHardLinkToNothingIsAnError() {
        tree.makeHardLink(path("a"), path("nothing"));
        assertFailure(tree::flush, "ENOENT", "link a to nothing");
    }

    @Test
    void theRootCanOnlyBeADirectory() { // SECURITY 53, CVE-2021-29136
        FileMetadata link = symlink();
        assertThatThrownBy(() -> tree.makeSymlink(RawPath.ROOT, new byte[] {'/'}, link))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> write("..", regular(0644, 0), "")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> tree.makeHardLink(path("/"), path("a"))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> tree.makeNode(path("."), FileMetadata.of(S_IFIFO, 0)))
                .isInstanceOf(IllegalArgumentException.class);
        tree.makeDirectory(RawPath.ROOT, directory(0711).withMtime(SECONDS, NANOS));
        assertThat(stat("/").metadata().permissions()).isEqualTo(0711);
        assertThat(stat("/").metadata().mtimeNanos()).isEqualTo(NANOS);
        tree.setMetadata(RawPath.ROOT, directory(0755));
        assertThat(stat("/").metadata().permissions()).isEqualTo(0755);
    }

    @Test
    void metadataOfAnotherTypeIsRefused() {
        assertThatThrownBy(() -> tree.makeDirectory(path("a"), regular(0644, 0)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> write("a", directory(0755), "")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> regular(0644, 0).withOwner(-1, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    // ---- removing

    @Test
    void removeTakesAllBelowAndFollowsNoLink() {
        write("kept/file", regular(0644, 0), "");
        write("a/b/c/file", regular(0644, 0), "");
        link("a/b/link", "/kept");
        link("a/link", "../kept");
        tree.makeNode(path("a/b/fifo"), FileMetadata.of(S_IFIFO, 0));
        link("link", "kept");
        tree.remove(path("a"));
        tree.remove(path("link"));
        assertThat(list("/")).extracting(entry -> entry.path().toString()).containsExactly("kept");
        assertThat(list("kept")).hasSize(1);
    }

    @Test
    void removingWhatIsNotThereIsFine() {
        write("file", regular(0644, 0), "");
        tree.remove(path("nothing"));
        tree.remove(path("no/such/folder"));
        tree.remove(path("file/below"));
        tree.flush();
        assertThat(list("/")).hasSize(1);
    }

    @Test
    void removingTheRootEmptiesIt() {
        write("a/b", regular(0644, 0), "");
        write("c", regular(0644, 0), "");
        tree.remove(RawPath.ROOT);
        assertThat(list("/")).isEmpty();
        assertThat(stat("/").metadata().isDirectory()).isTrue();
    }

    // ---- looking

    @Test
    void listingIsInTheOrderOfUnsignedBytes() {
        byte[][] names = {{(byte) 0xff}, {'b'}, {(byte) 0xc3, (byte) 0xa4}, {'a', 'b'}, {'a'}, {'.', '.', '.'}, {'\n'}};
        for (byte[] name : names) {
            tree.makeDirectory(path("folder").resolve(RawPath.ofBytes(name)), directory(0755));
        }
        assertThat(list("folder"))
                .extracting(TreeEntry::path)
                .isSorted()
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(names)
                        .map(name -> path("folder").resolve(RawPath.ofBytes(name)))
                        .toList());
    }

    @Test
    void statSeesTheLinkItselfAndNothingIsEmpty() {
        link("link", "/nowhere");
        write("file", regular(0644, 0), "");
        assertThat(stat("link").metadata().isSymlink()).isTrue();
        assertThat(tree.stat(path("nothing"))).isEmpty();
        assertThat(tree.stat(path("no/such/folder"))).isEmpty();
        assertThat(tree.stat(path("file/below"))).isEmpty();
        assertThat(tree.stat(path("link/below"))).isEmpty();
    }

    @Test
    void whatCannotBeListedIsAnErrorThatLeavesTheTreeUsable() {
        write("file", regular(0644, 0), "");
        tree.makeDirectory(path("folder"), directory(0755));
        link("link", "folder");
        assertFailure(() -> tree.list(path("nothing")), "ENOENT", "list nothing");
        assertFailure(() -> tree.list(path("file")), "ENOTDIR", "list file");
        assertFailure(() -> tree.list(path("link")), null, "list link");
        write("folder/file", regular(0644, 0), "");
        assertThat(list("folder")).hasSize(1);
    }

    @Test
    void onlyRegularFilesAreReadAndAFifoHangsNobody() { // SECURITY 32, 63
        tree.makeNode(path("fifo"), FileMetadata.of(S_IFIFO | 0666, 0));
        tree.makeDirectory(path("folder"), directory(0755));
        write("file", regular(0644, 6), "secret");
        link("link", "file");
        for (String path : new String[] {"fifo", "folder", "link", "nothing"}) {
            assertFailure(() -> tree.read(path(path)).close(), null, "read " + path);
        }
        assertThat(read("file")).isEqualTo("secret");
    }

    @Test
    void severalFilesCanBeReadWhileOthersAreWritten() throws IOException {
        byte[] large = new byte[3_000_000];
        new Random(2).nextBytes(large);
        write("a", regular(0644, large.length), large);
        write("b", regular(0644, large.length), large);
        try (InputStream a = tree.read(path("a"));
                InputStream b = tree.read(path("b"))) {
            assertThat(a.readNBytes(1000)).isEqualTo(Arrays.copyOf(large, 1000));
            tree.writeFile(path("copy"), regular(0644, large.length), b);
            assertThat(a.readAllBytes()).isEqualTo(Arrays.copyOfRange(large, 1000, large.length));
        }
        try (InputStream copy = tree.read(path("copy"))) {
            assertThat(copy.readAllBytes()).isEqualTo(large);
        }
    }

    @Test
    void filesOfEverySizeComeBackAsTheyWere() throws IOException {
        byte[] content = new byte[4 << 20];
        new Random(3).nextBytes(content);
        int[] sizes = {0, 1, 4095, 4096, 65536, 131071, 131072, 131073, (1 << 20) + 7, 4 << 20};
        for (int size : sizes) {
            write("f" + size, regular(0644, size), Arrays.copyOf(content, size));
        }
        for (int size : sizes) {
            try (InputStream in = tree.read(path("f" + size))) {
                assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOf(content, size));
            }
        }
    }

    @Test
    void exactlySoMuchIsReadOfTheContentAsTheSizeSays() throws IOException {
        InputStream content = new ByteArrayInputStream("onetwo".getBytes(StandardCharsets.UTF_8));
        tree.writeFile(path("1"), regular(0644, 3), content);
        tree.writeFile(path("2"), regular(0644, 3), content);
        assertThat(read("1") + read("2")).isEqualTo("onetwo");
    }

    @Test
    void contentThatEndsEarlyIsAnErrorAndTheTreeIsDone() {
        assertThatThrownBy(() -> tree.writeFile(path("file"), regular(0644, 4), InputStream.nullInputStream()))
                .isInstanceOf(EOFException.class)
                .hasMessageContaining("file");
        assertThatThrownBy(() -> tree.makeDirectory(path("a"), directory(0755)))
                .isInstanceOf(IllegalStateException.class);
    }

    // ---- failures, and the end

    @Test
    void afterAFailureNothingWorksButClose() {
        tree.makeHardLink(path("a"), path("nothing"));
        assertFailure(tree::flush, "ENOENT", "nothing");
        assertThatThrownBy(() -> tree.makeDirectory(path("b"), directory(0755)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("nothing");
        tree.close();
        tree.close();
    }

    @Test
    void closeSaysWhatFailedAtLast() {
        tree.makeHardLink(path("a"), path("nothing"));
        assertFailure(tree::close, "ENOENT", "link a to nothing");
    }

    @Test
    void aClosedTreeSaysSo() throws IOException {
        write("file", regular(0644, 200_000), new byte[200_000]);
        InputStream in = tree.read(path("file"));
        tree.close();
        assertThatThrownBy(() -> tree.stat(path("file"))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(in::readAllBytes).isInstanceOf(IllegalStateException.class);
        in.close();
    }

    @Test
    void thousandsOfOperationsKeepTheirOrder() {
        for (int i = 0; i < 3000; i++) {
            String name = "d" + i % 7 + "/f" + i % 50;
            if (i % 3 == 0) {
                tree.remove(path(name));
            }
            write(name, regular(0644, Integer.toString(i).length()), Integer.toString(i));
        }
        tree.sync();
        for (int i = 3000 - 350; i < 3000; i++) {
            assertThat(read("d" + i % 7 + "/f" + i % 50)).isEqualTo(Integer.toString(i));
        }
    }

    // ---- words for the tests

    private int owner(int id) {
        return keepsOwners() ? id : 0;
    }

    protected static RawPath path(String path) {
        return RawPath.of(path);
    }

    protected void write(String path, FileMetadata metadata, String content) {
        write(path, metadata, content.getBytes(StandardCharsets.UTF_8));
    }

    protected void write(String path, FileMetadata metadata, byte[] content) {
        try {
            tree.writeFile(path(path), metadata, new ByteArrayInputStream(content));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    protected void link(String path, String target) {
        tree.makeSymlink(path(path), target.getBytes(StandardCharsets.UTF_8), symlink());
    }

    protected TreeEntry stat(String path) {
        return tree.stat(path(path)).orElseThrow(() -> new AssertionError("nothing at " + path));
    }

    protected List<TreeEntry> list(String path) {
        return tree.list(path(path));
    }

    protected String read(String path) {
        try (InputStream in = tree.read(path(path))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The work fails at a call; {@code errno} is null where kernels and file systems differ. */
    protected static void assertFailure(ThrowingCallable work, String errno, String inMessage) {
        assertThatThrownBy(work)
                .isInstanceOfSatisfying(SyscallException.class, e -> {
                    if (errno != null) {
                        assertThat(e.errno()).isEqualTo(errno);
                    }
                })
                .hasMessageContaining(inMessage);
    }
}
