package dev.skiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.ChildJvm;
import dev.skiff.linux.testing.KernelTest;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Want of descriptors, space, memory and control groups: an error that names it, and all works when there is some again. */
@KernelTest(programs = BusyboxRoot.BUSYBOX)
@Timeout(240)
class ShortageKernelTest {
    private static final String PRLIMIT = "/usr/bin/prlimit";
    private static final String UNSHARE = "/usr/bin/unshare";
    private static final String MOUNT = "/usr/bin/mount";

    private Path base;

    @BeforeEach
    void make() throws IOException {
        base = Files.createTempDirectory("skiff-short");
    }

    @AfterEach
    void remove() {
        TestDirectories.remove(base);
    }

    private Path home() throws IOException {
        Path home = base.resolve("home");
        try (Skiff skiff = Skiff.builder().store(home).open()) {
            TestImages.busybox(skiff);
        }
        return home;
    }

    private static List<String> said(Process jvm) throws Exception {
        List<String> lines;
        try (Stream<String> out = jvm.inputReader(StandardCharsets.UTF_8).lines()) {
            lines = out.toList();
        }
        assertThat(jvm.waitFor()).isZero();
        return lines;
    }

    @Test
    @KernelTest(programs = PRLIMIT)
    void wantOfDescriptorsIsNamedLeavesNothingAndPasses() throws Exception {
        List<String> said = said(ChildJvm.start(
                List.of(PRLIMIT, "--nofile=200:200"),
                List.of(),
                ShortageSubject.class,
                home().toString(),
                "descriptors"));
        assertThat(said).noneMatch(line -> line.startsWith("bad")).noneMatch(line -> line.startsWith("leak"));
        assertThat(said.get(0)).isEqualTo("ok");
        assertThat(said)
                .filteredOn(line -> line.startsWith("failed"))
                .hasSizeGreaterThan(3)
                .allSatisfy(line -> assertThat(line).matches("(?s).*(EMFILE|Too many open files).*"));
        assertThat(said.get(said.size() - 1)).isEqualTo("ok");
    }

    @Test
    @KernelTest(programs = UNSHARE, root = true)
    void controlGroupsThatCannotBeWrittenAreMissedOnlyWhereALimitNeedsThem() throws Exception {
        String readOnly =
                "for m in $(grep ' cgroup' /proc/self/mounts | cut -d' ' -f2); do mount -o remount,bind,ro $m; done;"
                        + " exec \"$@\"";
        List<String> said = said(ChildJvm.start(
                List.of(UNSHARE, "--mount", "sh", "-c", readOnly, "sh"),
                List.of(),
                ShortageSubject.class,
                home().toString(),
                "limits"));
        assertThat(said).hasSize(3);
        assertThat(said.get(0)).isEqualTo("ok");
        assertThat(said.get(1))
                .startsWith("failed")
                .contains("limit memory")
                .contains("mayLack(Safeguard.MEMORY_LIMIT)");
        assertThat(said.get(2)).isEqualTo("ok");
    }

    // ---- space

    @ParameterizedTest
    @ValueSource(strings = {"size=24m", "size=24m,nr_inodes=700"})
    @KernelTest(programs = MOUNT, root = true)
    void aFullDiskIsNamedWithThePathAndTheStoreStaysWhole(String options) throws Exception {
        Path disk = Files.createDirectory(base.resolve("disk"));
        run(MOUNT, "-t", "tmpfs", "-o", options, "skiff-short", disk.toString());
        try {
            Path home = disk.resolve("home");
            Path context = Files.createDirectory(base.resolve("context"));
            Files.writeString(context.resolve("Dockerfile"), "FROM busybox\nCOPY big /big\nRUN cat /big > /bigger\n");
            Files.write(context.resolve("big"), new byte[300_000]);
            try (Skiff skiff = Skiff.builder().store(home).open()) {
                TestImages.busybox(skiff);
            }
            int failures = 0;
            int works = 0;
            for (int free = 0; works == 0; free++) {
                List<Path> filler = fill(disk, free);
                Throwable run = catchThrowable(() -> runOnce(home));
                Throwable build = catchThrowable(() -> buildOnce(home, context));
                for (Throwable each : new Throwable[] {run, build}) {
                    boolean itsOwn = each instanceof ExitStatusException || each instanceof BuildStepException;
                    if (each != null && !itsOwn) { // else a command in the container has found no space
                        failures++;
                        assertThat(each).as("with little free: " + free).isInstanceOf(SkiffException.class);
                        assertThat(each.getMessage()).matches("(?s).*(ENOSPC|No space left).*");
                        assertThat(each.getMessage()).contains("/");
                    }
                }
                works += run == null && build == null ? 1 : 0;
                for (Path each : filler) {
                    Files.delete(each);
                }
            }
            assertThat(failures).isGreaterThan(2);
            runOnce(home);
            buildOnce(home, context);
        } finally {
            run("/usr/bin/umount", "-l", disk.toString());
        }
    }

    private static void runOnce(Path home) {
        try (Skiff skiff = Skiff.builder().store(home).open()) {
            skiff.containers()
                    .run("busybox")
                    .command("sh", "-c", "echo x > /written && cat /written")
                    .await()
                    .orThrow();
        }
    }

    private static void buildOnce(Path home, Path context) {
        try (Skiff skiff = Skiff.builder().store(home).open()) {
            skiff.images().build(context.resolve("Dockerfile")).noCache().await();
        }
    }

    /** Takes all of the disk but about that many times 64 KiB, and that many times 8 files. */
    private static List<Path> fill(Path disk, int free) throws IOException {
        List<Path> made = new ArrayList<>();
        Path big = disk.resolve("filler");
        made.add(big);
        try (OutputStream out = Files.newOutputStream(big)) {
            byte[] piece = new byte[4096];
            long left = Files.getFileStore(disk).getUsableSpace() - free * 65536L;
            for (; left > 0; left -= piece.length) {
                out.write(piece);
            }
        }
        try {
            while (made.size() < 100_000) {
                Path file = disk.resolve("file" + made.size());
                Files.createFile(file);
                made.add(file);
            }
        } catch (IOException full) {
            for (int i = 0; i < 8 * free && made.size() > 1; i++) {
                Files.delete(made.remove(made.size() - 1));
            }
        }
        return made;
    }

    private static void run(String... command) throws Exception {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor())
                .as(String.join(" ", command))
                .isZero();
    }
}
