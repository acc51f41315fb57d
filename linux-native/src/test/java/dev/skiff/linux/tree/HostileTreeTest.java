package dev.skiff.linux.tree;

import static dev.skiff.linux.FileMetadata.directory;
import static dev.skiff.linux.FileMetadata.regular;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.FileTree;
import dev.skiff.linux.LinuxHost;
import dev.skiff.linux.RawPath;
import dev.skiff.linux.SyscallException;
import dev.skiff.linux.testing.KernelTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What strangers may put into a tree, or do to it while it is worked on. */
@KernelTest
@Timeout(120)
class HostileTreeTest {
    private static final FileTime LONG_AGO = FileTime.fromMillis(1_000_000_000_000L);
    private static LinuxHost host;

    @TempDir
    Path temporary;

    private Path directory;
    private Path outside;

    @BeforeAll
    static void open() {
        host = LinuxHost.open();
    }

    @AfterAll
    static void close() {
        host.close();
    }

    @BeforeEach
    void makeVictim() throws IOException {
        directory = Files.createDirectory(temporary.resolve("tree"));
        outside = Files.createDirectory(temporary.resolve("outside"));
        Files.writeString(outside.resolve("victim"), "untouched");
        Files.setPosixFilePermissions(outside.resolve("victim"), PosixFilePermissions.fromString("rw-r-----"));
        Files.setLastModifiedTime(outside.resolve("victim"), LONG_AGO);
        Files.setLastModifiedTime(outside, LONG_AGO);
    }

    private void assertOutsideIsUntouched() throws IOException {
        assertThat(outside).isDirectoryContaining(file -> file.endsWith("victim"));
        assertThat(Files.getLastModifiedTime(outside)).isEqualTo(LONG_AGO);
        assertThat(outside.resolve("victim")).hasContent("untouched");
        assertThat(Files.getLastModifiedTime(outside.resolve("victim"))).isEqualTo(LONG_AGO);
        assertThat(Files.getPosixFilePermissions(outside.resolve("victim")))
                .isEqualTo(PosixFilePermissions.fromString("rw-r-----"));
    }

    @Test
    void linksToTheHostLeadNowhere() throws IOException { // SECURITY 50
        Files.createSymbolicLink(directory.resolve("absolute"), outside);
        Files.createSymbolicLink(directory.resolve("relative"), Path.of("../outside"));
        Files.createSymbolicLink(directory.resolve("file"), outside.resolve("victim"));
        try (FileTree tree = host.tree(directory)) {
            assertThat(tree.stat(RawPath.of("relative/victim"))).isEmpty();
            assertThatThrownBy(() -> tree.read(RawPath.of("file"))).isInstanceOf(SyscallException.class);
            for (String way : new String[] {"absolute/", "relative/", ""}) {
                tree.remove(RawPath.of(way + "victim"));
                write(tree, way + "victim", "overwritten");
                tree.makeHardLink(RawPath.of(way + "twin"), RawPath.of(way + "victim"));
                tree.makeDirectory(RawPath.of(way + "new"), directory(0777));
            }
            tree.setMetadata(RawPath.of("file"), FileMetadata.symlink());
            write(tree, "file", "overwritten");
            tree.remove(RawPath.of("absolute"));
            tree.remove(RawPath.ROOT);
        }
        assertOutsideIsUntouched();
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void directoriesSwappedForLinksMeanwhileLeadNowhere() throws Exception { // SECURITY 30, 32, 51, 52
        AtomicBoolean stop = new AtomicBoolean();
        Path target = Files.createDirectories(directory.resolve("a/b"));
        Path aside = directory.resolve("aside");
        Thread swapper = new Thread(() -> {
            while (!stop.get()) {
                try {
                    Files.move(target, aside, StandardCopyOption.ATOMIC_MOVE);
                    Files.createSymbolicLink(target, outside);
                    Files.delete(target);
                    Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE);
                } catch (IOException e) {
                    clear(target, aside); // the tree was quicker
                }
            }
        });
        swapper.start();
        try {
            for (int round = 0; round < 100; round++) {
                workOnWhatMoves();
            }
        } finally {
            stop.set(true);
            swapper.join();
        }
        assertOutsideIsUntouched();
    }

