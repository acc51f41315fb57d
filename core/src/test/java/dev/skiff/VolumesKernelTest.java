package dev.skiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.KernelTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@KernelTest(programs = BusyboxRoot.BUSYBOX)
@Timeout(120)
class VolumesKernelTest {
    private Path home;
    private Skiff skiff;
    private Image busybox;

    @BeforeEach
    void open() throws IOException {
        home = Files.createTempDirectory("skiff-home");
        skiff = Skiff.builder().store(home).open();
        busybox = TestImages.busybox(skiff);
    }

    @AfterEach
    void close() throws IOException {
        skiff.close();
        TestDirectories.remove(home);
    }

    private String run(Volume volume, String destination, String script) {
        StringBuilder out = new StringBuilder();
        skiff.containers()
                .run(busybox)
                .mount(volume, destination)
                .shell(script)
                .onLog(line -> out.append(line.text()).append('\n'))
                .await()
                .orThrow();
        return out.toString();
    }

    @Test
    void whatOneContainerWritesTheNextOneFinds() {
        Volume volume = skiff.volumes().create("data");

        run(volume, "/data", "echo kept > /data/file");

        assertThat(run(volume, "/elsewhere", "cat /elsewhere/file")).isEqualTo("kept\n");
    }

    @Test
    void anotherJvmOfTheSameHomeHasTheSameVolumes() {
        run(skiff.volumes().create("data"), "/data", "echo kept > /data/file");
        try (Skiff other = Skiff.builder().store(home).open()) {
            assertThat(other.volumes().find("data")).isPresent();
            assertThat(other.containers()
                            .run("busybox")
                            .mount(other.volumes().create("data"), "/data")
                            .command("test", "-e", "/data/file")
                            .await()
                            .success())
                    .isTrue();
        }
    }

    @Test
    void theyAreListedByName() {
        Stream.of("b", "a", "c.1").forEach(name -> skiff.volumes().create(name));
        skiff.volumes().create("a");

        assertThat(skiff.volumes().list()).extracting(Volume::name).containsExactly("a", "b", "c.1");
        assertThat(skiff.volumes().find("d")).isEmpty();
    }

    @Test
    void oneThatIsGoneIsGoneWithAllThatWasInIt() throws IOException {
        Volume volume = skiff.volumes().create("data");
        run(volume, "/data", "mkdir -p /data/a/b; chown 12:34 /data/a; chmod 0 /data/a");

        volume.remove();
        volume.remove();

        assertThat(skiff.volumes().list()).isEmpty();
        try (Stream<Path> left = Files.list(home.resolve("volumes"))) {
            assertThat(left).isEmpty();
        }
        assertThatThrownBy(() -> run(volume, "/data", "true"))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("no volume data");
    }

    @Test
    void oneInUseIsNotRemoved() {
        Volume volume = skiff.volumes().create("data");
        try (Container user = skiff.containers()
                .run(busybox)
                .mount(volume, "/data")
                .shell("sleep 100")
                .start()) {
            assertThat(user.state()).isInstanceOf(ContainerState.Running.class);
            assertThatThrownBy(volume::remove)
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("a container has it mounted");
        }
        volume.remove();
        assertThat(skiff.volumes().list()).isEmpty();
    }

    @Test
    void anEmptyOneIsFilledWithWhatTheImageHasThere() {
        Volume volume = skiff.volumes().create("etc");

        assertThat(run(volume, "/etc", "cat /etc/passwd")).contains("root");
        assertThat(run(volume, "/copy", "cat /copy/passwd; stat -c %a:%u:%g /copy"))
                .contains("root")
                .endsWith("755:0:0\n");
    }

    /** CVE-2020-1726, SECURITY A1 33: what a volume holds is not written over by an image. */
    @Test
    void s33WhatIsInAVolumeIsNeverWrittenOver() {
        Volume volume = skiff.volumes().create("etc");
        run(volume, "/data", "echo mine > /data/passwd");

        assertThat(run(volume, "/etc", "cat /etc/passwd; ls /etc | grep -c group || true"))
                .startsWith("mine\n");
    }

    /** As that of a database server, which lets nobody else look. */
    @Test
    void oneThatBelongsToAnotherUserOfTheContainerIsMountedAgain() {
        Volume volume = skiff.volumes().create("data");
        run(volume, "/data", "echo kept > /data/file; chown 70:70 /data; chmod 700 /data");

        assertThat(run(volume, "/data", "cat /data/file")).isEqualTo("kept\n");
    }

    /** CVE-2022-23648, SECURITY A1 17: a path of the image that leads to the host. */
    @Test
    void s17AnImageCannotFillAVolumeWithFilesOfTheHost() throws IOException {
        Path secret =
                Files.writeString(Files.createTempDirectory("skiff-secret").resolve("secret"), "x");
        Path context = Files.createTempDirectory("skiff-context");
        Files.writeString(
                context.resolve("Dockerfile"),
                "FROM busybox\nRUN mkdir -p " + secret.getParent() + " && ln -s /../../../.." + secret.getParent()
                        + " /evil && ln -s " + secret.getParent() + " /evil2\n");
        Image image = skiff.images().build(context).await();
        for (String destination : List.of("/evil", "/evil2")) {
            Volume volume = skiff.volumes().create("v" + destination.length());
            StringBuilder out = new StringBuilder();
            skiff.containers()
                    .run(image)
                    .mount(volume, destination)
                    .shell("ls " + destination + "/")
                    .onLog(line -> out.append(line.text()))
                    .await();
            assertThat(out.toString()).doesNotContain("secret");
        }
        TestDirectories.remove(context);
        TestDirectories.remove(secret.getParent());
    }

    @Test
    void aReadOnlyOneCannotBeWrittenTo() {
        Volume volume = skiff.volumes().create("data");

        assertThat(skiff.containers()
                        .run(busybox)
                        .mount(Mount.volume(volume, "/data").readOnly())
                        .shell("echo x > /data/x")
                        .await()
                        .success())
                .isFalse();
    }

    @Test
    void manyContainersFillOneVolumeOnce() {
        Volume volume = skiff.volumes().create("etc");
        List<ExitStatus> all = IntStream.range(0, 8)
                .mapToObj(i -> skiff.containers()
                        .run(busybox)
                        .mount(volume, "/etc")
                        .shell("grep -q root /etc/passwd && echo x >> /etc/mark")
                        .async())
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();

        assertThat(all).allMatch(ExitStatus::success);
        assertThat(run(volume, "/v", "wc -l < /v/mark").trim()).isEqualTo("8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "../x", "a/b", "-a", "a b", "x.lock", "\u00e4"})
    void aNameThatIsNoneIsRefused(String name) {
        assertThatThrownBy(() -> skiff.volumes().create(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("name must");
    }
}
