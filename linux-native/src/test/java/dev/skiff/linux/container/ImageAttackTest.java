package dev.skiff.linux.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skiff.linux.SyscallException;
import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.linux.testing.Spin;
import dev.skiff.linux.testing.TestContainers;
import dev.skiff.oci.runtime.Device;
import dev.skiff.oci.runtime.DeviceType;
import dev.skiff.oci.runtime.Mount;
import dev.skiff.oci.runtime.Spec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Roots and volumes made to lead mounts astray. */
@KernelTest(programs = BusyboxRoot.BUSYBOX)
class ImageAttackTest {
    private TestContainers containers;
    private Path scratch;

    @BeforeEach
    void open() throws Exception {
        containers = new TestContainers(Files.createTempDirectory("skiff-image"));
        scratch = Files.createTempDirectory("skiff-image-scratch");
    }

    @AfterEach
    void close() {
        containers.remove(scratch);
        containers.close();
    }

    private static Spec with(Spec spec, Mount... more) {
        List<Mount> mounts = new ArrayList<>(spec.mounts());
        mounts.addAll(List.of(more));
        return spec.withMounts(mounts);
    }

    private static Spec without(Spec spec, String destination) {
        return spec.withMounts(spec.mounts().stream()
                .filter(mount -> !mount.destination().startsWith(destination))
                .toList());
    }

    /** CVE-2025-31133: masks are made of /dev/null, which the image would like to choose. */
    @Test
    void anImagesOwnDevNullMasksNothing() throws Exception {
        Path file = containers.root().resolve("dev/null");
        Files.writeString(file, "not nothing");
        assertThat(containers.run("cat /proc/keys /dev/null | wc -c").stdout()).isEqualTo("0\n");
        assertThatThrownBy(() -> containers.run(without(containers.spec("true"), "/dev")))
                .as("with no /dev of the container's own over it")
                .isInstanceOf(SyscallException.class);
        Files.delete(file);
        Files.createSymbolicLink(file, Path.of("/proc/sysrq-trigger"));
        assertThat(containers.run("cat /proc/keys /dev/null | wc -c").stdout()).isEqualTo("0\n");
        assertThatThrownBy(() -> containers.run(without(containers.spec("true"), "/dev")))
                .isInstanceOf(SyscallException.class);
    }

    /** CVE-2025-31133: whoever names the device, masks are made of nothing but 1:3. */
    @Test
    void aDevNullThatIsAnotherDeviceMasksNothing() {
        Spec spec = containers.spec("head -c 9 /proc/keys");
        Spec zero = spec.withLinux(
                spec.linux().orElseThrow().withDevices(List.of(Device.of("/dev/null", DeviceType.CHARACTER, 1, 5))));
        assertThatThrownBy(() -> containers.run(zero))
                .isInstanceOf(SyscallException.class)
                .hasMessageContaining("/dev/null")
                .hasMessageContaining("ENODEV");
    }

    /** CVE-2026-41579, CVE-2019-19921: these three have to be what they are called. */
    @Test
    void aFileInThePlaceOfDevProcOrSysIsRefused() throws Exception {
        for (String name : List.of("dev", "proc", "sys")) {
            Path file = containers.root().resolve(name);
            Files.delete(file);
            Files.createFile(file);
            assertThatThrownBy(() -> containers.run("true"))
                    .isInstanceOf(SyscallException.class)
                    .hasMessageContaining("ENOTDIR");
            Files.delete(file);
            Files.createDirectory(file);
        }
    }

