package dev.skiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.oci.image.ContainerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an image says of itself is a stranger's word, to a run, to a command that joins it, and to a step of a build alike. */
@KernelTest(programs = {BusyboxRoot.BUSYBOX, "/usr/bin/mkfifo"})
@Timeout(120)
class HostileImageKernelTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String RIGHTS = "grep -E '^(Cap|Seccomp:|NoNewPrivs|Groups)' /proc/self/status | tr -d '\\t '";

    private Path home;
    private Skiff skiff;

    @BeforeEach
    void open() throws IOException {
        home = Files.createTempDirectory("skiff-home");
        skiff = Skiff.builder().store(home).open();
    }

    @AfterEach
    void close() {
        skiff.close();
        TestDirectories.remove(home);
    }

    private Run busybox() throws IOException {
        return skiff.containers().run(TestImages.busybox(skiff));
    }

    private Run image(ContainerConfig config, TestImages.Change change) throws IOException {
        return skiff.containers().run(TestImages.busybox(skiff, config, change));
    }

    private List<String> build(String... lines) {
        List<String> said = new ArrayList<>();
        skiff.images()
                .build(BuildContext.files().file("Dockerfile", "FROM busybox\n" + String.join("\n", lines) + "\n"))
                .noCache()
                .onEvent(event -> {
                    if (event instanceof BuildEvent.StepOutput output) {
                        said.add(output.text());
                    }
                })
                .await(SOON);
        return said;
    }

    private static String output(Run run, String script) {
        StringBuilder out = new StringBuilder();
        run.shell(script).onLog(line -> out.append(line.text()).append('\n')).await(SOON);
        return out.toString().trim();
    }

    private static void refused(ThrowingCallable attempt, String... words) {
        assertThatThrownBy(attempt)
                .isInstanceOf(SkiffException.class)
                .isNotInstanceOf(OperationTimeoutException.class)
                .hasMessageContainingAll(words);
    }

    /** CVE-2024-40635, CVE-2026-30892: what is no user becomes nobody, least of all root. */
    @ParameterizedTest
    @ValueSource(strings = {"4294967296", "-1", "2147483648", "root2", "0x0", "00", " 0"})
    void cve2024_40635_oddUsersAreRefusedByRunExecAndSteps(String user) throws IOException {
        Run hostile = image(ContainerConfig.empty().withUser(user), root -> {});
        refused(() -> hostile.command("id").await(SOON), "no user \"" + user + "\"", "container busybox");
        Run harmless = busybox();
        refused(() -> harmless.user(user).command("id").await(SOON), "no user \"" + user + "\"");
        try (Container container = harmless.shell("sleep 100").start()) {
            refused(() -> container.exec("id").user(user).await(SOON), "no user \"" + user + "\"");
        }
        if (!user.equals(" 0")) { // which a Dockerfile has no way to say
            refused(() -> build("USER " + user, "RUN id"), "no user \"" + user + "\"");
        }
    }

    /** CVE-2024-21626: the directory behind a descriptor that was left open. */
    @ParameterizedTest
    @ValueSource(ints = {3, 7, 8, 9, 12, 1000, 1001})
    void cve2024_21626_aWorkingDirectoryBehindADescriptorIsRefusedByRunExecAndSteps(int number) throws IOException {
        String cwd = "/proc/self/fd/" + number;
        Run hostile = image(ContainerConfig.empty().withWorkingDir(cwd), root -> {});
        refused(() -> hostile.command("pwd").await(SOON), "enter the working directory " + cwd);
        Run harmless = busybox();
        try (Container container = harmless.shell("sleep 100").start()) {
            refused(() -> container.exec("pwd").workdir(cwd).await(SOON), "enter the working directory " + cwd);
        }
        refused(() -> build("WORKDIR " + cwd, "RUN pwd"), cwd);
    }

    /** CVE-2026-47262, CVE-2024-9676: files that do not end, or never begin. */
    @Test
    void cve2026_47262_oddUserFilesOfAnImageAreRefusedAndHangNobody() throws IOException {
        for (String file : List.of("etc/passwd", "etc/group")) {
            Run fifo = image(ContainerConfig.empty(), root -> {
                Files.delete(root.resolve(file));
                assertThat(new ProcessBuilder(
                                        "/usr/bin/mkfifo", root.resolve(file).toString())
                                .start()
                                .waitFor())
                        .isZero();
            });
            refused(() -> fifo.user("web").command("id").await(SOON), file, "no regular file");
            refused(() -> build("USER web", "RUN id"), file, "no regular file");
            Run huge = image(ContainerConfig.empty(), root -> Files.write(root.resolve(file), new byte[11 << 20]));
            refused(() -> huge.user("web").command("id").await(SOON), file, "bytes");
        }
    }

    /** The same in a container that runs: what its processes have made of the files since. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "mknod /etc/passwd p",
                "dd if=/dev/null of=/etc/passwd bs=1M seek=4096",
                "ln -s /dev/zero /etc/passwd",
                "ln -s /proc/1/environ /etc/passwd",
                "mkdir /etc/passwd"
            })
    void cve2026_47262_oddUserFilesOfAContainerAreRefusedByExecAndHangNobody(String change) throws IOException {
        try (Container container = busybox().shell("sleep 100").start()) {
            container.exec("sh", "-c", "rm /etc/passwd; " + change).await().orThrow();
            refused(() -> container.exec("id").user("web").await(SOON), "etc/passwd");
        }
    }

    /** A link is followed inside of the image, and a file of the host is never taken for the image's. */
    @Test
    void cve2026_47262_userFilesAreFoundThroughLinksInsideAlone() throws IOException {
        Run inside = image(ContainerConfig.empty(), root -> {
            Files.move(root.resolve("etc/passwd"), root.resolve("tmp/users"));
            Files.createSymbolicLink(root.resolve("etc/passwd"), Path.of("/tmp/users"));
        });
        assertThat(output(inside.user("web"), "id -u")).isEqualTo("1000");
        Path hosts = Files.writeString(home.resolve("users"), "evil:x:0:0::/:/bin/sh\n");
        Run outside = image(ContainerConfig.empty(), root -> {
            Files.delete(root.resolve("etc/passwd"));
            Files.createSymbolicLink(
                    root.resolve("etc/passwd"),
                    Path.of("../".repeat(20) + hosts.toString().substring(1)));
        });
        refused(() -> outside.user("evil").command("id").await(SOON), "no user \"evil\"");
    }

    /** CVE-2026-53488: what steers other engines by an image's label or variable is text here. */
    @Test
    void cve2026_53488_labelsAndVariablesOfAnImageSteerNothing() throws IOException {
        Path target = home.resolve("written");
        Map<String, String> labels = Map.of(
                "io.containers.capabilities", "sys_admin,net_raw",
                "io.containerd.log.uri", "binary:///bin/sh?-c=touch " + target,
                "run.oci.keep_original_groups", "1",
                "org.systemd.property.DeviceAllow", "/dev/sda rwm",
                "dev.skiff.privileged", "true",
                "io.podman.annotations.privileged", "TRUE",
                "io.podman.annotations.seccomp", "unconfined");
        ContainerConfig config =
                ContainerConfig.empty().withLabels(labels).withEnv(List.of("SKIFF_HOME=/x", "LD_PRELOAD=/evil.so"));
        String usual = output(busybox(), RIGHTS);
        Run hostile = image(config, root -> {});
        assertThat(output(hostile, RIGHTS)).isEqualTo(usual).contains("Seccomp:2");
        assertThat(hostile).hasToString("run busybox");
        assertThat(build("RUN " + RIGHTS)).isEqualTo(List.of(usual.split("\n")));
        assertThat(target).doesNotExist();
    }

    /** CVE-2019-16884, CVE-2023-28642: an image whose link leads a volume into /proc. */
    @Test
    void cve2023_28642_aMountThatALinkOfTheImageLeadsIntoProcIsRefused() throws IOException {
        Path data = Files.createDirectory(home.resolve("data"));
        Run hostile = image(
                ContainerConfig.empty().withVolumes(Set.of("/data")),
                root -> Files.createSymbolicLink(root.resolve("data"), Path.of("/proc")));
        refused(() -> hostile.mount(data, "/data").command("true").await(SOON), "/proc", "link of the image");
    }

    /** CVE-2022-24769, CVE-2022-27651, CVE-2022-2990: a step is held in as tightly as a container is. */
    @Test
    void cve2022_27651_aStepIsHeldInAsAContainerIs() throws IOException {
        String usual = output(busybox(), RIGHTS);
        assertThat(usual)
                .contains("CapInh:0000000000000000", "CapAmb:0000000000000000", "CapBnd:00000000800405fb", "Seccomp:2");
        assertThat(build("RUN " + RIGHTS)).isEqualTo(List.of(usual.split("\n")));
        assertThat(build("USER web", "RUN id -u; id -G; " + RIGHTS))
                .startsWith("1000", "1001 2000")
                .contains("CapEff:0000000000000000", "CapPrm:0000000000000000", "CapAmb:0000000000000000");
        assertThat(build("RUN ls /proc/self/fd | wc -l; unshare -U true 2>&1 || echo refused; readlink /proc/1/exe"))
                .contains("refused", "/bin/busybox");
        assertThat(build("RUN touch /proc/sys/kernel/x /sys/x 2>&1; cat /proc/timer_list | wc -c"))
                .hasSize(3)
                .endsWith("0");
    }

    /** CVE-2022-2989 in exec: groups are the user's that is asked for, whoever the container runs as. */
    @Test
    void cve2022_2989_groupsOfACommandAreThoseOfItsUser() throws IOException {
        try (Container container = busybox().shell("sleep 100").start()) {
            assertThat(container.exec("id", "-G").user("web").await().stdout()).isEqualTo("1001 2000\n");
            assertThat(container.exec("id", "-G").user("web:extra").await().stdout())
                    .isEqualTo("2000\n");
            assertThat(container.exec("id", "-G").user("77:78").await().stdout())
                    .isEqualTo("78\n");
            assertThat(container.exec("id", "-G").await().stdout()).isEqualTo("0\n");
        }
    }
}
