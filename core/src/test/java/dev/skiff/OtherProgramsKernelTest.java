package dev.skiff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.linux.testing.KernelTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A container as programs see it that were not written here: those of libcap and of util-linux. */
@KernelTest(programs = {"/sbin/capsh", "/usr/bin/lsns", "/bin/findmnt", "/usr/bin/setpriv", "/usr/bin/unshare"})
@Timeout(120)
class OtherProgramsKernelTest {
    private static final String ELEVEN =
            "cap_chown,cap_dac_override,cap_fowner,cap_fsetid,cap_kill,cap_setgid,cap_setuid,"
                    + "cap_setpcap,cap_net_bind_service,cap_sys_chroot,cap_setfcap";

    private Path home;
    private Skiff skiff;
    private Container container;

    @BeforeEach
    void start() throws IOException {
        home = Files.createTempDirectory("skiff-home");
        skiff = Skiff.builder().store(home).open();
        Image tools = skiff.images()
                .fromHost("sh", "sleep", "/sbin/capsh", "lsns", "findmnt", "setpriv", "unshare", "nsenter")
                .await();
        container = skiff.containers().run(tools).command("sleep", "100").start();
    }

    @AfterEach
    void close() {
        container.close();
        skiff.close();
        TestDirectories.remove(home);
    }

    /** From a command that joins, which has what the container has. */
    private String says(String... command) {
        ExecResult result = container.exec(command).await();
        assertThat(result.success()).as(result.stderr()).isTrue();
        return result.stdout();
    }

    private void refuses(String... command) {
        ExecResult result = container.exec(command).await();
        assertThat(result.success())
                .as(String.join(" ", command) + ": " + result.stdout())
                .isFalse();
        assertThat(result.stderr()).containsAnyOf("not permitted", "denied", "not implemented");
    }

    @Test
    void capshSeesElevenCapabilitiesAndNoneToInherit() {
        assertThat(says("capsh", "--print").lines())
                .contains("Current: " + ELEVEN + "=ep", "Bounding set =" + ELEVEN, "Ambient set =")
                .anyMatch(line -> line.startsWith("Securebits: 00/0x0"))
                .anyMatch(line -> line.equals("uid=0(root) euid=0(root)"));
        assertThat(container.exec("capsh", "--has-p=cap_sys_admin").await().success())
                .isFalse();
        assertThat(container.exec("capsh", "--has-p=cap_chown").await().success())
                .isTrue();
        assertThat(container.exec("capsh", "--print").user("1000").await().stdout())
                .contains("Current: =\n")
                .contains("uid=1000");
    }

    @Test
    void setprivSeesTheSame() {
        assertThat(says("setpriv", "--dump").lines())
                .contains(
                        "uid: 0",
                        "Supplementary groups: 0",
                        "no_new_privs: 0",
                        "Inheritable capabilities: [none]",
                        "Ambient capabilities: [none]",
                        "Securebits: [none]");
    }

    @Test
    void lsnsSeesNoNamespaceOfTheHosts() throws IOException {
        Map<String, String> seen = says("lsns", "-n", "-r", "-o", "TYPE,NS")
                .lines()
                .collect(Collectors.toMap(
                        line -> line.substring(0, line.indexOf(" ")), line -> line.substring(line.indexOf(" ") + 1)));
        assertThat(seen).containsKeys("mnt", "uts", "ipc", "pid", "net", "cgroup");
        for (String type : List.of("mnt", "uts", "ipc", "pid", "net", "cgroup")) {
            String host =
                    Files.readSymbolicLink(Path.of("/proc/self/ns/" + type)).toString();
            assertThat(host).isNotEqualTo(type + ":[" + seen.get(type) + "]");
        }
    }

    @Test
    void findmntSeesTheContainersMountsAlone() {
        List<String> mounts =
                says("findmnt", "-rn", "-o", "TARGET,FSTYPE,OPTIONS").lines().toList();
        assertThat(mounts)
                .anyMatch(line -> line.startsWith("/ overlay "))
                .anyMatch(line -> line.matches("/sys sysfs ro,.*"))
                .anyMatch(line -> line.matches("/proc/sys proc ro,.*"))
                .anyMatch(line -> line.matches("/sys/firmware tmpfs ro,.*"))
                .anyMatch(line -> line.matches("/sys/fs/cgroup cgroup2 ro,nosuid,nodev,noexec.*"))
                .allMatch(line -> line.matches("/ .*|/(proc|sys|dev|etc/(hosts|hostname|resolv.conf))(/| ).*"));
        Stream<String> shared =
                says("findmnt", "-rn", "-o", "TARGET,PROPAGATION").lines();
        assertThat(shared).noneMatch(line -> line.contains("shared"));
    }

    @Test
    void unshareAndNsenterGetNowhere() {
        refuses("unshare", "--user", "--map-root-user", "true");
        refuses("unshare", "--mount", "true");
        refuses("unshare", "--cgroup", "true");
        refuses("nsenter", "--target", "1", "--mount", "true");
    }
}
