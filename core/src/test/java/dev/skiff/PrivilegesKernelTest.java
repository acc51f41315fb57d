package dev.skiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.KernelTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What can be asked for beyond the defaults, looked at from inside. */
@KernelTest(programs = BusyboxRoot.BUSYBOX)
@Timeout(120)
class PrivilegesKernelTest {
    private static final String CAPABILITIES = "grep -E '^Cap(Bnd|Eff|Amb)' /proc/self/status | tr -d '\\t\\n'";

    private Path home;
    private Skiff skiff;
    private Run busybox;

    @BeforeEach
    void open() throws IOException {
        home = Files.createTempDirectory("skiff-home");
        skiff = Skiff.builder().store(home).open();
        busybox = skiff.containers().run(TestImages.busybox(skiff));
    }

    @AfterEach
    void close() throws IOException {
        skiff.close();
        TestDirectories.remove(home);
    }

    private static String output(Run run, String script) {
        StringBuilder out = new StringBuilder();
        run.shell(script).onLog(line -> out.append(line.text()).append('\n')).await();
        return out.toString().trim();
    }

    @Test
    void nothingIsAskedForByDefault() {
        assertThat(busybox).hasToString("run busybox");
        assertThat(output(busybox, CAPABILITIES))
                .isEqualTo("CapEff:00000000800405fbCapBnd:00000000800405fbCapAmb:0000000000000000");
    }

