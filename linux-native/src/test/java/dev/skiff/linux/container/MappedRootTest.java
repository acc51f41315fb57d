package dev.skiff.linux.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.linux.ContainerRequest;
import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.FileTree;
import dev.skiff.linux.LinuxContainer;
import dev.skiff.linux.RawPath;
import dev.skiff.linux.RootFilesystem;
import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.linux.testing.TestContainers;
import dev.skiff.linux.testing.TestContainers.Result;
import dev.skiff.oci.runtime.IdMapping;
import dev.skiff.oci.runtime.Namespace;
import dev.skiff.oci.runtime.NamespaceType;
import dev.skiff.oci.runtime.Spec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Containers of root whose ids are others on the host, over layers that belong on the disk to whom they belong inside. */
@KernelTest(programs = BusyboxRoot.BUSYBOX, root = true)
class MappedRootTest {
    private static final int SECONDS = 30;
    private static final long FIRST = 1_700_000_000L;
    private static final int COUNT = 65536;

    private TestContainers containers;

    @BeforeEach
    void open() throws Exception {
        containers = new TestContainers(Files.createTempDirectory("skiff-mapped"));
        Files.writeString(containers.root().resolve("etc/mine"), "1000\n");
        Files.setAttribute(containers.root().resolve("etc/mine"), "unix:uid", 1000);
        Files.setAttribute(containers.root().resolve("etc/mine"), "unix:gid", 1001);
    }

    @AfterEach
    void close() {
        containers.close();
    }

    private ContainerRequest request(String script) throws IOException {
        Spec spec = containers.spec(script);
        List<IdMapping> ids = List.of(IdMapping.of(0, FIRST, COUNT));
        List<Namespace> namespaces = new ArrayList<>(spec.linux().orElseThrow().namespaces());
        namespaces.add(Namespace.of(NamespaceType.USER));
        return mapped(containers.request(
                spec.withLinux(spec.linux()
                        .orElseThrow()
                        .withNamespaces(namespaces)
                        .withUidMappings(ids)
                        .withGidMappings(ids)),
                List.of()));
    }

    private static ContainerRequest mapped(ContainerRequest plain) {
        RootFilesystem.Overlay overlay = (RootFilesystem.Overlay) plain.root();
        return new ContainerRequest(
                plain.id(),
                plain.spec(),
                new RootFilesystem.Overlay(
                        overlay.lowers(), overlay.upper(), overlay.work(), overlay.mountPoint(), true),
                plain.directory(),
                plain.ports(),
                plain.log(),
                plain.keepExit());
    }

    private static Path upper(ContainerRequest request) {
        return ((RootFilesystem.Overlay) request.root()).upper();
    }

    private static String owner(Path file) throws IOException {
        return Files.getAttribute(file, "unix:uid") + ":" + Files.getAttribute(file, "unix:gid");
    }

    @Test
    void layersBelongInsideToWhomTheyBelongOnTheDisk() throws Exception {
        Result result = containers.run(request("cat /proc/self/uid_map; stat -c %u:%g /bin/busybox /etc/mine /"));
        assertThat(result.stderr()).isEmpty();
        assertThat(result.lines().get(0)).matches(" *0 +" + FIRST + " +" + COUNT);
        assertThat(result.lines().subList(1, 4)).containsExactly("0:0", "1000:1001", "0:0");
    }

    @Test
    void whatAContainerWritesBelongsOnTheDiskToWhomItBelongsInside() throws Exception {
        ContainerRequest request = request("echo x > /new; chown 7:8 /new; echo y >> /etc/mine; rm /etc/passwd;"
                + "mkdir -p /deep/er; mv /etc/group /deep/group; stat -c %u:%g /new /etc/mine /deep/er /deep/group;"
                + " ls /etc");
        Result result = containers.run(request);
        assertThat(result.stderr()).isEmpty();
        assertThat(result.lines().subList(0, 4)).containsExactly("7:8", "1000:1001", "0:0", "0:0");
        assertThat(result.lines().subList(4, result.lines().size())).containsExactly("mine");
        assertThat(owner(upper(request).resolve("new"))).isEqualTo("7:8");
        assertThat(owner(upper(request).resolve("etc/mine"))).isEqualTo("1000:1001");
        assertThat(owner(upper(request).resolve("deep/er"))).isEqualTo("0:0");
        assertThat(Files.getAttribute(upper(request).resolve("etc/passwd"), "unix:rdev"))
                .as("a whiteout")
                .isEqualTo(0L);
    }

    @Test
    void itsProcessesAreNobodyOfThisHost() throws Exception {
        try (LinuxContainer container = containers.host.start(request("exec sleep 100"))) {
            long pid = container.started().get(SECONDS, TimeUnit.SECONDS);
            assertThat(Files.readAllLines(Path.of("/proc/" + pid + "/status")))
                    .contains("Uid:" + ("\t" + FIRST).repeat(4))
                    .contains("Gid:" + ("\t" + FIRST).repeat(4));
        }
    }

    @Test
    void filesAreCopiedInAndOutWithTheContainersIds() throws Exception {
        ContainerRequest request = request("exec sleep 100");
        try (LinuxContainer container = containers.host.start(request)) {
            container.started().get(SECONDS, TimeUnit.SECONDS);
            try (FileTree files = container.files()) {
                assertThat(files.stat(RawPath.of("etc/mine"))
                                .orElseThrow()
                                .metadata()
                                .uid())
                        .isEqualTo(1000);
                byte[] text = "in\n".getBytes(StandardCharsets.UTF_8);
                files.writeFile(
                        RawPath.of("copied"),
                        FileMetadata.regular(0640, text.length).withOwner(5, 6),
                        new ByteArrayInputStream(text));
                files.flush();
                assertThat(files.stat(RawPath.of("copied"))
                                .orElseThrow()
                                .metadata()
                                .uid())
                        .isEqualTo(5);
            }
            assertThat(owner(upper(request).resolve("copied"))).isEqualTo("5:6");
        }
    }

    /** Whatever the file system is that cannot be mapped: this one is made of nothing. */
    @Test
    void aStoreWhoseIdsCannotBeMappedIsAnErrorThatSaysSo() throws Exception {
        ContainerRequest request = request("true");
        RootFilesystem.Overlay overlay = (RootFilesystem.Overlay) request.root();
        ContainerRequest onProc = mapped(new ContainerRequest(
                request.id(),
                request.spec(),
                new RootFilesystem.Overlay(
                        List.of(Path.of("/proc/sys")), Path.of("/proc/fs"), Path.of("/proc/tty"), overlay.mountPoint()),
                request.directory(),
                List.of(),
                request.log(),
                false));
        assertThatThrownBy(() -> containers.run(onProc))
                .hasMessageContaining("show /proc with the ids of the user namespace")
                .hasMessageContaining("that takes Linux 5.19");
    }

    @Test
    void withoutAUserNamespaceThereIsNothingToMapBy() throws Exception {
        ContainerRequest plain = containers.request(containers.spec("true"), List.of());
        assertThatThrownBy(() -> mapped(plain)).isInstanceOf(IllegalArgumentException.class);
    }
}
