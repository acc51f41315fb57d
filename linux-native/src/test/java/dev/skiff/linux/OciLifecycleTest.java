package dev.skiff.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.linux.container.StartProgram;
import dev.skiff.linux.launcher.Agent;
import dev.skiff.linux.program.Program;
import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.HostState;
import dev.skiff.linux.testing.KernelTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** The operations of a runtime, and what each refuses: runtime.md. */
@KernelTest(programs = BusyboxRoot.BUSYBOX)
class OciLifecycleTest extends OciFixture {
    @Test
    void aContainerIsCreatedStartedStoppedAndDeleted() throws Exception {
        create("echo ran > /ran; cat /go");
        OciState created = runtime.state(ID);
        assertThat(created.status()).isEqualTo("created");
        assertThat(created.bundle()).isEqualTo(bundle.toString());
        assertThat(created.id()).isEqualTo(ID);
        assertThat(Path.of("/proc/" + created.pid())).isDirectory();
        assertThat(bundle.resolve("rootfs/ran")).doesNotExist();
        runtime.start(ID);
        awaitStopped();
        assertThat(runtime.state(ID).pid()).isZero();
        assertThat(inRoot("ran")).isEqualTo("ran\n");
        runtime.delete(ID, false);
        assertThatThrownBy(() -> runtime.state(ID)).isInstanceOf(ContainerStateException.class);
        assertThat(runtime.list()).isEmpty();
    }

    /** Another process may have done what came before: nothing is remembered but what is in the directory. */
    @Test
    void anotherRuntimeOverTheSameDirectoryGoesOn() throws Exception {
        create("sleep 1000");
        try (OciRuntime other = OciRuntime.open(base.resolve("state"))) {
            other.start(ID);
            assertThat(other.state(ID).status()).isEqualTo("running");
            other.kill(ID, KILL, false);
        }
        awaitStopped();
    }

    @Test
    void aContainerOutlivesTheRuntimeThatMadeIt() throws Exception {
        create("sleep 1000");
        runtime.start(ID);
        runtime.close();
        runtime = OciRuntime.open(base.resolve("state"));
        assertThat(status()).isEqualTo("running");
    }

    @Test
    void anIdIsUsedOnce() throws Exception {
        create("true");
        assertThatThrownBy(() -> runtime.create(ID, bundle, OciStreams.inherited()))
                .isInstanceOf(ContainerStateException.class)
                .hasMessageContaining("there already");
        assertThat(status()).isEqualTo("created");
    }

    @Test
    void whatDoesNotSuitTheStateIsRefusedAndChangesNothing() throws Exception {
        assertThatThrownBy(() -> runtime.start(ID)).hasMessageContaining("not there");
        assertThatThrownBy(() -> runtime.delete(ID, false)).hasMessageContaining("not there");
        create("sleep 1000");
        assertThatThrownBy(() -> runtime.delete(ID, false)).hasMessageContaining("created");
        runtime.start(ID);
        assertThatThrownBy(() -> runtime.start(ID)).hasMessageContaining("running");
        assertThatThrownBy(() -> runtime.delete(ID, false)).hasMessageContaining("running");
        assertThat(status()).isEqualTo("running");
        runtime.kill(ID, KILL, false);
        awaitStopped();
        assertThatThrownBy(() -> runtime.kill(ID, KILL, false))
                .isInstanceOf(ContainerStateException.class)
                .hasMessageContaining("stopped");
        assertThatThrownBy(() -> runtime.start(ID)).hasMessageContaining("stopped");
    }

    /** "All of the properties configured in config.json except for process MUST be applied" (runtime.md, "Create"). */
    @Test
    void withoutAProcessAContainerIsCreatedAndDeletedButNotStarted() throws Exception {
        write(defaults);
        Path config = bundle.resolve("config.json");
        Files.writeString(config, Files.readString(config).replaceFirst("\"process\"", "\"unknown\""));
        assertThat(runtime.create(ID, bundle, OciStreams.inherited()).status()).isEqualTo("created");
        assertThat(runtime.spec(ID).process()).isEmpty();
        assertThatThrownBy(() -> runtime.start(ID))
                .isInstanceOf(ContainerStateException.class)
                .hasMessageContaining("no process");
        assertThat(status()).isEqualTo("created");
        runtime.kill(ID, KILL, false);
        awaitStopped();
        runtime.delete(ID, false);
        assertThat(runtime.list()).isEmpty();
    }