    /** What it meets on the way may well be an error. */
    private void workOnWhatMoves() throws IOException {
        try (FileTree tree = host.tree(directory)) {
            write(tree, "a/b/victim", "overwritten");
            tree.setMetadata(RawPath.of("a/b"), directory(0777));
            tree.makeDirectory(RawPath.of("a/b/new"), directory(0777));
            tree.setMetadata(RawPath.of("a/b/victim"), regular(0777, 0));
            tree.list(RawPath.of("a/b"));
            tree.remove(RawPath.of("a/b"));
        } catch (SyscallException | IllegalStateException e) {
            assertThat(e).hasMessageNotContaining("ECONNRESET");
        }
    }

    private void clear(Path target, Path aside) {
        try {
            if (Files.isSymbolicLink(target)) {
                Files.deleteIfExists(target);
            }
            if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS) && !Files.exists(aside)) {
                Files.createDirectories(target);
            }
        } catch (FileSystemException e) {
            // the next round
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void onlyARealDirectoryCanBeATree() throws IOException { // SECURITY 53
        Path link = Files.createSymbolicLink(temporary.resolve("link"), directory);
        Path file = Files.createFile(temporary.resolve("file"));
        for (Path path : new Path[] {link, file, temporary.resolve("nothing")}) {
            assertThatThrownBy(() -> host.tree(path))
                    .isInstanceOf(SyscallException.class)
                    .hasMessageContaining(path.toString());
        }
    }

    @Test
    void theTreeIsTheDirectoryThatWasOpenedNotItsName() throws IOException {
        try (FileTree tree = host.tree(directory)) {
            Files.move(directory, temporary.resolve("moved"));
            Files.createSymbolicLink(directory, outside);
            write(tree, "file", "x");
        }
        assertThat(temporary.resolve("moved/file")).hasContent("x");
        assertOutsideIsUntouched();
    }

    @Test
    void pathsLongerThanTheKernelTakesAreFine() throws IOException {
        String deep = ("d".repeat(200) + "/").repeat(60);
        String file = deep + "file";
        try (FileTree tree = host.tree(directory)) {
            write(tree, file, "deep");
            tree.makeHardLink(RawPath.of(deep + "twin"), RawPath.of(file));
            tree.makeHardLink(RawPath.of("near"), RawPath.of(file));
            tree.makeSymlink(RawPath.of(deep + "link"), new byte[] {'x'}, FileMetadata.symlink());
            tree.setMetadata(RawPath.of(deep), directory(0700));
            try (InputStream in = tree.read(RawPath.of(file))) {
                assertThat(in.readAllBytes()).isEqualTo("deep".getBytes(StandardCharsets.UTF_8));
            }
            assertThat(tree.stat(RawPath.of("near")).orElseThrow().links()).isEqualTo(3);
            assertThat(tree.list(RawPath.of(deep))).hasSize(3);
            assertThat(tree.stat(RawPath.of(deep + "no/such"))).isEmpty();
            tree.remove(RawPath.of(deep + "twin"));
            assertThat(tree.stat(RawPath.of("near")).orElseThrow().links()).isEqualTo(2);
            tree.remove(RawPath.of("d".repeat(200)));
            assertThat(tree.list(RawPath.ROOT)).hasSize(1);
        }
    }

    @Test
    void whatTheKernelWouldCutOrCannotHoldIsRefused() { // SECURITY 58
        try (FileTree tree = host.tree(directory)) {
            byte[] value = new byte[60_000];
            Map<String, byte[]> large = new HashMap<>();
            Map<String, byte[]> many = new HashMap<>();
            IntStream.range(0, 100).forEach(i -> large.put("user." + i, value));
            IntStream.range(0, 5000).forEach(i -> many.put("user." + i, new byte[0]));
            assertRefused("ENAMETOOLONG", () -> tree.remove(RawPath.of("x/".repeat(40_000))));
            assertRefused(
                    "E2BIG",
                    () -> tree.makeDirectory(RawPath.of("a"), directory(0755).withXattrs(large)));
            assertRefused(
                    "E2BIG",
                    () -> tree.makeDirectory(RawPath.of("a"), directory(0755).withXattrs(many)));
            FileMetadata cut = directory(0755).withXattrs(Map.of("user.a\0b", value));
            assertRefused("EINVAL", () -> tree.makeDirectory(RawPath.of("a"), cut));
            FileMetadata link = FileMetadata.symlink();
            assertRefused("EINVAL", () -> tree.makeSymlink(RawPath.of("a"), new byte[] {'a', 0, 'b'}, link));
            assertRefused("ENAMETOOLONG", () -> tree.makeSymlink(RawPath.of("a"), new byte[1 << 20], link));
        }
        assertThat(directory).isEmptyDirectory();
    }

    private static void assertRefused(String errno, ThrowingCallable work) {
        assertThatThrownBy(work)
                .isInstanceOfSatisfying(
                        SyscallException.class, e -> assertThat(e.errno()).isEqualTo(errno))
                .hasMessageMatching("(?s).{1,3000}");
    }

    @Test
    @KernelTest(programs = "/usr/bin/perl")
    void aTreeDeeperThanAnyPathIsRemoved() throws Exception {
        String nest = "for (1 .. 3000) { mkdir 'd' x 100; chdir 'd' x 100; open F, '>f' }";
        Process process = new ProcessBuilder("/usr/bin/perl", "-e", nest)
                .directory(directory.toFile())
                .start();
        assertThat(process.waitFor()).isZero();
        host.removeTree(directory);
        assertThat(directory).doesNotExist();
    }

    @Test
    void aDirectoryOfManyFilesIsListedAndRemoved() throws IOException {
        int count = 40_000;
        try (FileTree tree = host.tree(directory)) {
            for (int i = 0; i < count; i++) {
                tree.makeNode(
                        RawPath.of("full/a-name-that-is-not-short-so-that-one-buffer-does-not-hold-all-" + i),
                        FileMetadata.of(FileMetadata.S_IFIFO, 0));
            }
            assertThat(tree.list(RawPath.of("full"))).hasSize(count);
            tree.remove(RawPath.of("full"));
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void removeTreeRemovesTheDirectoryItselfAndNeverThroughALink() throws IOException { // SECURITY 36
        Files.createSymbolicLink(directory.resolve("link"), outside);
        Path link = Files.createSymbolicLink(temporary.resolve("link"), outside);
        host.removeTree(directory);
        host.removeTree(directory);
        host.removeTree(temporary.resolve("no/such/folder"));
        host.removeTree(link);
        assertThat(directory).doesNotExist();
        assertThat(Files.exists(link, LinkOption.NOFOLLOW_LINKS)).isFalse();
        assertOutsideIsUntouched();
        assertThatThrownBy(() -> host.removeTree(Path.of("/tmp/.."))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @KernelTest(root = true, programs = "/bin/mount")
    void aFullDiskIsAnErrorThatNamesTheFile() throws Exception {
        run("/bin/mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", directory.toString());
        try {
            FileTree tree = host.tree(directory);
            assertThatThrownBy(() -> {
                        write(tree, "large", "x".repeat(1 << 20));
                        tree.close();
                    })
                    .isInstanceOfSatisfying(
                            SyscallException.class, e -> assertThat(e.errno()).isEqualTo("ENOSPC"))
                    .hasMessageContaining("write large");
            tree.close();
        } finally {
            run("/bin/umount", "-l", directory.toString());
        }
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
    }

    private static void write(FileTree tree, String path, String content) throws IOException {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        tree.writeFile(RawPath.of(path), regular(0666, bytes.length), new ByteArrayInputStream(bytes));
    }
}
