package dev.skiff.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.HostState;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.linux.testing.TestContainers;
import dev.skiff.oci.runtime.Hook;
import dev.skiff.oci.runtime.Hooks;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Hooks, each at its point: runtime.md, "Lifecycle". */
@KernelTest(programs = BusyboxRoot.BUSYBOX)
class OciHooksTest extends OciFixture {
    private Hook hook(String name) {
        String log = base.resolve("hooks").toString();
        return Hook.of("/bin/sh")
                .withArgs(List.of(
                        "sh", "-c", "printf '" + name + " ' >> " + log + "; cat >> " + log + "; echo >> " + log));
    }

    private static Hooks hooks(UnaryOperator<Hooks> change) {
        return change.apply(Hooks.none());
    }

    @Test
    void hooksAreRunAtTheirSixPointsWithTheStateOnTheirInput() throws Exception {
        Hook inside = Hook.of("/bin/sh")
                .withArgs(List.of("sh", "-c", "cat > /inside; pwd >> /inside; echo $A >> /inside"))
                .withEnv(List.of("A=own"));
        Hooks all = new Hooks(
                List.of(hook("prestart")),
                List.of(hook("createRuntime")),
                List.of(hook("createContainer")),
                List.of(inside),
                List.of(hook("poststart")),
                List.of(hook("poststop")),
                Hooks.none().extra());
        create("sleep 1000", spec -> spec.withHooks(all));
        long pid = runtime.state(ID).pid();
        assertThat(log())
                .extracting(line -> line.substring(0, line.indexOf(' ')))
                .containsExactly("prestart", "createRuntime", "createContainer");
        assertThat(log())
                .allSatisfy(line -> assertThat(line)
                        .contains("\"status\":\"creating\"")
                        .contains("\"id\":\"" + ID + "\"")
                        .contains("\"pid\":" + pid)
                        .contains("\"bundle\":\"" + bundle + "\""));
        assertThat(bundle.resolve("rootfs/inside")).doesNotExist();
        runtime.start(ID);
        assertThat(inRoot("inside")).contains("\"status\":\"created\"").endsWith("/\nown\n");
        assertThat(log().get(3)).startsWith("poststart ").contains("\"status\":\"running\"");
        runtime.delete(ID, true);
        assertThat(log().get(4)).startsWith("poststop ").contains("\"status\":\"stopped\"");
        assertThat(log()).hasSize(5);
    }

    private List<String> log() throws IOException {
        return Files.readAllLines(base.resolve("hooks"));
    }

    @Test
    void createContainerHooksAreInTheContainersNamespacesAndOnTheHostsFiles() throws Exception {
        Hook looking = Hook.of("/bin/sh")
                .withArgs(List.of(
                        "sh",
                        "-c",
                        "cat > /dev/null; hostname > " + base.resolve("name") + "; readlink /proc/self/ns/uts >> "
                                + base.resolve("name")));
        create(
                "sleep 1000",
                spec -> spec.withHostname("box")
                        .withHooks(hooks(hooks -> hooks.withCreateContainer(List.of(looking)))));
        List<String> said = Files.readAllLines(base.resolve("name"));
        assertThat(said.get(0)).isEqualTo("box");
    }

    @Test
    void aHookThatFailsAbortsTheCreationAndNothingIsLeft() throws Exception {
        create("true", spec -> spec.withHooks(hooks(all -> all.withCreateRuntime(List.of(hook("once"))))));
        runtime.delete(ID, true); // what is made once for this JVM
        HostState before = HostState.quiet();
        Hook bad = Hook.of("/bin/sh").withArgs(List.of("sh", "-c", "echo no good >&2; exit 3"));
        for (UnaryOperator<Hooks> point : List.<UnaryOperator<Hooks>>of(
                hooks -> hooks.withCreateRuntime(List.of(bad)), hooks -> hooks.withCreateContainer(List.of(bad)))) {
            Files.deleteIfExists(base.resolve("hooks"));
            Hooks all = point.apply(Hooks.none()).withPoststop(List.of(hook("poststop")));
            assertThatThrownBy(() -> create("true", spec -> spec.withHooks(all)))
                    .isInstanceOf(HookException.class)
                    .hasMessageContaining("exited with 3: no good");
            assertThat(log()).hasSize(1);
            assertThatThrownBy(() -> runtime.state(ID)).hasMessageContaining("not there");
        }
        assertThat(HostState.quiet()).isEqualTo(before);
    }

    @Test
    void aHookThatTakesTooLongIsKilled() {
        Hook slow = Hook.of("/bin/sleep").withArgs(List.of("sleep", "4713")).withTimeout(1);
        assertThatThrownBy(() ->
                        create("true", spec -> spec.withHooks(hooks(hooks -> hooks.withCreateRuntime(List.of(slow))))))
                .isInstanceOf(HookException.class)
                .hasMessageContaining("did not end within 1 s");
        assertThat(TestContainers.processes("sleep 4713")).isEmpty();
    }

    /** More than a pipe holds, which whoever writes it would wait for. */
    @Test
    void aHookThatReadsNothingOfALongStateHasNoMoreTimeForThat() {
        Hook slow = Hook.of("/bin/sleep").withArgs(List.of("sleep", "20")).withTimeout(1);
        Map<String, String> annotations = Map.of("long", "x".repeat(200_000));
        assertThatThrownBy(() -> create(
                        "true",
                        spec -> spec.withAnnotations(annotations)
                                .withHooks(hooks(hooks -> hooks.withCreateRuntime(List.of(slow))))))
                .isInstanceOf(HookException.class)
                .hasMessageContaining("did not end within 1 s");
    }

    @Test
    void aHookOfTheStartThatFailsStopsTheContainer() throws Exception {
        for (UnaryOperator<Hooks> point : List.<UnaryOperator<Hooks>>of(
                hooks -> hooks.withStartContainer(List.of(Hook.of("/bin/false"))),
                hooks -> hooks.withPoststart(List.of(Hook.of("/bin/false"))))) {
            create("sleep 1000", spec -> spec.withHooks(point.apply(Hooks.none())));
            assertThatThrownBy(() -> runtime.start(ID)).isInstanceOf(HookException.class);
            awaitStopped();
            runtime.delete(ID, false);
        }
    }

    @Test
    void aHookAfterTheEndThatFailsChangesNothing() throws Exception {
        create(
                "true",
                spec -> spec.withHooks(hooks(hooks ->
                        hooks.withPoststop(List.of(Hook.of("/no/such/hook"), Hook.of("/bin/false"), hook("last"))))));
        runtime.delete(ID, true);
        assertThat(log()).hasSize(1);
    }
}
