package dev.skiff.build.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.BuildContextException;
import dev.skiff.build.copy.SourceFile;
import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.RawPath;
import dev.skiff.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What holds however the files are looked at. */
abstract class HostTreeContract {
    private static final RawPath FILE = RawPath.of("f");
    private static final InstantSource AN_HOUR_LATER = () -> Instant.now().plusSeconds(3600);
    private static final InstantSource AT_ONCE = () -> Instant.EPOCH;

    @TempDir
    private Path root;

    @TempDir
    private Path memory;

    abstract FileAccess access(Path directory);

    private HostTree tree(InstantSource clock) {
        return new HostTree(root, access(root), FileDigests.load(memory.resolve("digests")), clock);
    }

    private Digest digestInABuild(InstantSource clock) throws IOException {
        try (HostTree tree = tree(clock)) {
            return tree.digest(tree.find(FILE).orElseThrow());
        }
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
        HostTree tree = tree(AT_ONCE);
        SourceFile file = tree.find(FILE).orElseThrow();
        write("after it was looked at");

        assertThatThrownBy(() -> tree.digest(file))
                .isInstanceOfSatisfying(
                        BuildContextException.class, e -> assertThat(e.path()).isEqualTo("f"))
                .hasMessage("/f of the build context " + root
                        + " changed while it was being read; build again once it is left alone");
    }

    @Test
    void aFileThatIsCutShortBySomebodyElseWhileItIsBeingReadIsAnError() throws Exception {
        byte[] content = new byte[1 << 20];
        Files.write(root.resolve("f"), content);
        HostTree tree = tree(AT_ONCE);
        try (InputStream in = tree.open(tree.find(FILE).orElseThrow())) {
            assertThat(in.readNBytes(1000)).hasSize(1000);
            onAnotherThread(() -> Files.write(root.resolve("f"), new byte[2000]));

            assertThatThrownBy(in::readAllBytes)
                    .isInstanceOf(BuildContextException.class)
                    .hasMessageContaining("/f of the build context")
                    .hasMessageContaining("changed while it was being read");
        }
    }

    @Test
    void aFileThatGrowsWhileItIsBeingReadIsAnError() throws Exception {
        write("content");
        HostTree tree = tree(AT_ONCE);
        try (InputStream in = tree.open(tree.find(FILE).orElseThrow())) {
            onAnotherThread(() -> Files.writeString(root.resolve("f"), " and more", StandardOpenOption.APPEND));

            assertThatThrownBy(in::readAllBytes).hasMessageContaining("changed while it was being read");
        }
    }

    @Test
    void aFileThatHasBecomeAFifoIsAnErrorAndDoesNotHang() throws Exception {
        write("content");
        HostTree tree = tree(AT_ONCE);
        SourceFile file = tree.find(FILE).orElseThrow();
        Files.delete(root.resolve("f"));
        makeFifo(root.resolve("f"));

        assertThatThrownBy(() -> tree.digest(file)).hasMessageContaining("changed while it was being read");
    }

    @Test
    void aFileThatIsReadWholeIsCertainOnceItHasSettled() throws IOException {
        write("content");
        byte[] target = new byte[10];
        HostTree settled = tree(AN_HOUR_LATER);

        assertThat(settled.read(settled.find(FILE).orElseThrow(), target, 2, 7)).isTrue();
        assertThat(new String(target, 2, 7, StandardCharsets.UTF_8)).isEqualTo("content");
        HostTree early = tree(AT_ONCE);
        assertThat(early.read(early.find(FILE).orElseThrow(), target, 2, 7)).isFalse();
    }

    @Test
    void aFileThatWasWrittenAnewSinceIsNotCertain() throws IOException {
        write("content");
        HostTree tree = tree(AN_HOUR_LATER);
        SourceFile file = tree.find(FILE).orElseThrow();
        Files.delete(root.resolve("f"));
        write("CONTENT");

        assertThat(tree.read(file, new byte[7], 0, 7)).isFalse();
    }

    @Test
    void aFileOfAnotherSizeOrKindIsAnErrorWhenItIsReadWhole() throws Exception {
        for (String other :
                List.of("echo longer content > f", "echo > f", "rm f; ln -s g f", "rm f; mkfifo f", "rm f; mkdir f")) {
            assertThat(new ProcessBuilder("sh", "-c", "rm -rf f; printf content > f; printf content > g")
                            .directory(root.toFile())
                            .start()
                            .waitFor())
                    .isZero();
            HostTree tree = tree(AN_HOUR_LATER);
            SourceFile file = tree.find(FILE).orElseThrow();
            assertThat(new ProcessBuilder("sh", "-c", other)
                            .directory(root.toFile())
                            .start()
                            .waitFor())
                    .isZero();

            assertThatThrownBy(() -> tree.read(file, new byte[7], 0, 7))
                    .as(other)
                    .isInstanceOf(BuildContextException.class)
                    .hasMessageContaining("changed while it was being read");
        }
    }

