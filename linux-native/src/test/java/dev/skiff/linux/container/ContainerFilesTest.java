package dev.skiff.linux.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.linux.ContainerStateException;
import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.FileTree;
import dev.skiff.linux.LinuxContainer;
import dev.skiff.linux.RawPath;
import dev.skiff.linux.SyscallException;
import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.HostState;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.linux.testing.Spin;
import dev.skiff.linux.testing.TestContainers;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The files of a running container, worked on from inside. */
@KernelTest(programs = BusyboxRoot.BUSYBOX)
class ContainerFilesTest {
    private static TestContainers containers;

    @BeforeAll
    static void open() throws Exception {
        containers = new TestContainers(Files.createTempDirectory("skiff-files"));
    }

    @AfterAll
    static void close() throws Exception {
        containers.close();
    }

    private static LinuxContainer start(String script) throws Exception {
        LinuxContainer container = containers.host.start(containers.request(containers.spec(script), List.of()));
        container.started().get(20, TimeUnit.SECONDS);
        return container;
    }

    private static String read(FileTree files, String path) throws Exception {
        try (InputStream in = files.read(RawPath.of(path))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void await(FileTree files, String path) {
        while (files.stat(RawPath.of(path)).isEmpty()) {
            Spin.once();
        }
    }

    @Test
    void theyAreWhatItsProcessesSeeMountsIncluded() throws Exception {
        try (LinuxContainer container = start("echo here > /tmp/f; echo shared > /dev/shm/g; sleep 100");
                FileTree files = container.files()) {
            await(files, "/dev/shm/g");
            assertThat(read(files, "/tmp/f")).isEqualTo("here\n");
            assertThat(read(files, "/dev/shm/g")).isEqualTo("shared\n");
            assertThat(files.stat(RawPath.of("/proc/1/status"))).isPresent(); // of its own process namespace
        }
    }

    @Test
    void whatIsWrittenThereIsThereForItsProcesses() throws Exception {
        try (LinuxContainer container = start(
                        "while ! cp /tmp/new /tmp/copy 2>/dev/null; do :; done; mv /tmp/copy /tmp/seen; sleep 100");
                FileTree files = container.files()) {
            byte[] text = "from outside\n".getBytes(StandardCharsets.UTF_8);
            files.writeFile(
                    RawPath.of("/tmp/new.part"),
                    FileMetadata.regular(0644, text.length),
                    new ByteArrayInputStream(text));
            files.makeHardLink(RawPath.of("/tmp/new"), RawPath.of("/tmp/new.part"));
            files.flush();
            await(files, "/tmp/seen");
            assertThat(read(files, "/tmp/seen")).isEqualTo("from outside\n");
        }
    }

    /** CVE-2018-15664, SECURITY A1 30: a path that is swapped for a link while it is copied. */
    @Test
    void s30ALinkOfTheContainersNeverLeadsOut() throws Exception {
        try (LinuxContainer container = start(
                        "ln -s /../../../../etc /tmp/up; ln -s /etc/hostname /tmp/abs; touch /tmp/go; sleep 100");
                FileTree files = container.files()) {
            await(files, "/tmp/go");
            assertThat(files.stat(RawPath.of("/tmp/up/passwd"))
                            .map(found -> found.metadata().size()))
                    .isEqualTo(files.stat(RawPath.of("/etc/passwd"))
                            .map(found -> found.metadata().size()));
            files.makeDirectory(RawPath.of("/tmp/up/made-by-a-test"), FileMetadata.directory(0755));
            files.flush();
            assertThat(Path.of("/etc/made-by-a-test")).doesNotExist();
            assertThat(files.stat(RawPath.of("/etc/made-by-a-test"))).isPresent();
        }
    }

    @Test
    void whatProtectsTheHostFromTheContainerAlsoHoldsHere() throws Exception {
        try (LinuxContainer container = start("sleep 100");
                FileTree files = container.files()) {
            assertThatThrownBy(() -> {
                        files.writeFile(
                                RawPath.of("/proc/sys/kernel/hostname"),
                                FileMetadata.regular(0644, 1),
                                new ByteArrayInputStream(new byte[] {'x'}));
                        files.flush();
                    })
                    .isInstanceOf(SyscallException.class);
        }
    }

    @Test
    void nothingInTheContainerSeesWhoWorksOnIt() throws Exception {
        try (LinuxContainer container = start("sleep 100");
                FileTree files = container.files()) {
            List<String> processes = files.list(RawPath.of("/proc")).stream()
                    .map(entry -> entry.path().name().toString())
                    .filter(name -> name.matches("[0-9]+"))
                    .toList();
            assertThat(processes).containsExactlyInAnyOrder("1");
        }
    }

    @Test
    void aContainerThatHasEndedSaysSo() throws Exception {
        HostState before = HostState.quiet();
        try (LinuxContainer container = start("true")) {
            container.exited().get(20, TimeUnit.SECONDS);
            assertThatThrownBy(container::files)
                    .isInstanceOf(ContainerStateException.class)
                    .hasMessageContaining("stopped");
        }
        assertThat(HostState.quiet()).isEqualTo(before);
    }
}
