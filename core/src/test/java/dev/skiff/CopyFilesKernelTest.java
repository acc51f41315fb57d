package dev.skiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.KernelTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@KernelTest(programs = BusyboxRoot.BUSYBOX)
@Timeout(120)
class CopyFilesKernelTest {
    @TempDir
    private Path here;

    private Path home;
    private Skiff skiff;
    private Container container;

    @BeforeEach
    void start() throws IOException {
        home = Files.createTempDirectory("skiff-home");
        skiff = Skiff.builder().store(home).open();
        container = skiff.containers()
                .run(TestImages.busybox(skiff))
                .shell("sleep 100")
                .start();
    }

    @AfterEach
    void close() throws IOException {
        container.close();
        skiff.close();
        TestDirectories.remove(home);
    }

    private String shell(String text) {
        return container.exec("sh", "-c", text).await().orThrow().stdout();
    }

    private Path write(String name, String text) throws IOException {
        Path file = here.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    @Test
    void aFileGoesIntoADirectoryThatIsThereElseUnderTheNameThatIsGiven() throws IOException {
        Path file = write("a.txt", "a");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-x---"));
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000_000_000L));

        container.copyTo(file, "/tmp");
        container.copyTo(file, "/tmp/b.txt");
        container.copyTo(file, "/new/deep/c.txt");
        container.copyTo(file, "/dir/");

