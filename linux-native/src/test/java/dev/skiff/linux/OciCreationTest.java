package dev.skiff.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.skiff.linux.cgroup.Group;
import dev.skiff.linux.container.CreateProgram;
import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.ChildJvm;
import dev.skiff.linux.testing.HostState;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.linux.testing.TestContainers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A creation that does not come to its end, and what else there is at that time. */
@KernelTest(programs = BusyboxRoot.BUSYBOX)
class OciCreationTest extends OciFixture {
    /** Between the look at what is there and the attempt to make it, somebody else may come. */
    @Test
    void aGroupThatSomebodyElseHasMadeJustThenStaysAsItIs() throws Exception {
        write(defaults);
        OciBundle read = OciBundle.read(bundle);
        Path directory = Files.createDirectories(base.resolve("state").resolve(ID));
        ContainerRequest request =
                new ContainerRequest(ID, read.spec(), read.root(), directory, List.of(), LogLimits.DEFAULT, false);
        Process other = new ProcessBuilder("sleep", "1000").start();
        List<Path> made = new ArrayList<>();
        try (LinuxHost host = LinuxHost.open();
                OciCreation creation = new OciCreation(host, request, bundle.toString(), 0, CreateOptions.standard())) {
            List<Group> groups = CreateProgram.plan(request, host.facts()).groups();
            assumeFalse(groups.isEmpty(), "this user can make no control groups");
            for (Group group : groups) {
                made.add(Files.createDirectories(group.path()));
            }
            Path home = groups.stream()
                    .filter(group -> group.controllers().contains("pids") || group.unified())
                    .findFirst()
                    .orElseThrow()
                    .path();
            Files.writeString(home.resolve("cgroup.procs"), Long.toString(other.pid()), StandardOpenOption.WRITE);
            assertThatThrownBy(() -> OciStreams.inherited().with(streams -> {
                        creation.create(streams, created -> {});
                        return streams;
                    }))
                    .isInstanceOf(SyscallException.class)
                    .hasMessageContaining("EEXIST");
            assertThat(other.isAlive()).isTrue();
            assertThat(made).allSatisfy(group -> assertThat(group).isDirectory());
        } finally {
            other.destroyForcibly().waitFor();
            for (Path group : made) {
                await(() -> group.toFile().delete());
            }
        }
    }

    /** It waits to be started, and nobody knows of it. */
    @Test
    void nothingIsLeftOfAContainerWhoseJvmDiesBeforeItIsKept() throws Exception {
        write(defaults);
        Path directory = Files.createDirectories(base.resolve("state").resolve(ID));
        java.lang.Process jvm = ChildJvm.start(KilledWhileItKeeps.class, ID, bundle.toString(), directory.toString());
        assertThat(jvm.waitFor()).isEqualTo(KilledWhileItKeeps.STATUS);
        await(() -> TestContainers.processes("skiff jvm=" + jvm.pid() + ",").isEmpty());
        await(() -> groups().isEmpty());
        await(() -> !Files.exists(directory));
    }

    private static Set<String> groups() {
        try {
            return HostState.groups("skiff-" + ID);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