    /** CVE-2021-30465, CVE-2024-45310: part of a mount point becomes a link while it is looked up. */
    @Test
    void aMountPointThatIsSwappedForALinkAllTheWhileStaysInside() throws Exception {
        Path volume = Files.createDirectory(scratch.resolve("volume"));
        Path outside = Files.createDirectory(scratch.resolve("outside"));
        Path source = Files.createDirectory(scratch.resolve("source"));
        Path part = volume.resolve("part");
        AtomicBoolean over = new AtomicBoolean();
        Thread swapper = new Thread(() -> swap(part, outside, over), "swapper");
        swapper.start();
        int mounted = 0;
        for (int round = 0; round < 40; round++) {
            Spec spec = with(
                    containers.spec("true"),
                    Mount.of("/volume", "bind", volume.toString(), List.of("bind")),
                    Mount.of("/volume/part/deep/er", "bind", source.toString(), List.of("bind")));
            try {
                containers.run(spec);
                mounted++;
            } catch (SyscallException e) {
                assertThat(e.errno())
                        .as(e.getMessage())
                        .isIn("ELOOP", "ENOENT", "EEXIST", "ENOTDIR", "EAGAIN", "EXDEV");
            }
        }
        over.set(true);
        swapper.join();
        assertThat(mounted).as("rounds that were mounted").isPositive();
        assertThat(outside).isEmptyDirectory();
    }

    private static void swap(Path part, Path outside, AtomicBoolean over) {
        Path upwards = Path.of("../".repeat(20) + outside.toString().substring(1));
        while (!over.get()) {
            try {
                Files.createSymbolicLink(part, upwards);
                Files.delete(part);
                Files.createDirectory(part);
                Spin.once();
                Files.delete(part);
            } catch (IOException e) {
                clear(part); // the start has made something in it
            }
        }
    }

    private static void clear(Path part) {
        try (var below = Files.walk(part)) {
            for (Path path : below.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException | UncheckedIOException e) {
            Spin.once(); // swapped, made or mounted on meanwhile: the next turn goes on
        }
    }

    /** What the host has forbidden on a file system stays forbidden, and what is asked for comes on top. */
    @KernelTest(
            programs = {BusyboxRoot.BUSYBOX, "/bin/mount"},
            root = true)
    @Test
    void aReadOnlyBindKeepsWhatItsSourceForbids() throws Exception {
        Path source = Files.createDirectory(scratch.resolve("source"));
        run("mount", "-t", "tmpfs", "-o", "nosuid,nodev,noexec", "none", source.toString());
        try {
            String shown = "grep ' /data ' /proc/self/mountinfo | cut -d ' ' -f 6";
            Mount plain = Mount.of("/data", "bind", source.toString(), List.of("bind"));
            assertThat(containers.run(with(containers.spec(shown), plain)).stdout())
                    .isEqualTo("rw,nosuid,nodev,noexec,relatime\n");
            Mount readOnly = plain.withOptions(List.of("bind", "ro", "noatime"));
            assertThat(containers.run(with(containers.spec(shown), readOnly)).stdout())
                    .isEqualTo("ro,nosuid,nodev,noexec,noatime\n");
        } finally {
            run("umount", source.toString());
        }
    }

    private static void run(String... command) throws Exception {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor())
                .as(String.join(" ", command))
                .isZero();
    }

    /** CVE-2019-16884, CVE-2023-27561, CVE-2023-28642: a link of the image makes a volume cover a part of /proc. */
    @Test
    void aMountPointThatALinkLeadsIntoProcIsRefused() throws Exception {
        Path source = Files.createDirectory(scratch.resolve("source"));
        Path file = Files.createFile(scratch.resolve("file"));
        Path link = containers.root().resolve("data");
        for (String target : List.of("/proc", "proc/self/attr", "/tmp/../proc/sys", "/proc/sys/kernel/hostname")) {
            Files.createSymbolicLink(link, Path.of(target));
            Path from = target.endsWith("hostname") ? file : source;
            Mount mount = Mount.of("/data", "bind", from.toString(), List.of("bind"));
            assertThatThrownBy(() -> containers.run(with(containers.spec("true"), mount)))
                    .as(target)
                    .isInstanceOf(SyscallException.class)
                    .hasMessageContaining("not below /proc")
                    .hasMessageContaining("EXDEV");
            Files.delete(link);
        }
        Files.createSymbolicLink(link, Path.of("/tmp"));
        Mount mount = Mount.of("/data", "bind", source.toString(), List.of("bind"));
        assertThat(containers
                        .run(with(containers.spec("grep -c ' /tmp ' /proc/self/mountinfo"), mount))
                        .stdout())
                .isEqualTo("1\n");
    }