    @Test
    void idsThatWouldLeadElsewhereAreRefused() {
        for (String id : List.of("", "..", "a/b", "../../etc", "a b", "-rf")) {
            assertThatThrownBy(() -> runtime.state(id)).as(id).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> runtime.delete(id, true)).as(id).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void theConfigurationIsThatOfTheCreation() throws Exception {
        create("echo first > /said");
        write(defaults.withProcess(defaults.process().orElseThrow().withArgs(List.of("/bin/false"))));
        runtime.start(ID);
        awaitStopped();
        assertThat(inRoot("said")).isEqualTo("first\n");
    }

    @Test
    void aCommandThatIsNotThereIsToldAtCreation() throws Exception {
        HostState before = HostState.quiet();
        write(defaults.withProcess(defaults.process().orElseThrow().withArgs(List.of("nosuch"))));
        assertThatThrownBy(() -> runtime.create(ID, bundle, OciStreams.inherited()))
                .isInstanceOf(ExecException.class)
                .hasMessageContaining("not found in $PATH");
        assertThatThrownBy(() -> runtime.state(ID)).hasMessageContaining("not there");
        assertThat(HostState.quiet()).isEqualTo(before);
    }

    @Test
    void aCommandThatCannotBeExecutedIsToldAtTheStart() throws Exception {
        Files.writeString(bundle.resolve("rootfs/bin/odd"), "no program");
        assertThat(bundle.resolve("rootfs/bin/odd").toFile().setExecutable(true, false))
                .isTrue();
        write(defaults.withProcess(defaults.process().orElseThrow().withArgs(List.of("/bin/odd"))));
        runtime.create(ID, bundle, OciStreams.inherited());
        assertThatThrownBy(() -> runtime.start(ID))
                .isInstanceOf(ExecException.class)
                .hasMessageContaining("not a program of this machine's kind");
        awaitStopped();
    }

    @Test
    void whatABrokenCreationHasLeftIsDeletedByForce() throws Exception {
        Path left = Files.createDirectories(base.resolve("state").resolve(ID));
        Files.writeString(left.resolve("config.json"), "{}");
        assertThatThrownBy(() -> create("true")).hasMessageContaining("there already");
        runtime.delete(ID, true);
        assertThat(left).doesNotExist();
        create("true");
        assertThat(status()).isEqualTo("created");
    }

    /** Whoever starts it may be killed any time, and its first call has let it go. */
    @Test
    void aContainerThatHasPassedItsGateDoesNotSeemToWait() throws Exception {
        create("sleep 1000");
        try (LinuxHost host = LinuxHost.open();
                Agent starter = host.root().forkAgent(Program.CODE_BYTES + 65536L)) {
            starter.run(StartProgram.connect(base.resolve("state").resolve(ID)).program());
            assertThat(status()).isNotEqualTo("created");
        }
    }

    /** Who lists looks at one after the other, and each may be gone by then. */
    @Test
    void aListIsNotDisturbedByAContainerThatSomebodyDeletes() throws Exception {
        create("true");
        Path state = base.resolve("state");
        Path other = Files.createDirectory(state.resolve("other"));
        for (String name : List.of("config.json", "state.json")) {
            Files.copy(state.resolve(ID).resolve(name), other.resolve(name));
        }
        AtomicBoolean over = new AtomicBoolean();
        Thread deletes = new Thread(() -> {
            Path json = other.resolve("state.json");
            Path away = base.resolve("away.json");
            while (!over.get()) {
                move(json, away);
                move(away, json);
            }
        });
        deletes.start();
        try {
            for (int i = 0; i < 300; i++) {
                assertThat(runtime.list()).extracting(OciState::id).contains(ID);
            }
        } finally {
            over.set(true);
            deletes.join();
            Files.delete(other.resolve("state.json"));
        }
    }

    private static void move(Path from, Path to) {
        try {
            Files.move(from, to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
