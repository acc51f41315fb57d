package dev.skiff.samples.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.linux.LinuxHost;
import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.linux.testing.Spin;
import dev.skiff.oci.Json;
import dev.skiff.oci.runtime.Process;
import dev.skiff.oci.runtime.Spec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The life of a container, each step by a process of its own: as Podman and containerd drive a runtime. */
@KernelTest(programs = BusyboxRoot.BUSYBOX)
class SkiffRuntimeTest extends RuntimeFixture {
    @Test
    void aContainerIsCreatedStartedKilledAndDeleted() throws Exception {
        configure("echo ran > /ran; exec sleep 1000");
        Path pidFile = base.resolve("pid");
        succeed("create", "--bundle", bundle.toString(), "--pid-file", pidFile.toString(), ID);
        assertThat(state().status()).isEqualTo("created");
        assertThat(Files.readString(pidFile)).isEqualTo(Long.toString(state().pid()));
        assertThat(bundle.resolve("rootfs/ran")).doesNotExist();
        succeed("start", ID);
        assertThat(state().status()).isEqualTo("running");
        Ended refused = skiff("delete", ID);
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err()).contains("running");
        succeed("kill", ID, "KILL");
        while (!state().status().equals("stopped")) {
            Spin.once();
        }
        assertThat(bundle.resolve("rootfs/ran")).hasContent("ran");
        succeed("delete", ID);
        assertThat(skiff("list", "--quiet").out()).isEmpty();
    }

    @Test
    void runEndsAsItsContainerDoes() throws Exception {
        configure("echo hello; exit 7");
        Ended ended = skiff("run", "--bundle", bundle.toString(), ID);
        assertThat(ended.out()).isEqualTo("hello\n");
        assertThat(ended.status()).isEqualTo(7);
        assertThat(skiff("list", "--quiet").out()).isEmpty();
    }

    @Test
    void optionsAfterTheIdOfAnExecAreThoseOfItsCommand() throws Exception {
        configure("exec sleep 1000");
        succeed("run", "--detach", "--bundle", bundle.toString(), ID);
        Ended ended = skiff("exec", "--env", "WORD=hello", ID, "sh", "-c", "echo $WORD; exit 5");
        assertThat(ended.out()).as(ended.err()).isEqualTo("hello\n");
        assertThat(ended.status()).isEqualTo(5);
    }

    @Test
    void signalsHaveNamesAndNumbers() throws Exception {
        configure("trap 'echo 1 >> /got' USR1; trap 'exit 3' TERM; echo > /ready; while true; do sleep 0.1; done");
        succeed("create", "--bundle", bundle.toString(), ID);
        succeed("kill", ID, "0");
        succeed("start", ID);
        while (!Files.exists(bundle.resolve("rootfs/ready"))) {
            Spin.once();
        }
        Path got = bundle.resolve("rootfs/got");
        List<String> names = List.of("usr1", "SIGUSR1", "10");
        for (int i = 0; i < names.size(); i++) {
            succeed("kill", ID, names.get(i));
            while (!Files.exists(got) || Files.size(got) < 2L * (i + 1)) {
                Spin.once();
            }
        }
        for (String wrong : List.of("NOSUCH", "65", "SIG0", "")) {
            Ended refused = skiff("kill", ID, wrong);
            assertThat(refused.status()).as(wrong).isEqualTo(1);
            assertThat(refused.err()).contains("no such signal: \"" + wrong + "\"");
        }
        succeed("kill", ID);
        while (!state().status().equals("stopped")) {
            Spin.once();
        }
        for (String signal : List.of("0", "KILL")) {
            Ended refused = skiff("kill", ID, signal);
            assertThat(refused.status()).isEqualTo(1);
            assertThat(refused.err()).contains("container not running");
            succeed("kill", "--all", ID, signal);
        }
        succeed("delete", ID);
        assertThat(skiff("kill", ID, "0").err()).contains("container does not exist");
    }

    @Test
    void whatAnExecIsComesFromItsOptionsOrAFile() throws Exception {
        configure("exec sleep 1000");
        succeed("run", "--detach", "--bundle", bundle.toString(), ID);
        Ended ended = skiff(
                "exec",
                "--user=5:6",
                "--additional-gids=7",
                "--additional-gids=8",
                "--cwd=/tmp",
                "--env=TERM=other",
                ID,
                "sh",
                "-c",
                "id -u; id -G; pwd; env | grep TERM");
        assertThat(ended.out()).as(ended.err()).isEqualTo("5\n6 7 8\n/tmp\nTERM=other\n");
        Process process;
        try (LinuxHost host = LinuxHost.open()) {
            process = host.defaults()
                    .spec(List.of("/bin/sh", "-c", "echo from a file; exit 4"), false)
                    .process()
                    .orElseThrow();
        }
        Path file = Files.write(base.resolve("process.json"), Json.write(process));
        Ended read = skiff("exec", "--process", file.toString(), ID);
        assertThat(read.out()).as(read.err()).isEqualTo("from a file\n");
        assertThat(read.status()).isEqualTo(4);
        assertThat(skiff("exec", "--cgroup", "nosuch", ID, "true").err()).contains("nosuch");
        assertThat(skiff("exec", "--cgroup", "a", "--cgroup", "b", ID, "true").err())
                .contains("one PATH for all controllers");
    }

    @Test
    void anExecThatIsWaitedForTellsItsProcessId() throws Exception {
        configure("exec sleep 1000");
        succeed("run", "--detach", "--bundle", bundle.toString(), ID);
        Path pidFile = base.resolve("exec.pid");
        succeed("exec", "--pid-file", pidFile.toString(), "--cap", "CAP_NEWER_THAN_US", ID, "true");
        assertThat(pidFile).content().containsPattern("[0-9]+");
    }

    @Test
    void aConfigurationToBeginWithIsWrittenAndRuns() throws Exception {
        succeed("spec", "--bundle", bundle.toString());
        Path config = bundle.resolve("config.json");
        Spec written = Json.read(Files.readAllBytes(config), Spec.class);
        assertThat(written.process().orElseThrow().args()).containsExactly("sh");
        assertThat(written.process().orElseThrow().noNewPrivileges()).isTrue();
        assertThat(written.root().orElseThrow().readonly()).isTrue();
        assertThat(Files.readAllLines(config)).hasSizeGreaterThan(100);
        Ended again = skiff("spec", "--bundle", bundle.toString());
        assertThat(again.status()).isEqualTo(1);
        assertThat(again.err()).contains("exists");
        Process process =
                written.process().orElseThrow().withTerminal(false).withArgs(List.of("/bin/sh", "-c", "hostname"));
        Files.write(config, Json.write(written.withProcess(process)));
        Ended ended = skiff("run", "--bundle", bundle.toString(), ID);
        assertThat(ended.out()).as(ended.err()).isEqualTo("skiff\n");
    }

    @Test
    @KernelTest(root = true) // ordinary users have limits only where some are delegated to them
    void limitsAreUpdatedAndUseIsTold() throws Exception {
        configure("exec sleep 1000");
        succeed("run", "--detach", "--bundle", bundle.toString(), ID);
        succeed("update", "--pids-limit", "77", "--memory", "64m", ID);
        Ended stats = skiff("events", "--stats", ID);
        assertThat(stats.out())
                .as(stats.err())
                .startsWith("{\"type\":\"stats\",\"id\":\"" + ID + "\",\"data\":{")
                .contains("\"pids\":{\"current\":1,\"limit\":77}", "\"limit\":67108864", "\"name\":\"lo\"");
        Path resources = Files.writeString(base.resolve("resources"), "{\"pids\":{\"limit\":78}}");
        succeed("update", "--resources", resources.toString(), ID);
        assertThat(skiff("events", "--stats", ID).out()).contains("\"limit\":78");
        succeed("pause", ID);
        assertThat(state().status()).isEqualTo("paused");
        succeed("resume", ID);
        assertThat(state().status()).isEqualTo("running");
    }

    /** As an ordinary user's Podman starts a runtime: root, but of a user namespace, where no device can be made. */
    @Test
    void theRootOfAUserNamespaceRunsContainersAsAnOrdinaryUserDoes() throws Exception {
        List<String> within = List.of("unshare", "--user", "--map-root-user");
        skiff(within, "spec", "--bundle", bundle.toString());
        Path config = bundle.resolve("config.json");
        Spec written = Json.read(Files.readAllBytes(config), Spec.class);
        Process process = written.process()
                .orElseThrow()
                .withTerminal(false)
                .withArgs(List.of("/bin/sh", "-c", "id -u; test -c /dev/null && echo device; exit 7"));
        Files.write(config, Json.write(written.withProcess(process)));
        Ended ended = skiff(within, "run", "--bundle", bundle.toString(), ID);
        assertThat(ended.out()).as(ended.err()).isEqualTo("0\ndevice\n");
        assertThat(ended.status()).isEqualTo(7);
    }

    @Test
    void containersOfOrdinaryUsersAreKeptInTheDirectoryOfTheirSession() {
        assertThat(StateRoot.standard(Optional.of("/run/user/7"), true))
                .isEqualTo(Path.of("/run/user/7/skiff-runtime"));
        assertThat(StateRoot.standard(Optional.of("/run/user/0"), false)).isEqualTo(Path.of("/run/skiff-runtime"));
        assertThat(StateRoot.standard(Optional.empty(), true)).isEqualTo(Path.of("/run/skiff-runtime"));
        assertThat(StateRoot.standard(Optional.of("relative"), true)).isEqualTo(Path.of("/run/skiff-runtime"));
    }

    /** A root that is not pivoted leaves the host's in reach. */
    @Test
    void aContainerWithoutPivotIsRefusedByName() throws Exception {
        configure("true");
        Ended refused = skiff("create", "--no-pivot", "--bundle", bundle.toString(), ID);
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err()).contains("--no-pivot");
        assertThat(skiff("list", "--quiet").out()).isEmpty();
    }

    @Test
    void aScopeOfSystemdIsRefusedWhereNoneRuns() throws Exception {
        Assumptions.assumeFalse(Files.isDirectory(Path.of("/run/systemd/system")), "systemd runs this host");
        configure("true");
        Ended refused = skiff("--systemd-cgroup", "create", "--bundle", bundle.toString(), ID);
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err()).contains("by systemd", "--cgroup-manager=cgroupfs");
        assertThat(skiff("list", "--quiet").out()).isEmpty();
    }

    @Test
    void aContainerMayHaveTheKeyringOfTheCaller() throws Exception {
        configure("exit 6");
        assertThat(skiff("run", "--no-new-keyring", "--bundle", bundle.toString(), ID)
                        .status())
                .isEqualTo(6);
    }

    /** The JVM's own files have such numbers, too. */
    @Test
    void descriptorsThatTheCallerHasNotOpenedAreNotHandedDown() throws Exception {
        configure("true");
        Ended refused = skiff("create", "--preserve-fds", "2", "--bundle", bundle.toString(), ID);
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err()).contains("--preserve-fds 2", "has not opened [3, 4]");
    }

    @Test
    void containersAreListedAsJson() throws Exception {
        configure("exec sleep 1000");
        succeed("run", "--detach", "--bundle", bundle.toString(), ID);
        assertThat(skiff("list", "--format", "json").out())
                .startsWith("[{\"ociVersion\":\"1.2.0\",\"id\":\"" + ID + "\",\"status\":\"running\"");
    }

    @Test
    void whatGoesWrongIsSaidAndLoggedInTheFormThatWasAskedFor() throws Exception {
        Path log = base.resolve("log");
        Ended ended = skiff("--log", log.toString(), "--log-format", "json", "state", "nosuch");
        assertThat(ended.status()).isEqualTo(1);
        assertThat(ended.err()).contains("container nosuch is not there");
        assertThat(Files.readAllLines(log))
                .singleElement()
                .asString()
                .contains("\"level\":\"error\"")
                .contains("container nosuch is not there");
    }
}
