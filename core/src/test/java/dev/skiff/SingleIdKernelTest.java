package dev.skiff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.KernelTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A user to whom nothing is lent: a JVM in a user namespace that has one id. */
@KernelTest(programs = {BusyboxRoot.BUSYBOX, "/usr/bin/unshare"})
@Timeout(120)
class SingleIdKernelTest {
    private static final String DOCKERFILE = """
            FROM busybox
            RUN chown 0:0 /etc/passwd && echo root > /outcome
            RUN chown 5 /etc/passwd 2>> /outcome; cat /proc/self/setgroups >> /outcome; id -u >> /outcome
            COPY --chown=7:8 Dockerfile /given
            """;

    private Path home;

    /** The JVM of that user. */
    static final class Lonely {
        /**
         * Builds, runs and asks.
         *
         * @param args where to keep images
         */
        public static void main(String[] args) throws Exception {
            List<String> warnings = Collections.synchronizedList(new ArrayList<>());
            List<String> lines = Collections.synchronizedList(new ArrayList<>());
            try (Skiff skiff = Skiff.builder().store(Path.of(args[0])).open()) {
                TestImages.busybox(skiff);
                Image image = skiff.images()
                        .build(BuildContext.files().file("Dockerfile", DOCKERFILE))
                        .onEvent(event -> {
                            if (event instanceof BuildEvent.Warning warning) {
                                warnings.add(warning.text());
                            }
                        })
                        .await();
                Run run = skiff.containers().run(image);
                run.shell("cat /outcome; stat -c %u:%g /given")
                        .onLog(line -> lines.add(line.text()))
                        .await()
                        .orThrow();
                assertThat(lines.get(0)).isEqualTo("root");
                assertThat(lines.get(1)).contains("/etc/passwd", "Invalid argument");
                assertThat(lines.subList(2, 5)).containsExactly("deny", "0", "0:0");
                assertThat(warnings).hasSize(1);
                assertThat(warnings.get(0)).contains("chown and setgroups to anybody else fail", args[1]);
                assertThat(skiff.diagnose().usable()).isTrue();
                assertThat(skiff.diagnose().checks())
                        .anyMatch(check -> check.result() == HostCheck.Result.REDUCED
                                && check.found().contains("a single id"));
                try (Container container = run.shell("sleep 100").start()) {
                    assertThat(container.isolation().toString()).contains("the only user that it has");
                }
            }
        }
    }

    @BeforeEach
    void make() throws IOException {
        home = Files.createTempDirectory("skiff-home");
    }

    @AfterEach
    void remove() {
        TestDirectories.remove(home);
    }

    private void run(String id, String said) throws Exception {
        Path output = home.resolve("output");
        Process process = new ProcessBuilder(
                        "unshare",
                        "-U",
                        "--map-user=" + id,
                        "--map-group=" + id,
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Lonely.class.getName(),
                        home.resolve("skiff").toString(),
                        said)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        int status = process.waitFor();
        assertThat(status)
                .as(Files.readString(output, StandardCharsets.ISO_8859_1))
                .isZero();
    }

    @Test
    void buildsAndRunsWorkAndWhatDiffersIsSaid() throws Exception {
        run("64999", "nothing is lent to this user");
    }

    /** Root of such a namespace is root of a container that has no other users. */
    @Test
    void rootThatHasNobodyElseIsSuchAUser() throws Exception {
        run("0", "nothing is lent to this user");
    }
}
