package dev.skiff.linux.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.linux.ContainerRequest;
import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.LogLimits;
import dev.skiff.linux.MemoryFile;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.linux.testing.TestContainers;
import dev.skiff.oci.runtime.Mount;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are in memory alone, overlays of a specification, and network files that an image has made links of. */
@KernelTest(programs = "/bin/busybox")
class MemoryFilesTest {
    private static final byte[] CONTENT = "s3cret-c0ntent\n".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path directory;

    private TestContainers containers;

    @BeforeEach
    void open() throws Exception {
        containers = new TestContainers(directory);
    }

    @AfterEach
    void close() {
        containers.close();
    }

    private ContainerRequest request(String script, MemoryFile... files) throws Exception {
        ContainerRequest plain = containers.request(containers.spec(script), List.of());
        return new ContainerRequest(
                plain.id(),
                plain.spec(),
                plain.root(),
                plain.directory(),
                List.of(),
                LogLimits.DEFAULT,
                false,
                List.of(files));
    }

    @Test
    void aFileOfMemoryHasItsOwnerAndModeAndCannotBeWritten() throws Exception {
        MemoryFile secret = new MemoryFile("/run/deep/secret", 0440, 0, 7, CONTENT);
        TestContainers.Result result = containers.run(request(
                "cat /run/deep/secret; stat -c '%a %u:%g' /run/deep/secret; echo x > /run/deep/secret", secret));

        assertThat(result.stdout()).startsWith("s3cret-c0ntent\n440 0:7\n");
        assertThat(result.stderr()).contains("Read-only file system");
    }

    @Test
    void onlyOneThatMayBeExecutedCanBe() throws Exception {
        byte[] script = "#!/bin/sh\necho run\n".getBytes(StandardCharsets.UTF_8);
        TestContainers.Result result = containers.run(request(
                "/dev/pipes/a; /dev/pipes/b || echo not; sh /dev/pipes/b",
                new MemoryFile("/dev/pipes/a", 0755, 0, 0, script),
                new MemoryFile("/dev/pipes/b", 0644, 0, 0, script)));

        assertThat(result.stdout()).isEqualTo("run\nnot\nrun\n");
    }

    @Test
    void nothingOfItReachesTheDiskOrTheText() throws Exception {
        ContainerRequest request = request("cat /secret > /dev/null", new MemoryFile("/secret", 0400, 0, 0, CONTENT));
        containers.run(request);

        assertThat(containers.host.explain(request)).contains("write").doesNotContain("s3cret");
        assertThat(request.files().get(0)).asString().contains("15 bytes").doesNotContain("s3cret");
        try (Stream<Path> files = Files.walk(request.directory())) {
            assertThat(files.filter(Files::isRegularFile))
                    .allSatisfy(file -> assertThat(Files.readString(file)).doesNotContain("s3cret"));
        }
    }

    @Test
    void aModeIsPermissionsOnly() {
        assertThatThrownBy(() -> new MemoryFile("/f", FileMetadata.S_IFREG | 0644, 0, 0, CONTENT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("/f");
    }

    @Test
    void anOverlayOfTheSpecificationStacksAnyNumberOfDirectories() throws Exception {
        for (int lowers : List.of(2, 50, 60)) {
            List<String> options = new ArrayList<>();
            Path base = Files.createDirectories(containers.root().resolveSibling("lowers" + lowers));
            for (int i = 0; i < lowers; i++) {
                Path lower = Files.createDirectory(base.resolve("a-name-that-is-somewhat-long-" + i));
                Files.writeString(lower.resolve("f" + i), "");
                Files.writeString(lower.resolve("top"), i + "\n");
                options.add("lowerdir+=" + lower);
            }
            if (containers.host.rootless()) {
                options.add("userxattr");
            }
            TestContainers.Result result = containers.run(containers
                    .spec("cat /o/top; ls /o | wc -l; touch /o/x || echo read-only")
                    .plusMount(Mount.of("/o", "overlay", "overlay", options)));

            assertThat(result.stdout()).isEqualTo("0\n" + (lowers + 1) + "\nread-only\n");
        }
    }

    @Test
    void networkFilesAreMountedOnWhatTheirNamesAreAndNotOnWhatTheyPointTo() throws Exception {
        Path etc = Files.createDirectories(containers.root().resolve("etc"));
        Path given = Files.writeString(containers.root().resolveSibling("given"), "given\n");
        Files.createSymbolicLink(etc.resolve("resolv.conf"), Path.of("/run/nowhere/stub-resolv.conf"));
        Files.deleteIfExists(etc.resolve("hosts"));
        Files.createSymbolicLink(etc.resolve("hosts"), Path.of("/etc/target"));
        Files.writeString(etc.resolve("target"), "target\n");
        TestContainers.Result result = containers.run(containers
                .spec("cat /etc/resolv.conf /etc/hosts /etc/target; ls /run")
                .plusMount(Mount.bind(given.toString(), "/etc/resolv.conf"))
                .plusMount(Mount.bind(given.toString(), "/etc/hosts")));

        assertThat(result.stdout()).isEqualTo("given\ngiven\ntarget\n");
    }
}
