package dev.skiff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.KernelTest;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A JVM in a container runs containers of its own, as far as the outer one lets it. */
@KernelTest(programs = BusyboxRoot.BUSYBOX)
@Timeout(180)
class NestedKernelTest {
    private static final String INNER = "/inner";

    private Path home;
    private Path shared;
    private Skiff skiff;

    /** The JVM in the container. */
    static final class Inner {
        /**
         * Builds and runs, if that can be.
         *
         * @param args where to keep images
         */
        public static void main(String[] args) throws Exception {
            try (Skiff skiff = Skiff.builder().store(Path.of(args[0])).open()) {
                HostReport report = skiff.diagnose();
                System.out.println("usable: " + report.usable());
                if (!report.usable()) {
                    System.out.println(report);
                    return;
                }
                TestImages.busybox(skiff);
                Image image = skiff.images()
                        .build(BuildContext.files()
                                .file("Dockerfile", "FROM busybox\nRUN echo hello > /said && rm /etc/group\n"))
                        .await();
                skiff.containers()
                        .run(image)
                        .shell("cat /said; id -u; ls /etc; ps | wc -l")
                        .onLog(line -> System.out.println("inner: " + line.text()))
                        .await()
                        .orThrow();
            }
        }
    }

    @BeforeEach
    void open() throws IOException {
        home = Files.createTempDirectory("skiff-home");
        shared = Files.createTempDirectory("skiff-shared");
        skiff = Skiff.builder().store(home).open();
    }

    @AfterEach
    void close() {
        skiff.close();
        TestDirectories.remove(shared);
        TestDirectories.remove(home);
    }

    /** A container that has this JVM's Java and classes. */
    private Run java() throws IOException {
        Run run = skiff.containers().run(TestImages.busybox(skiff)).mount(shared, INNER);
        Set<String> places = new LinkedHashSet<>(List.of("/usr", "/lib", "/lib64"));
        try (var files = Files.list(Path.of("/etc"))) {
            files.map(Path::toString)
                    .filter(name -> name.startsWith("/etc/java"))
                    .forEach(places::add);
        }
        places.add(Path.of(System.getProperty("java.home")).toString());
        String classes = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        for (String entry : classes.split(File.pathSeparator, -1)) {
            places.add(Path.of(entry).toAbsolutePath().toString());
        }
        for (String place : places) {
            if (Files.exists(Path.of(place))) {
                run = run.mount(Mount.bind(Path.of(place).toRealPath(), place).readOnly());
            }
        }
        return run.entrypoint(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classes,
                Inner.class.getName(),
                INNER + "/home");
    }

    private static List<String> lines(Run run) {
        List<String> lines = Collections.synchronizedList(new ArrayList<>());
        run.onLog(line -> lines.add(line.text())).await();
        return lines;
    }

    @Test
    void whereTheOuterContainerLetsItSkiffRunsInsideOfSkiff() throws IOException {
        List<String> lines = lines(java().seccompUnconfined().systemPathsUnconfined());
        assertThat(lines).contains("usable: true", "inner: hello", "inner: 0", "inner: passwd");
        assertThat(lines).doesNotContain("inner: group");
    }

    @Test
    void whereItDoesNotTheReasonIsSaid() throws IOException {
        List<String> lines = lines(java());
        assertThat(lines).contains("usable: false");
        assertThat(String.join("\n", lines)).contains("EPERM", "user namespace");
    }

    /** A new /proc would show what the masks of the outer one hide: mount_namespaces(7), "Restrictions on mount namespaces". */
    @Test
    void behindMaskedPathsItIsSaidThatTheyAreInTheWay() throws IOException {
        List<String> lines = lines(java().seccompUnconfined());
        assertThat(lines).contains("usable: false");
        assertThat(String.join("\n", lines)).contains("mount proc on /proc", "partly covered");
    }
}