        assertThat(shell("cat /tmp/a.txt /tmp/b.txt /new/deep/c.txt /dir/a.txt"))
                .isEqualTo("aaaa");
        assertThat(shell("stat -c '%a %u:%g %Y' /tmp/b.txt")).isEqualTo("750 0:0 1000000000\n");
    }

    @Test
    void aDirectoryIsCopiedWithAllBelowIt() throws IOException {
        write("tree/one", "1");
        write("tree/sub/two", "2");
        Files.createSymbolicLink(here.resolve("tree/link"), Path.of("sub/two"));
        Files.createDirectory(here.resolve("tree/empty"));

        container.copyTo(here.resolve("tree"), "/fresh");
        container.copyTo(here.resolve("tree"), "/tmp");
        container.copyTo(here.resolve("tree/."), "/tmp");

        for (String root : List.of("/fresh", "/tmp/tree", "/tmp")) {
            assertThat(shell("cd " + root + " && cat one sub/two link && readlink link && ls -d empty"))
                    .as(root)
                    .isEqualTo("122sub/two\nempty\n");
        }
    }

    @Test
    void whatComesOutIsWhatWasThere() throws IOException {
        shell("mkdir -p /out/sub; echo x > /out/x; ln -s x /out/l; echo y > /out/sub/y; chmod 640 /out/x;"
                + " touch -d '2001-02-03 04:05:06' /out/x; mkfifo /out/fifo");

        container.copyFrom("/out", here.resolve("copy"));
        container.copyFrom("/out/x", here);
        container.copyFrom("/out/.", Files.createDirectory(here.resolve("contents")));

        for (String root : List.of("copy", "contents")) {
            Path copy = here.resolve(root);
            assertThat(copy.resolve("x")).hasContent("x\n");
            assertThat(copy.resolve("sub/y")).hasContent("y\n");
            assertThat(Files.readSymbolicLink(copy.resolve("l"))).isEqualTo(Path.of("x"));
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(copy.resolve("x"))))
                    .isEqualTo("rw-r-----");
        }
        assertThat(here.resolve("x")).hasContent("x\n");
        assertThat(Files.getOwner(here.resolve("x"))).isEqualTo(Files.getOwner(here));
    }

    @Test
    void aContainerThatHasEndedStillGivesWhatItWrote() throws IOException {
        try (Container ended = skiff.containers()
                .run("busybox")
                .shell("echo result > /tmp/result; rm /etc/group")
                .start()) {
            ended.await();

            ended.copyFrom("/tmp/result", here.resolve("result"));
            ended.copyFrom("/etc/passwd", here.resolve("passwd"));

            assertThat(here.resolve("result")).hasContent("result\n");
            assertThat(here.resolve("passwd")).content().contains("root");
            assertThatThrownBy(() -> ended.copyFrom("/etc/group", here))
                    .isInstanceOf(SkiffException.class)
                    .hasMessageContaining("no /etc/group");
            assertThatThrownBy(() -> ended.copyTo(here.resolve("result"), "/tmp"))
                    .isInstanceOf(SkiffException.class)
                    .hasMessageContaining("stopped");
        }
    }

    /** CVE-2018-15664, SECURITY A1 30: links that lead out of the container, on either side of a copy. */
    @Test
    void s30NoLinkOfTheContainersLeadsToTheHost() throws IOException {
        Path secret = write("secret", "the host's");
        shell("mkdir /evil; ln -s " + secret + " /evil/file; ln -s " + here + " /evil/dir; ln -s /var/run /evil/run;"
                + " mkdir -p /var/run");

        assertThatThrownBy(() -> container.copyFrom("/evil/file", here.resolve("stolen")))
                .isInstanceOf(SkiffException.class);
        container.copyFrom("/evil", here.resolve("evil"));
        assertThat(here.resolve("evil/file")).isSymbolicLink(); // as it was: a link, not what it points to
        container.copyTo(secret, "/evil/dir/planted");
        assertThat(here.resolve("planted")).doesNotExist();
        assertThat(shell("cat " + here + "/planted")).isEqualTo("the host's");
        container.copyTo(secret, "/evil/run/here");
        assertThat(shell("cat /var/run/here")).isEqualTo("the host's");
    }

    /** CVE-2018-15664: the link comes while the path is looked up. */
    @Test
    void s30APathThatIsSwappedAllTheWhileStaysInside() throws IOException {
        Path secret = write("secret", "the host's");
        Path planted = here.resolve("planted");
        shell("mkdir -p /swap " + here + "; echo inside > " + here + "/secret; (while :; do ln -s " + here
                + " /swap/part; rm /swap/part; mkdir /swap/part; rm -r /swap/part; done) >/dev/null 2>&1 &");
        int arrived = 0;
        for (int round = 0; round < 150; round++) {
            try {
                container.copyTo(secret, "/swap/part/planted");
                arrived++;
            } catch (SkiffException e) {
                assertThat(e).hasMessageContaining("/swap/part");
            }
            try {
                Path stolen = here.resolve("stolen-" + round);
                container.copyFrom("/swap/part/secret", stolen);
                assertThat(stolen).hasContent("inside");
            } catch (SkiffException e) {
                assertThat(e).hasMessageContaining("/swap/part");
            }
        }
        assertThat(planted).doesNotExist();
        assertThat(arrived).as("copies that were made").isPositive();
    }

    @Test
    void aSetUserIdBitDoesNotReachTheHost() throws IOException {
        shell("echo x > /tmp/suid; chmod 4755 /tmp/suid");

        container.copyFrom("/tmp/suid", here.resolve("plain"));

        assertThat((int) Files.getAttribute(here.resolve("plain"), "unix:mode") & 07777)
                .isEqualTo(0755);
    }

    @Test
    void whatCannotBeCopiedSaysWhy() throws IOException {
        Path file = write("f", "f");
        write("d/x", "x");
        shell("mkdir /tmp/f; echo file > /tmp/plain");

        assertThatThrownBy(() -> container.copyTo(here.resolve("none"), "/tmp"))
                .isInstanceOf(SkiffException.class)
                .hasMessageContaining("this host has no");
        assertThatThrownBy(() -> container.copyTo(file, "relative"))
                .isInstanceOf(SkiffException.class)
                .hasMessageContaining("absolute");
        assertThatThrownBy(() -> container.copyTo(file, "/tmp"))
                .isInstanceOf(SkiffException.class)
                .hasMessageContaining("cannot replace the directory /tmp/f");
        assertThatThrownBy(() -> container.copyTo(here.resolve("d"), "/tmp/plain"))
                .isInstanceOf(SkiffException.class)
                .hasMessageContaining("cannot replace the file /tmp/plain");
        assertThatThrownBy(() -> container.copyFrom("/nothing", here))
                .isInstanceOf(SkiffException.class)
                .hasMessageContaining("there is no /nothing in the container");
    }
}