    /** openat2(2), EAGAIN: while anything is renamed on the host, the kernel may not be sure of {@code ..} below a root. */
    @Test
    void aLinkWithDotsIsFollowedWhileOthersRename() throws Exception {
        Path source = Files.createDirectory(scratch.resolve("source"));
        Files.createDirectory(containers.root().resolve("real"));
        Files.createSymbolicLink(containers.root().resolve("data"), Path.of("/tmp/../tmp/../tmp/../tmp/../real"));
        Mount mount = Mount.of("/data", "bind", source.toString(), List.of("bind"));
        AtomicBoolean done = new AtomicBoolean();
        Path here = Files.createFile(scratch.resolve("here"));
        Path there = scratch.resolve("there");
        CompletableFuture<Void> others = CompletableFuture.runAsync(() -> {
            while (!done.get()) {
                assertThat(here.toFile().renameTo(there.toFile())).isTrue();
                assertThat(there.toFile().renameTo(here.toFile())).isTrue();
            }
        });
        try {
            for (int i = 0; i < 100; i++) {
                assertThat(containers
                                .run(with(containers.spec("true"), mount))
                                .exit()
                                .value())
                        .isZero();
            }
        } finally {
            done.set(true);
            others.get(30, TimeUnit.SECONDS);
        }
    }

    /** The same through the directory of the three files that every container has. */
    @Test
    void filesOfTheNetworkAreNotMountedBelowProc() throws Exception {
        Path file = Files.createFile(scratch.resolve("file"));
        Path etc = containers.root().resolve("etc");
        containers.remove(etc);
        Files.createSymbolicLink(etc, Path.of("/proc/sys/kernel"));
        Mount mount = Mount.of("/etc/hostname", "bind", file.toString(), List.of("bind"));
        assertThatThrownBy(() -> containers.run(with(containers.spec("true"), mount)))
                .isInstanceOf(SyscallException.class)
                .hasMessageContaining("EXDEV");
    }

    /** SECURITY A1 25: flags of the host's mount, which a user namespace may not take off, are kept, and asking is an error. */
    @Test
    void whatAnOrdinaryUserMayNotTakeOffAMountStaysOnIt() throws Exception {
        String host = Files.readString(Path.of("/proc/self/mountinfo"))
                .lines()
                .filter(line -> line.split(" ", -1)[4].equals("/proc"))
                .reduce((earlier, later) -> later)
                .map(line -> line.split(" ", -1)[5])
                .orElseThrow();
        assumeTrue(containers.host.rootless(), "root may take them off");
        assumeTrue(host.contains("nosuid") && host.contains("nodev"), "/proc of this host forbids nothing: " + host);
        String shown = "grep ' /data ' /proc/self/mountinfo | cut -d ' ' -f 6";
        Mount plain = Mount.of("/data", "bind", "/proc/sys/fs", List.of("bind", "ro"));
        assertThat(containers.run(with(containers.spec(shown), plain)).stdout()).startsWith("ro,nosuid,nodev,noexec");
        Mount freed = plain.withOptions(List.of("bind", "suid", "dev"));
        assertThatThrownBy(() -> containers.run(with(containers.spec(shown), freed)))
                .isInstanceOf(SyscallException.class)
                .hasMessageContaining("/data")
                .hasMessageContaining("EPERM");
    }

    @Test
    void aBindTakesNoOptionsOfAFileSystem() {
        Mount mount = Mount.of("/data", "bind", scratch.toString(), List.of("bind", "size=1m"));
        assertThatThrownBy(() -> containers.run(with(containers.spec("true"), mount)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("size=1m");
    }
}
