package dev.skiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.KernelTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A home on an overlay, where the root of every container is: no container can write there, and that is said at once. */
@KernelTest(programs = {BusyboxRoot.BUSYBOX, "/usr/bin/unshare", "/bin/mount"})
@Timeout(120)
class OverlayHomeKernelTest {
    private static final String SCRIPT = """
            set -e
            cd "$1"; shift
            mkdir lower upper work home
            mount -t overlay -o lowerdir=lower,upperdir=upper,workdir=work$USERXATTR overlay home
            exec "$@"
            """;

    private Path base;

    /** A JVM whose home is there. */
    static final class Inner {
        /**
         * Tries what cannot be.
         *
         * @param args the home
         */
        public static void main(String[] args) throws Exception {
            try (Skiff skiff = Skiff.builder().store(Path.of(args[0])).open()) {
                HostReport report = skiff.diagnose();
                assertThat(report.usable()).isFalse();
                assertThat(report.missing()).singleElement().satisfies(check -> {
                    assertThat(check.found()).contains(args[0] + " is on an overlay");
                    assertThat(check.remedy()).contains("SKIFF_HOME", "mount a volume or a tmpfs");
                });
                Image image = skiff.images()
                        .build(BuildContext.files().file("Dockerfile", "FROM scratch\nCOPY Dockerfile /\n"))
                        .await();
                assertThatThrownBy(() -> skiff.containers()
                                .run(image)
                                .command("/Dockerfile")
                                .await())
                        .isInstanceOf(HostUnsupportedException.class)
                        .hasMessageContaining("is on an overlay");
                List<BuildEvent> events = new ArrayList<>();
                assertThatThrownBy(() -> skiff.images()
                                .build(BuildContext.files()
                                        .file("Dockerfile", "FROM scratch\nCOPY Dockerfile /\nRUN x\n"))
                                .onEvent(events::add)
                                .await())
                        .isInstanceOf(HostUnsupportedException.class)
                        .hasMessageContaining("is on an overlay");
                assertThat(events).noneMatch(BuildEvent.StepStarted.class::isInstance);
            }
        }
    }

    @BeforeEach
    void make() throws IOException {
        base = Files.createTempDirectory("skiff-overlay");
    }

    @AfterEach
    void remove() {
        TestDirectories.remove(base);
    }

    @Test
    void aHomeOnAnOverlayIsAnErrorThatNamesTheRemedyBeforeAnythingIsDone() throws Exception {
        boolean root = "root".equals(System.getProperty("user.name"));
        Path output = base.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(
                        "unshare",
                        root ? "-m" : "-rm",
                        "sh",
                        "-c",
                        SCRIPT,
                        "sh",
                        base.toString(),
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Inner.class.getName(),
                        base.resolve("home/skiff").toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("USERXATTR", root ? "" : ",userxattr");
        int status = builder.start().waitFor();
        assertThat(status)
                .as(Files.readString(output, StandardCharsets.ISO_8859_1))
                .isZero();
    }
}