    @Test
    void aFileOfManyPiecesIsReadWhole() throws IOException {
        byte[] content = new byte[1_000_003];
        new Random(1).nextBytes(content);
        Files.write(root.resolve("f"), content);
        HostTree tree = tree(AN_HOUR_LATER);
        byte[] target = new byte[content.length];

        assertThat(tree.read(tree.find(FILE).orElseThrow(), target, 0, target.length))
                .isTrue();
        assertThat(target).isEqualTo(content);
    }

    @Test
    void nothingIsThereBelowAFile() throws IOException {
        write("content");

        assertThat(tree(AT_ONCE).find(RawPath.of("f/below"))).isEmpty();
        assertThat(tree(AT_ONCE).children(FILE)).isEmpty();
        assertThat(tree(AT_ONCE).children(RawPath.of("missing"))).isEmpty();
    }

    @Test
    void aFifoIsListedAndNeverOpened() throws Exception {
        makeFifo(root.resolve("f"));

        assertThat(tree(AT_ONCE).children(RawPath.ROOT))
                .singleElement()
                .satisfies(fifo -> assertThat(fifo.metadata().type()).isEqualTo(FileMetadata.S_IFIFO));
    }

    private static void makeFifo(Path path) throws Exception {
        assertThat(new ProcessBuilder("mkfifo", path.toString()).start().waitFor())
                .isZero();
    }

