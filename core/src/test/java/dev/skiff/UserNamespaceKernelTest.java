package dev.skiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.linux.LockFile;
import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.oci.image.ContainerConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Root's containers in user namespaces of their own. */
@KernelTest(programs = BusyboxRoot.BUSYBOX, root = true)
@Timeout(120)
class UserNamespaceKernelTest {
    private Path home;
    private Skiff skiff;
    private Run busybox;

    /** Another JVM over the same home, with a container of its own. */
    static final class Other {
        public static void main(String[] args) throws Exception {
            Skiff skiff = Skiff.builder().store(Path.of(args[0])).open();
            Run run = skiff.containers().run("busybox:latest").userNamespace(UserNamespace.auto());
            BlockingQueue<String> lines = new LinkedBlockingQueue<>();
            var unused = run.shell(FIRST + "; exec sleep 100")
                    .onLog(line -> lines.add(line.text()))
                    .start();
            System.out.println(lines.take());
            Thread.sleep(Duration.ofMinutes(5).toMillis());
        }
    }

    private static final String FIRST = "tr -s ' ' < /proc/self/uid_map | cut -d ' ' -f 3";

    @BeforeEach
    void open() throws IOException {
        home = Files.createTempDirectory("skiff-home");
        skiff = Skiff.builder().store(home).open();
        busybox = skiff.containers()
                .run(TestImages.busybox(skiff, ContainerConfig.empty(), root -> {
                    Files.createDirectory(root.resolve("data"));
                    Files.writeString(root.resolve("data/mine"), "");
                    Files.setAttribute(root.resolve("data/mine"), "unix:uid", 1000);
                }))
                .userNamespace(UserNamespace.auto());
    }

    @AfterEach
    void close() {
        skiff.close();
        TestDirectories.remove(home);
    }

    private static List<String> lines(Run run) {
        List<String> lines = Collections.synchronizedList(new ArrayList<>());
        run.onLog(line -> lines.add(line.text())).await().orThrow();
        return lines;
    }

    private static String root(Container container) {
        return container.exec("sh", "-c", FIRST).await().orThrow().stdout().trim();
    }

    @Test
    void noTwoContainersHaveTheSameIds() throws Exception {
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Other.class.getName(),
                        home.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out = other.inputReader(StandardCharsets.UTF_8);
                Container one = busybox.shell("sleep 100").start();
                Container two = busybox.shell("sleep 100").start()) {
            Set<String> roots = new TreeSet<>(List.of(root(one), root(two)));
            String third = out.readLine();
            assertThat(third).isNotNull();
            roots.add(third.trim());
            assertThat(roots).hasSize(3).doesNotContain("0");
            Path lock = Path.of("/run/skiff/ids", third.trim());
            assertThat(LockFile.tryExclusive(lock)).isEmpty();
            other.destroyForcibly();
            other.waitFor();
            LockFile.exclusive(lock, Duration.ofSeconds(20)).close();
        } finally {
            other.destroyForcibly();
        }
    }

    @Test
    void idsAreGivenBackWhenAContainerHasEnded() {
        Path lock;
        try (Container container = busybox.shell("sleep 100").start()) {
            lock = Path.of("/run/skiff/ids", root(container));
            assertThat(LockFile.tryExclusive(lock)).isEmpty();
        }
        LockFile.tryExclusive(lock).orElseThrow().close();
    }

    @Test
    void idsCanBeSaid() {
        assertThat(lines(busybox.userNamespace(UserNamespace.fixed(1_700_000_000L, 2000))
                        .shell("cat /proc/self/uid_map /proc/self/gid_map")))
                .allMatch(line -> line.matches(" *0 +1700000000 +2000"));
    }

    @Test
    void itsRootMayDoInsideWhatRootMay() {
        assertThat(lines(busybox.shell("chown 5:6 /etc/passwd && stat -c %u:%g /etc/passwd /data/mine;"
                        + "echo x >> /etc/hosts && hostname && id -u && ls -d /proc/1/root")))
                .startsWith("5:6", "1000:0")
                .contains("0");
        assertThat(lines(busybox.user("1000").shell("id -u; (echo no > /data/new) 2> /dev/null || echo refused")))
                .startsWith("1000")
                .endsWith("refused");
    }

    @Test
    void volumesAndMappedMountsBelongToWhomTheyBelongOnTheHost() throws IOException {
        Path directory = Files.createDirectory(home.resolve("shown"));
        Files.writeString(directory.resolve("roots"), "");
        Volume volume = skiff.volumes().create("kept");
        String script =
                "stat -c %u /data/mine; echo > /data/new; chown 77 /data/new; stat -c %u /mapped/roots; echo > /mapped/new;"
                        + "stat -c %u /plain/roots; (echo no > /plain/new) 2> /dev/null || echo refused";
        assertThat(lines(busybox.mount(volume, "/data")
                        .mount(Mount.bind(directory, "/mapped").idMapped())
                        .mount(directory, "/plain")
                        .shell(script)))
                .containsExactly("1000", "0", "65534", "refused");
        assertThat(Files.getAttribute(directory.resolve("new"), "unix:uid")).isEqualTo(0);
        assertThat(lines(busybox.mount(volume, "/data").shell("stat -c %u /data/mine /data/new")))
                .as("in another container with other ids")
                .containsExactly("1000", "77");
        assertThat(lines(busybox.userNamespace(UserNamespace.host())
                        .mount(volume, "/data")
                        .shell("stat -c %u /data/mine /data/new")))
                .as("in a container without")
                .containsExactly("1000", "77");
    }

    @Test
    void filesAreCopiedWhileItRunsAndWhenItHasEnded() throws IOException {
        Path in = Files.writeString(home.resolve("in"), "in\n");
        try (Container container = busybox.shell(
                        "read x < /dev/zero & while test ! -e /go; do sleep 0.01; done; echo out > /out")
                .start()) {
            container.copyTo(in, "/copied");
            assertThat(container
                            .exec("stat", "-c", "%u", "/copied")
                            .await()
                            .orThrow()
                            .stdout())
                    .isEqualTo("0\n");
            container.copyTo(in, "/go");
            container.await();
            container.copyFrom("/out", home.resolve("out"));
            assertThat(home.resolve("out")).hasContent("out\n");
        }
    }

    @Test
    void itSaysWhoItsRootIs() {
        try (Container container = busybox.shell("sleep 100").start()) {
            assertThat(container.isolation().aspects()).anySatisfy(aspect -> {
                assertThat(aspect.name()).isEqualTo("user");
                assertThat(aspect.whole()).isTrue();
                assertThat(aspect.found()).contains("its root is " + root(container) + " on this host");
            });
        }
    }

    @Test
    void whatContradictsItIsRefused() {
        for (Run run : List.of(busybox.privileged(), busybox.pid(Sharing.host()))) {
            assertThatThrownBy(() -> run.command("true").await())
                    .isInstanceOf(StartException.class)
                    .hasMessageContaining("a user namespace of its own: ");
        }
        assertThatThrownBy(() -> busybox.userNamespace(UserNamespace.auto(1L << 31))
                        .command("true")
                        .await())
                .isInstanceOf(StartException.class)
                .hasMessageContaining("/etc/subuid");
        assertThatThrownBy(() -> UserNamespace.fixed(0, 10)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> UserNamespace.auto(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aUserThatIsNotInItsIdsIsAnErrorThatSaysSo() {
        assertThatThrownBy(() -> busybox.userNamespace(UserNamespace.auto(10))
                        .user("1000")
                        .command("true")
                        .await())
                .hasMessageContaining("user 1000");
    }
}