    @Test
    void capabilitiesAreAddedAndDroppedByName() {
        Run run = busybox.capDrop("ALL").capAdd("net_raw", "CAP_CHOWN");

        assertThat(run).hasToString("run busybox (capDrop ALL, capAdd CHOWN, capAdd NET_RAW)");
        assertThat(output(run, CAPABILITIES))
                .isEqualTo("CapEff:0000000000002001CapBnd:0000000000002001CapAmb:0000000000000000");
        assertThat(output(busybox.capDrop("CHOWN"), CAPABILITIES)).startsWith("CapEff:00000000800405fa");
        assertThatThrownBy(() -> busybox.capAdd("NET_ADMINN"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("NET_ADMINN");
    }

    @Test
    void anotherUserKeepsWhatWasAddedAndNothingElse() {
        assertThat(output(busybox.user("1000"), CAPABILITIES))
                .startsWith("CapEff:0000000000000000")
                .endsWith("CapAmb:0000000000000000");
        assertThat(output(busybox.user("1000").capAdd("NET_RAW"), CAPABILITIES))
                .startsWith("CapEff:0000000000002000")
                .endsWith("CapAmb:0000000000002000");
    }

    @Test
    void aCommandThatJoinsHasTheSame() {
        try (Container container = busybox.capAdd("NET_RAW").shell("sleep 100").start()) {
            assertThat(container.exec("sh", "-c", CAPABILITIES).await().stdout())
                    .isEqualTo(container
                            .exec("sh", "-c", CAPABILITIES.replace("self", "1"))
                            .await()
                            .stdout())
                    .startsWith("CapEff:00000000800425fb");
        }
    }

    /** What was added goes to whom a command runs as, and not to whom the container does. */
    @Test
    void aCommandHasTheCapabilitiesOfItsUser() {
        try (Container root = busybox.capAdd("NET_RAW").shell("sleep 100").start();
                Container other = busybox.capAdd("NET_RAW")
                        .user("1000")
                        .shell("sleep 100")
                        .start()) {
            String added = "CapEff:0000000000002000CapBnd:00000000800425fbCapAmb:0000000000002000";
            String all = "CapEff:00000000800425fbCapBnd:00000000800425fbCapAmb:0000000000000000";
            assertThat(root.exec("sh", "-c", CAPABILITIES).user("1000").await().stdout())
                    .isEqualTo(added);
            assertThat(other.exec("sh", "-c", CAPABILITIES).await().stdout()).isEqualTo(added);
            assertThat(other.exec("sh", "-c", CAPABILITIES).user("0").await().stdout())
                    .isEqualTo(all);
        }
    }

    @Test
    void whatIsDroppedIsDroppedFromAPrivilegedContainerToo() {
        Run run = busybox.privileged().capDrop("CHOWN", "SYS_MODULE");

        assertThat(run).hasToString("run busybox (privileged, capDrop CHOWN, capDrop SYS_MODULE)");
        String bounding = output(run, "sed -n 's/^CapBnd:\t//p' /proc/self/status");
        assertThat(Long.parseUnsignedLong(bounding, 16) & (1 | 1 << 16)).isZero();
    }

    @Test
    void whatContradictsItselfIsRefusedWhenItIsSaid() {
        assertThatThrownBy(() -> busybox.capAdd("NET_RAW").capDrop("CHOWN", "net_raw"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("capDrop NET_RAW contradicts capAdd NET_RAW");
        assertThatThrownBy(() -> busybox.capDrop("CHOWN").capAdd("CAP_CHOWN"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("capAdd CHOWN contradicts capDrop CHOWN");
        assertThatThrownBy(() -> busybox.capAdd("ALL").capDrop("all"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("capDrop ALL contradicts capAdd ALL");
        assertThat(busybox.capAdd("ALL").capDrop("SYS_ADMIN")).asString().contains("capAdd ALL, capDrop SYS_ADMIN");
    }

    @Test
    void theFilterCanBeReplacedOrLeftOut(@TempDir Path here) throws IOException {
        Path profile = Files.writeString(
                here.resolve("profile.json"),
                "{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"syscalls\": [{\"names\": [\"mkdir\", \"mkdirat\"],"
                        + " \"action\": \"SCMP_ACT_ERRNO\", \"errnoRet\": 95}]}");

        assertThat(output(busybox.seccomp(profile), "mkdir /x 2>&1; grep Seccomp: /proc/self/status"))
                .contains("Operation not supported")
                .endsWith("2");
        assertThat(output(busybox.seccompUnconfined(), "grep Seccomp: /proc/self/status"))
                .endsWith("0");
        assertThat(busybox.seccompUnconfined()).hasToString("run busybox (seccomp unconfined)");
        assertThatThrownBy(() -> busybox.seccomp(Files.writeString(here.resolve("bad"), "[]"))
                        .command("true")
                        .await())
                .isInstanceOf(StartException.class)
                .hasMessageContaining("bad");
        assertThatThrownBy(() ->
                        busybox.seccomp(here.resolve("none")).command("true").await())
                .isInstanceOf(StartException.class)
                .hasMessageContaining("none");
    }

    @Test
    void systemPathsCanBeOpened() {
        assertThat(output(busybox, "cat /proc/timer_list 2>&1 | head -c 20")).isEmpty();
        assertThat(output(
                        busybox.systemPathsUnconfined(),
                        "ls /proc/sys/kernel/hostname && [ -w /proc/sys/kernel/hostname ] && echo open"))
                .endsWith("open");
    }

    @Test
    void namespacesAreSharedWithTheHost() throws IOException {
        String host = Files.readSymbolicLink(Path.of("/proc/self/ns/uts")).toString();

        assertThat(output(busybox, "readlink /proc/self/ns/uts")).isNotEqualTo(host);
        assertThat(output(busybox.uts(Sharing.host()), "readlink /proc/self/ns/uts"))
                .isEqualTo(host);
        assertThat(output(busybox.network(Sharing.host()), "readlink /proc/self/ns/net"))
                .isEqualTo(Files.readSymbolicLink(Path.of("/proc/self/ns/net")).toString());
        assertThat(output(busybox.ipc(Sharing.host()), "readlink /proc/self/ns/ipc"))
                .isEqualTo(Files.readSymbolicLink(Path.of("/proc/self/ns/ipc")).toString());
        assertThatThrownBy(() -> busybox.network(Sharing.host())
                        .publish(80)
                        .command("true")
                        .await())
                .isInstanceOf(StartException.class)
                .hasMessageContaining("publish");
    }

    @Test
    void namespacesAreSharedWithAnotherContainer() {
        try (Container first =
                busybox.shell("nc -l -p 8080 -e echo hello; sleep 100").start()) {
            Run second = busybox.pid(Sharing.with(first))
                    .ipc(Sharing.with(first))
                    .network(Sharing.with(first))
                    .uts(Sharing.with(first));

            assertThat(output(second, "hostname; ps -o args; while ! nc 127.0.0.1 8080; do :; done"))
                    .startsWith(first.id().substring(0, 12))
                    .contains("nc -l -p 8080")
                    .endsWith("hello");
            first.stop(Duration.ZERO);
            assertThatThrownBy(() -> second.command("true").await())
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("does not run");
        }
    }

    @Test
    void aDeviceOfTheHostCanBeHad() {
        assertThat(output(busybox, "ls /dev/kmsg 2>&1")).contains("No such file");
        assertThat(output(busybox.device(Path.of("/dev/kmsg")), "stat -c '%F' /dev/kmsg"))
                .isEqualTo("character special file");
        assertThatThrownBy(() ->
                        busybox.device(Path.of("/dev/none")).command("true").await())
                .isInstanceOf(StartException.class)
                .hasMessageContaining("/dev/none");
        assertThatThrownBy(() ->
                        busybox.device(Path.of("/etc/passwd")).command("true").await())
                .isInstanceOf(StartException.class)
                .hasMessageContaining("no device");
    }

    @Test
    void privilegedIsAllOfIt() {
        Run run = busybox.privileged();

        assertThat(run).hasToString("run busybox (privileged)");
        assertThat(
                        output(
                                run,
                                "grep Seccomp: /proc/self/status; mount -t tmpfs none /mnt 2>&1 || mkdir /mnt && mount -t tmpfs none /mnt && echo mounted"))
                .startsWith("Seccomp:\t0")
                .endsWith("mounted");
    }

    @Test
    void aSecurityModuleThatIsNotThereIsAnErrorNotSilence() {
        if (!Files.exists(Path.of("/sys/module/apparmor/parameters/enabled"))) {
            assertThatThrownBy(() ->
                            busybox.apparmor("docker-default").command("true").await())
                    .isInstanceOf(StartException.class)
                    .hasMessageContainingAll("container busybox", "pparmor");
        }
        if (!Files.exists(Path.of("/sys/fs/selinux/enforce"))) {
            assertThatThrownBy(() -> busybox.selinux("system_u:system_r:container_t:s0")
                            .command("true")
                            .await())
                    .isInstanceOf(StartException.class)
                    .hasMessageContainingAll("container busybox", "elinux");
        }
    }

    /** Weaker than asked is an error, unless it was allowed by name; and then it is told. */
    @Test
    void whatMayBeLackingIsToldAndNotRefused() {
        assumeFalse(Files.exists(Path.of("/sys/module/apparmor/parameters/enabled")), "AppArmor is at work here");
        Run run = busybox.apparmor("docker-default");
        assertThatThrownBy(() -> run.command("true").await())
                .isInstanceOf(StartException.class)
                .hasMessageContaining("the AppArmor profile docker-default")
                .hasMessageContaining("mayLack(Safeguard.APPARMOR)");
        assertThatThrownBy(() -> run.mayLack(Safeguard.SELINUX).command("true").await())
                .isInstanceOf(StartException.class);
        Run without = run.mayLack(Safeguard.APPARMOR);
        assertThat(without).hasToString("run busybox (apparmor docker-default, may lack APPARMOR)");
        try (Container container = without.shell("sleep 100").start()) {
            assertThat(container.isolation().aspect("apparmor"))
                    .hasValueSatisfying(aspect -> assertThat(aspect.whole()).isFalse());
        }
    }

    @Test
    void aContainerTellsHowItIsHeldIn() {
        try (Container standard = busybox.shell("sleep 100").start();
                Container open = busybox.privileged()
                        .uts(Sharing.host())
                        .shell("sleep 100")
                        .start()) {
            assertThat(standard.isolation().aspects())
                    .extracting(Isolation.Aspect::toString)
                    .anyMatch(text -> text.startsWith("ok: seccomp: the standard filter, for calls of "))
                    .anyMatch(text -> text.equals("ok: capabilities: 11 of the 11 standard ones"))
                    .anyMatch(text -> text.startsWith("ok: network: its own"))
                    .contains("ok: namespace pid: its own", "ok: namespace cgroup: its own");
            assertThat(open.isolation().weaker())
                    .extracting(Isolation.Aspect::name)
                    .contains("seccomp", "capabilities", "namespace uts", "system paths", "devices");
            assertThat(open.isolation().weaker())
                    .filteredOn(aspect -> aspect.name().equals("seccomp"))
                    .allSatisfy(aspect -> assertThat(aspect.remedy()).contains("privileged()"));
        }
    }
}
