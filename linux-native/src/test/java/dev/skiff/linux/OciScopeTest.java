package dev.skiff.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.linux.cgroup.ScopeName;
import dev.skiff.linux.systemd.Systemd;
import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.FakeBus;
import dev.skiff.linux.testing.KernelTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Containers whose control group is a scope of systemd; a systemd that makes it is played by this test. */
@KernelTest(programs = BusyboxRoot.BUSYBOX)
class OciScopeTest extends OciFixture {
    private static final CreateOptions SYSTEMD = CreateOptions.standard().inSystemdScope();
    private static final String UNIT = "skiff-" + ID + ".scope";

    private void writeInScope(String cgroupsPath) throws IOException {
        write(defaults.withProcess(defaults.process().orElseThrow().withArgs(List.of("/bin/sleep", "1000")))
                .withLinux(defaults.linux().orElseThrow().withCgroupsPath(cgroupsPath)));
    }

    @Test
    @KernelTest(root = true)
    void aContainerIsInAScopeOfItsSliceAndNothingHoldsThatButTheContainer() throws Exception {
        Path mount = Files.readAllLines(Path.of("/proc/self/mounts")).stream()
                .filter(line -> line.contains(" cgroup2 "))
                .map(line -> Path.of(line.split(" ", -1)[1]))
                .filter(path -> Files.isWritable(path.resolve("cgroup.procs")))
                .findFirst()
                .orElse(Path.of("/nowhere"));
        Assumptions.assumeTrue(Files.isDirectory(mount), "no cgroup version 2 is mounted here");
        Path slice = mount.resolve("skifftest.slice");
        runtime.close();
        try (FakeBus bus = FakeBus.doing(base.resolve("bus"), body -> move(body, slice.resolve(UNIT)))) {
            runtime = OciRuntime.open(base.resolve("state"), Optional.of(new Systemd(bus.socket(), 0)));
            writeInScope("skifftest.slice:skiff:" + ID);
            runtime.create(ID, bundle, OciStreams.inherited(), SYSTEMD);
            assertThat(bus.lastBody()).contains("Slice", "skifftest.slice", UNIT);
            assertThat(slice.resolve(UNIT + "/container/cgroup.procs"))
                    .hasContent(Long.toString(runtime.state(ID).pid()));
            assertThat(slice.resolve(UNIT + "/skiff-holder")).doesNotExist();
            assertThat(slice.resolve(UNIT + "/cgroup.procs")).isEmptyFile();
            runtime.start(ID);
            runtime.delete(ID, true);
            assertThat(slice.resolve(UNIT + "/container")).doesNotExist();
        } finally {
            Files.deleteIfExists(slice.resolve(UNIT));
            Files.deleteIfExists(slice);
        }
    }

    /** The argument PIDs is an array of one number, behind its name and its signature. */
    private static void move(String body, Path scope) {
        int signature = body.indexOf("PIDs") + "PIDs".length() + 1;
        int array = (signature + 4 + 3) / 4 * 4;
        int pid = ByteBuffer.wrap(body.getBytes(StandardCharsets.ISO_8859_1))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getInt(array + 4);
        try {
            Files.createDirectories(scope);
            Files.writeString(scope.resolve("cgroup.procs"), Integer.toString(pid));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void whereNoSystemdRunsThatIsAnErrorThatSaysSo() throws Exception {
        Assumptions.assumeFalse(Files.isDirectory(Path.of("/run/systemd/system")), "systemd runs this host");
        writeInScope("machine.slice:skiff:" + ID);
        assertThatThrownBy(() -> runtime.create(ID, bundle, OciStreams.inherited(), SYSTEMD))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(UNIT)
                .hasMessageContaining("not run by one");
        assertThatThrownBy(() -> runtime.state(ID)).hasMessageContaining("not there");
    }

    @Test
    void aPathOfSystemdHasThreeParts() {
        assertThat(ScopeName.of(Optional.of("machine.slice:libpod:77"), "web"))
                .isEqualTo(new ScopeName(Optional.of("machine.slice"), "libpod-77.scope"));
        assertThat(ScopeName.of(Optional.of("::77"), "web")).isEqualTo(new ScopeName(Optional.empty(), "77.scope"));
        assertThat(ScopeName.of(Optional.empty(), "web")).isEqualTo(new ScopeName(Optional.empty(), "skiff-web.scope"));
        for (String path : List.of("/machine/web", "a:b", "a:b:c", "a.slice:b:", "a/b.slice:c:d", "a.slice:b:c/d")) {
            assertThatThrownBy(() -> ScopeName.of(Optional.of(path), "web"))
                    .as(path)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("slice:prefix:name");
        }
    }
}
