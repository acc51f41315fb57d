package dev.skiff.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.oci.runtime.IntelRdt;
import dev.skiff.oci.runtime.Mount;
import dev.skiff.oci.runtime.Process;
import dev.skiff.oci.runtime.Root;
import dev.skiff.oci.runtime.Seccomp;
import dev.skiff.oci.runtime.SeccompAction;
import dev.skiff.oci.runtime.SeccompSyscall;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** What a bundle says of a container, and the descriptors that it is handed. */
@KernelTest(programs = BusyboxRoot.BUSYBOX)
class OciBundleTest extends OciFixture {
    @Test
    void aRootThatIsALinkIsRefused() throws Exception {
        Files.createSymbolicLink(bundle.resolve("link"), Path.of("rootfs"));
        write(defaults.withRoot(Root.of("link")));
        assertThatThrownBy(() -> runtime.create(ID, bundle, OciStreams.inherited()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no link");
    }

    @Test
    void aWorkingDirectoryIsMadeInARootThatIsReadOnlyThen() throws Exception {
        create(
                "pwd > /dev/shm/pwd; touch /new || exec sleep 1000",
                spec -> spec.withRoot(Root.of("rootfs").withReadonly(true))
                        .withProcess(spec.process().orElseThrow().withCwd("/made/for/it")));
        runtime.start(ID);
        Process look = defaults.process()
                .orElseThrow()
                .withArgs(List.of("/bin/sh", "-c", "while ! grep -q /made/for/it /dev/shm/pwd; do :; done"));
        assertThat(runtime.exec(ID, look, OciStreams.inherited()).value()).isZero();
    }

    @Test
    void descriptorsThatAreAskedForAreThreeAndUpAndNoOthersAreThere() throws Exception {
        Path file = Files.writeString(base.resolve("handed"), "handed down");
        try (FileInputStream open = new FileInputStream(file.toFile())) {
            int number = numberOf(file);
            Process process = defaults.process()
                    .orElseThrow()
                    .withArgs(List.of("/bin/sh", "-c", "cat <&4 > /read; ls /proc/1/fd > /fds; exec sleep 1000"));
            write(defaults.withProcess(process));
            runtime.create(ID, bundle, OciStreams.inherited().withDescriptors(List.of(number, number)));
            assertThat(open.getFD().valid()).isTrue();
            runtime.start(ID);
        }
        Path rootfs = bundle.resolve("rootfs");
        await(() -> has(rootfs.resolve("fds"), "4\n"));
        assertThat(rootfs.resolve("read")).hasContent("handed down");
        assertThat(Files.readAllLines(rootfs.resolve("fds")))
                .contains("0", "1", "2", "3", "4")
                .doesNotContain("5", "6");
    }

    private static int numberOf(Path file) throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.filter(each -> isLinkTo(each, file))
                    .mapToInt(each -> Integer.parseInt(each.getFileName().toString()))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static boolean isLinkTo(Path link, Path file) {
        try {
            return Files.readSymbolicLink(link).equals(file);
        } catch (IOException e) {
            return false; // closed meanwhile
        }
    }

    @Test
    void theStreamsOfTheRuntimeAreNotHandedDownTwice() {
        assertThatThrownBy(() -> OciStreams.inherited().withDescriptors(List.of(2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not 2");
    }

    /** config.md, "Mounts": a path is absolute, or relative to the bundle. */
    @Test
    void theSourceOfABindIsRelativeToTheBundle() throws Exception {
        Files.writeString(Files.createDirectory(bundle.resolve("beside")).resolve("file"), "from the bundle");
        create(
                "cat /mnt/file > /read; exec sleep 1000",
                spec -> spec.withMounts(Stream.concat(spec.mounts().stream(), Stream.of(Mount.bind("beside", "/mnt")))
                        .toList()));
        runtime.start(ID);
        await(() -> has(bundle.resolve("rootfs/read"), "from the bundle"));
    }

    /** A filter that needs rights to be loaded is loaded before those are given up, so what comes then is filtered. */
    @Test
    void aFilterThatForbidsToAskForTheWorkingDirectoryDoesNotKeepTheCommandFromRunning() throws Exception {
        Seccomp rules = Seccomp.of(SeccompAction.SCMP_ACT_ALLOW)
                .withSyscalls(List.of(SeccompSyscall.of(List.of("getcwd", "chdir"), SeccompAction.SCMP_ACT_ERRNO)));
        create(
                "echo ran > ran; exec sleep 1000",
                spec -> spec.withLinux(spec.linux().orElseThrow().withSeccomp(rules))
                        .withProcess(spec.process()
                                .orElseThrow()
                                .withNoNewPrivileges(false)
                                .withCwd("/tmp")));
        runtime.start(ID);
        await(() -> has(bundle.resolve("rootfs/tmp/ran"), "ran"));
    }

    /** Those of 2020 do not know close_range(2). */
    @Test
    void aFilterThatIsOlderThanOurCallsDoesNotKeepTheCommandFromRunning() throws Exception {
        Seccomp rules = Seccomp.of(SeccompAction.SCMP_ACT_ALLOW)
                .withSyscalls(List.of(SeccompSyscall.of(
                        List.of("close_range", "clone3", "openat2", "faccessat2"), SeccompAction.SCMP_ACT_ERRNO)));
        create(
                "echo ran > /ran; exec sleep 1000",
                spec -> spec.withLinux(spec.linux().orElseThrow().withSeccomp(rules))
                        .withProcess(spec.process().orElseThrow().withNoNewPrivileges(true)));
        runtime.start(ID);
        await(() -> has(bundle.resolve("rootfs/ran"), "ran"));
    }

    @Test
    void aNewFileSystemHasTheNameThatItsSourceGivesIt() throws Exception {
        create(
                "grep ' /mnt ' /proc/mounts > /seen; exec sleep 1000",
                spec -> spec.withMounts(Stream.concat(
                                spec.mounts().stream(), Stream.of(Mount.of("/mnt", "tmpfs", "named", List.of("ro"))))
                        .toList()));
        runtime.start(ID);
        await(() -> has(bundle.resolve("rootfs/seen"), "named /mnt tmpfs ro"));
    }

    @Test
    void devIsReadOnlyWhenAllIsInIt() throws Exception {
        create(
                "(grep ' /dev ' /proc/mounts; ls /dev/null) > /seen; touch /dev/new || exec sleep 1000",
                spec -> spec.withMounts(spec.mounts().stream()
                        .map(mount -> mount.destination().equals("/dev") ? mount.plusOptions("ro") : mount)
                        .toList()));
        runtime.start(ID);
        await(() -> has(bundle.resolve("rootfs/seen"), "/dev/null"));
        assertThat(bundle.resolve("rootfs/seen")).content().contains(" /dev tmpfs ro,");
        assertThat(status()).isEqualTo("running");
    }

    @Test
    void aShareOfTheCacheIsAnErrorWhereNobodyDividesIt() throws Exception {
        Assumptions.assumeFalse(
                Files.readString(Path.of("/proc/self/mounts")).contains(" resctrl "), "resctrl is mounted here");
        assertThatThrownBy(() -> create(
                        "true",
                        spec -> spec.withLinux(spec.linux()
                                .orElseThrow()
                                .withIntelRdt(IntelRdt.none().withL3CacheSchema("L3:0=f")))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no resctrl file system is mounted");
        assertThatThrownBy(() -> runtime.state(ID)).hasMessageContaining("not there");
    }

    /** What nobody knows is ignored, as the specification has it; what we know and cannot do is not. */
    @Test
    void aMemoryPolicyIsRefusedByNameAndWhatIsUnknownIsIgnored() throws Exception {
        Path config = bundle.resolve("config.json");
        write(defaults);
        String plain = Files.readString(config);
        Files.writeString(
                config, plain.replace("\"linux\":{", "\"linux\":{\"memoryPolicy\":{\"mode\":\"MPOL_BIND\"},"));
        assertThatThrownBy(() -> runtime.create(ID, bundle, OciStreams.inherited()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("linux.memoryPolicy");
        Files.writeString(config, plain.replace("\"linux\":{", "\"linux\":{\"newerThanWe\":{\"mode\":1},"));
        runtime.create(ID, bundle, OciStreams.inherited());
        assertThat(status()).isEqualTo("created");
    }
}
