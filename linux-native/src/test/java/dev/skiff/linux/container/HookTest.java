package dev.skiff.linux.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.linux.ContainerRequest;
import dev.skiff.linux.HookException;
import dev.skiff.linux.LinuxContainer;
import dev.skiff.linux.abi.Signal;
import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.ChildJvm;
import dev.skiff.linux.testing.HostState;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.linux.testing.KilledByItsHook;
import dev.skiff.linux.testing.TestContainers;
import dev.skiff.oci.runtime.Hook;
import dev.skiff.oci.runtime.Hooks;
import dev.skiff.oci.runtime.Spec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Hooks of a container of this JVM: those of one that is created and started apart are OciHooksTest's. */
@KernelTest(programs = BusyboxRoot.BUSYBOX)
class HookTest {
    private static final int SECONDS = 30;

    private TestContainers containers;
    private Path log;

    @BeforeEach
    void open() throws Exception {
        containers = new TestContainers(Files.createTempDirectory("skiff-hooks"));
        log = containers.root().resolveSibling("hooks");
    }

    @AfterEach
    void close() {
        containers.close();
    }

    private Hook hook(String name) {
        return script("printf '" + name + " ' >> " + log + "; cat >> " + log + "; echo >> " + log);
    }

    private static Hook script(String script) {
        return Hook.of("/bin/sh").withArgs(List.of("sh", "-c", script));
    }

    private LinuxContainer start(String script, UnaryOperator<Hooks> change) throws Exception {
        ContainerRequest request =
                containers.request(containers.spec(script).withHooks(change.apply(Hooks.none())), List.of());
        return containers.host.start(request);
    }

    /** Its program is the image's: with the runtime's rights, whoever made the image would have those. */
    @Test
    void aHookThatTheImageBringsIsHeldAsTheContainerIs() throws Exception {
        Hook look = script("cat /proc/self/status > /tmp/hook");
        Spec spec = containers.spec("cat /tmp/hook").withHooks(Hooks.none().withStartContainer(List.of(look)));
        TestContainers.Result result =
                containers.run(spec.withProcess(spec.process().orElseThrow().withNoNewPrivileges(true)));
        assertThat(result.value("CapEff")).as(result.stdout()).isEqualTo("00000000800405fb");
        assertThat(result.value("CapBnd")).isEqualTo("00000000800405fb");
        assertThat(result.value("NoNewPrivs")).isEqualTo("1");
        assertThat(result.value("Seccomp")).isEqualTo("2");
    }

    @Test
    void eachIsRunWhenItIsDue() throws Exception {
        Hooks all = new Hooks(
                List.of(hook("prestart")),
                List.of(hook("createRuntime")),
                List.of(hook("createContainer")),
                List.of(script("cat > /state; hostname >> /state")),
                List.of(hook("poststart")),
                List.of(hook("poststop")),
                Hooks.none().extra());
        ContainerRequest request =
                containers.request(containers.spec("cat /state; sleep 1000").withHooks(all), List.of());
        try (LinuxContainer container = containers.host.start(request)) {
            long pid = container.started().get(SECONDS, TimeUnit.SECONDS);
            assertThat(lines())
                    .extracting(line -> line.substring(0, line.indexOf(' ')))
                    .containsExactly("prestart", "createRuntime", "createContainer", "poststart");
            assertThat(lines()).allMatch(line -> line.contains("\"pid\":" + pid));
            assertThat(lines().get(3)).contains("\"status\":\"running\"");
        }
        assertThat(lines().get(4)).startsWith("poststop").contains("\"status\":\"stopped\"");
        assertThat(TestContainers.output(request, "stdout"))
                .contains("\"status\":\"created\"")
                .endsWith("box\n");
    }

    private List<String> lines() throws Exception {
        return Files.readAllLines(log);
    }

    @Test
    void aCommandThatIsOverBeforeItsPoststartHookHasStartedAllTheSame() throws Exception {
        Hook slow = script("pid=$(sed 's/.*\"pid\":\\([0-9]*\\).*/\\1/'); while [ -d /proc/$pid ]; do :; done;"
                + " echo poststart $pid >> " + log);
        try (LinuxContainer container =
                start("exit 3", hooks -> hooks.withPoststart(List.of(slow)).withPoststop(List.of(hook("poststop"))))) {
            long pid = container.started().get(SECONDS, TimeUnit.SECONDS);
            assertThat(container.exited().get(SECONDS, TimeUnit.SECONDS).value())
                    .isEqualTo(3);
            container.gone().get(SECONDS, TimeUnit.SECONDS);
            assertThat(lines().get(0)).isEqualTo("poststart " + pid);
            assertThat(lines().get(1)).startsWith("poststop");
        }
    }

    @Test
    void oneThatFailsEndsTheContainerAndNothingIsLeft() throws Exception {
        containers.run("true"); // what is made once for this JVM
        HostState before = HostState.quiet();
        Hook bad = script("exit 3");
        for (UnaryOperator<Hooks> point : List.<UnaryOperator<Hooks>>of(
                hooks -> hooks.withCreateRuntime(List.of(bad)),
                hooks -> hooks.withCreateContainer(List.of(bad)),
                hooks -> hooks.withStartContainer(List.of(Hook.of("/bin/false"))),
                hooks -> hooks.withPoststart(List.of(bad)))) {
            LinuxContainer container = start("sleep 1000", point);
            assertThatThrownBy(() -> container.started().get(SECONDS, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(HookException.class);
            container.gone().get(SECONDS, TimeUnit.SECONDS);
        }
        assertThat(HostState.quiet()).isEqualTo(before);
    }

    /** Nobody is there to remove its control groups but who looks after it. */
    @Test
    void nothingIsLeftOfAContainerWhoseJvmDiesWhileItWaitsForAHook() throws Exception {
        Process jvm = ChildJvm.start(
                KilledByItsHook.class, log.resolveSibling("killed").toString(), "sleep 4007");
        assertThat(new String(jvm.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .doesNotContain("started");
        assertThat(jvm.waitFor()).isEqualTo(128 + Signal.KILL.number());
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (!HostState.groups("skiff-test-" + jvm.pid() + "-").isEmpty()) {
            assertThat(System.nanoTime()).as("groups stay").isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        assertThat(TestContainers.processes("sleep 4007")).isEmpty();
    }
}