    private static void onAnotherThread(Callable<?> work) throws Exception {
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            other.submit(work).get();
        } finally {
            other.shutdown();
        }
    }

    @Test
    void aFileThatCannotBeReadIsNamed() {
        Path self = Path.of("/proc/self");
        HostTree tree = new HostTree(self, access(self), FileDigests.ofOneBuild(), AT_ONCE);
        SourceFile file = tree.find(RawPath.of("mem")).orElseThrow(); // at 0 there is nothing, whoever reads

        assertThatThrownBy(() -> tree.open(file).read())
                .isInstanceOf(BuildContextException.class)
                .hasMessageStartingWith("read /mem of the build context /proc/self: ");
    }

    @Test
    void aFileThatMayNotBeReadIsNamedWithWhatToDo() {
        assertThat(new Problems("/src").unreadable("read", RawPath.of("secret/key"), new AccessDeniedException("x")))
                .hasMessage(
                        "read /secret/key of the build context /src: permission denied; make it readable, or leave it"
                                + " out with .dockerignore");
    }

    @Test
    void aDirectoryThatIsTooDeepForAnyPathEndsInAnErrorThatNamesWhere() throws IOException {
        // Two directories, each as deep as a path can name, one below the other; taken apart again for whoever deletes
        // them.
        String name = "d".repeat(200);
        Path upper = Files.createDirectories(root.resolve("a" + ("/" + name).repeat(18)));
        Files.createDirectories(root.resolve("b" + ("/" + name).repeat(18)));
        Files.move(root.resolve("b"), upper.resolve("b"));
        try {
            HostTree tree = tree(AT_ONCE);
            assertThatThrownBy(() -> goDown(tree))
                    .isInstanceOf(BuildContextException.class)
                    .hasMessageContaining(" /a/ddd")
                    .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(1_000));
        } finally {
            Files.move(upper.resolve("b"), root.resolve("b"));
        }
    }

    private static void goDown(HostTree tree) {
        RawPath at = RawPath.ROOT;
        for (List<SourceFile> children = tree.children(at); !children.isEmpty(); children = tree.children(at)) {
            at = children.get(0).path();
        }
    }

    @Test
    void aDigestIsRememberedForAFileThatHasSettled() throws Exception {
        write("content");
        digestInABuild(AN_HOUR_LATER);

        HostTree tree = tree(AN_HOUR_LATER);
        SourceFile file = tree.find(FILE).orElseThrow();
        Files.delete(root.resolve("f"));
        assertThat(tree.digest(file)).isEqualTo(sha256("content")); // not read again: it is not there any more
    }

    @Test
    void aFileWithATimeInTheFutureIsRememberedAsWell() throws Exception {
        write("content");
        Files.setLastModifiedTime(root.resolve("f"), FileTime.from(Instant.now().plusSeconds(1_000_000)));
        digestInABuild(AN_HOUR_LATER);

        assertThat(memory.resolve("digests")).exists();
    }

    @Test
    void aChangeThatHidesBehindSizeAndModificationTimeIsNoticed() throws Exception {
        write("one");
        Files.setLastModifiedTime(root.resolve("f"), FileTime.from(Instant.EPOCH));
        digestInABuild(AN_HOUR_LATER);
        Path other = Files.writeString(root.resolve("g"), "two");
        Files.setLastModifiedTime(other, FileTime.from(Instant.EPOCH));
        Files.move(other, root.resolve("f"), StandardCopyOption.REPLACE_EXISTING);

        assertThat(digestInABuild(AN_HOUR_LATER)).isEqualTo(sha256("two"));
    }

    @Test
    void aFileThatMayStillChangeWithinATickOfTheClockIsNotRemembered() throws IOException {
        write("one");
        digestInABuild(AT_ONCE);

        assertThat(memory.resolve("digests")).doesNotExist();
    }

    @Test
    void whatAnotherTargetNeedsIsNotForgottenAtOnce() throws IOException {
        write("content");
        digestInABuild(AN_HOUR_LATER);
        Files.writeString(root.resolve("g"), "of another target");
        try (HostTree other = tree(AN_HOUR_LATER)) {
            other.digest(other.find(RawPath.of("g")).orElseThrow());
        }

        HostTree tree = tree(AN_HOUR_LATER);
        SourceFile file = tree.find(FILE).orElseThrow();
        Files.delete(root.resolve("f"));
        assertThat(tree.digest(file)).isEqualTo(sha256("content"));
    }

    @Test
    void aDamagedMemoryIsAsGoodAsNone() throws IOException {
        write("content");
        digestInABuild(AN_HOUR_LATER);
        byte[] whole = Files.readAllBytes(memory.resolve("digests"));
        for (int length = 0; length < whole.length; length++) {
            Files.write(memory.resolve("digests"), Arrays.copyOf(whole, length));
            assertThat(digestInABuild(AT_ONCE)).isEqualTo(sha256("content"));
        }
    }

    @Test
    void severalStepsMayTakeFromOneTreeAtOnce() throws Exception {
        for (int i = 0; i < 200; i++) {
            Files.writeString(root.resolve("f" + i), "content " + i);
        }
        try (HostTree tree = tree(AN_HOUR_LATER)) {
            ExecutorService steps = Executors.newFixedThreadPool(4);
            List<Future<List<Digest>>> digests = steps.invokeAll(IntStream.range(0, 4)
                    .<Callable<List<Digest>>>mapToObj(i -> () -> digests(tree))
                    .toList());
            steps.shutdown();
            for (Future<List<Digest>> each : digests) {
                assertThat(each.get())
                        .hasSize(200)
                        .contains(sha256("content 7"))
                        .isEqualTo(digests.get(0).get());
            }
        }
        try (HostTree next = tree(AN_HOUR_LATER)) {
            assertThat(digests(next)).contains(sha256("content 199"));
        }
    }

    private static List<Digest> digests(HostTree tree) throws IOException {
        List<Digest> digests = new ArrayList<>();
        for (SourceFile file : tree.children(RawPath.ROOT)) {
            digests.add(tree.digest(file));
        }
        return digests;
    }

    @Test
    void filesAreRootsWhoeverHasThem() throws IOException {
        write("content");

        FileMetadata metadata = tree(AT_ONCE).find(FILE).orElseThrow().metadata();
        assertThat(List.of(metadata.uid(), metadata.gid())).containsExactly(0, 0);
    }

    @Test
    void aNameThatIsNotTextIsKeptByteForByte() throws IOException {
        RawPath name = RawPath.ofBytes(new byte[] {'n', (byte) 0xff, (byte) 0xe4, '%', '~'});
        Files.writeString(HostNames.below(root, name), "content");
        Files.createSymbolicLink(root.resolve("link"), HostNames.below(Path.of("d"), name));
        HostTree tree = tree(AT_ONCE);

        List<SourceFile> children = tree.children(RawPath.ROOT);
        assertThat(children).extracting(SourceFile::path).containsExactly(RawPath.of("link"), name);
        assertThat(children.get(0).linkTarget().orElseThrow())
                .isEqualTo(RawPath.of("d").resolve(name).bytes());
        assertThat(tree.digest(children.get(1))).isEqualTo(sha256("content"));
    }

    @Test
    void targetsOfLinksAreKeptAsTheyAreWritten() throws Exception {
        List<String> targets = List.of("/etc/../x", "a//b", "d/", "./\u00e9", "/\u00fc/", "../..");
        Files.createDirectory(root.resolve("d"));
        for (int i = 0; i < targets.size(); i++) {
            String octal = targets.get(i).replace("\u00e9", "\\0303\\0251").replace("\u00fc", "\\0303\\0274");
            String link = "ln -s \"$(printf %b '" + octal + "')\" l" + i; // as bytes, whatever the locale
            assertThat(new ProcessBuilder("sh", "-c", link)
                            .directory(root.toFile())
                            .start()
                            .waitFor())
                    .isZero();
        }

        assertThat(tree(AT_ONCE).children(RawPath.ROOT).stream()
                        .flatMap(file -> file.linkTarget().stream())
                        .map(target -> new String(target, StandardCharsets.UTF_8)))
                .containsExactlyElementsOf(targets);
    }
}
