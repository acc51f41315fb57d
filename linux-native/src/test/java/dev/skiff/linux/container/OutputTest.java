package dev.skiff.linux.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.linux.ContainerRequest;
import dev.skiff.linux.LinuxContainer;
import dev.skiff.linux.LogLimits;
import dev.skiff.linux.RootFilesystem;
import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.linux.testing.TestContainers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A container's output when the container, or the disk, is no friend. */
@KernelTest(programs = BusyboxRoot.BUSYBOX)
class OutputTest {
    private static final int O_NONBLOCK = 04000;

    private TestContainers containers;

    @BeforeEach
    void open() throws Exception {
        containers = new TestContainers(Files.createTempDirectory("skiff-output"));
    }

    @AfterEach
    void close() {
        containers.close();
    }

    /** A supervisor that waits for output which the container has taken back would not hear that the JVM is gone. */
    @Test
    void aContainerThatReadsItsOwnOutputStillObeys() throws Exception {
        String thieves = "for i in 1 2 3; do (while :; do cat /proc/1/fd/1 > /dev/null; done) & done; "
                + "for i in 1 2 3; do (while :; do echo x; done) & done; sleep 0.3; "
                + "while :; do cat /proc/1/fd/1 > /dev/null; done";
        for (int round = 0; round < 3; round++) {
            LinuxContainer container = containers.host.start(containers.request(containers.spec(thieves), List.of()));
            CountDownLatch written = new CountDownLatch(200); // by then thieves have been at it as well
            container.onOutput(written::countDown);
            assertThat(written.await(20, TimeUnit.SECONDS)).isTrue();
            container.close();
        }
    }

    /** The moment between being woken and reading is too short to be hit by a test: so what it hangs on is looked at. */
    @KernelTest(root = true) // a supervisor is not dumpable: its descriptors can be seen by root alone
    @Test
    void theSupervisorNeverBlocksInReadingOutput() throws Exception {
        try (LinuxContainer container =
                containers.host.start(containers.request(containers.spec("sleep 100"), List.of()))) {
            long pid = container.started().get(20, TimeUnit.SECONDS);
            String supervisor =
                    Files.readString(Path.of("/proc/" + pid + "/stat")).split(" ", -1)[3];
            for (int stream : List.of(1, 2)) {
                String pipe = linkOf(Path.of("/proc/" + pid + "/fd/" + stream));
                assertThat(pipe).startsWith("pipe:");
                try (var descriptors = Files.list(Path.of("/proc/" + supervisor + "/fd"))) {
                    List<Path> readEnds = descriptors
                            .filter(each -> linkOf(each).equals(pipe))
                            .toList();
                    assertThat(readEnds).hasSize(1);
                    assertThat(flagsOf(supervisor, readEnds.get(0).getFileName()) & O_NONBLOCK)
                            .isNotZero();
                }
            }
        }
    }

    private static String linkOf(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return ""; // closed meanwhile
        }
    }

    private static int flagsOf(String pid, Path descriptor) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid + "/fdinfo/" + descriptor)).stream()
                .filter(line -> line.startsWith("flags:"))
                .mapToInt(line ->
                        Integer.parseInt(line.substring("flags:".length()).trim(), 8))
                .findFirst()
                .orElseThrow();
    }

    @KernelTest(
            programs = {BusyboxRoot.BUSYBOX, "/bin/mount"},
            root = true)
    @Test
    void aFullDiskLosesOutputAndNothingElse() throws Exception {
        ContainerRequest request = containers.request(
                containers.spec("seq 1 100000; while [ ! -e /go ]; do sleep 0.0513; done; echo after; exit 3"),
                List.of());
        Path small = Files.createDirectory(request.directory().resolve("small"));
        mount("mount", "-t", "tmpfs", "-o", "size=64k", "none", small.toString());
        try {
            Path filler = Files.write(small.resolve("filler"), new byte[20_000]);
            try (LinuxContainer container = containers.host.start(new ContainerRequest(
                    request.id(), request.spec(), request.root(), small, List.of(), LogLimits.DEFAULT, false))) {
                long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
                while (small.toFile().getUsableSpace() > 0) {
                    assertThat(System.nanoTime())
                            .as("a disk that does not fill")
                            .isLessThan(deadline);
                }
                while (TestContainers.processes("sleep 0.0513 ")
                        .isEmpty()) { // for which all the numbers have to be written
                    assertThat(System.nanoTime())
                            .as("a container that is held up by a full disk")
                            .isLessThan(deadline);
                }
                Files.delete(filler);
                Path upper = ((RootFilesystem.Overlay) request.root()).upper();
                Files.createFile(Path.of("/proc/" + container.started().join() + "/root/go"));
                assertThat(upper).exists();
                assertThat(container.exited().get(20, TimeUnit.SECONDS).value()).isEqualTo(3);
            }
            List<String> lines = Files.readAllLines(small.resolve("log.0"), StandardCharsets.US_ASCII);
            assertThat(lines.get(0)).endsWith(" stdout F 1");
            assertThat(lines.get(lines.size() - 1)).matches("[0-9]+\\.[0-9]{9} stdout F after");
        } finally {
            mount("umount", small.toString());
        }
    }

    private static void mount(String... command) throws Exception {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor())
                .as(String.join(" ", command))
                .isZero();
    }

    /** A chunk of empty lines grows most in the log. */
    @Test
    void aFloodOfEmptyLinesIsKeptWhole() throws Exception {
        assertThat(containers.run("yes '' | head -n 50000").lines())
                .hasSize(50_000)
                .containsOnly("");
    }
}
