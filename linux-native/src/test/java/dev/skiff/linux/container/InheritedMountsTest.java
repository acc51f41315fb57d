package dev.skiff.linux.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.linux.ContainerRequest;
import dev.skiff.linux.FileTree;
import dev.skiff.linux.LinuxContainer;
import dev.skiff.linux.LinuxExec;
import dev.skiff.linux.RawPath;
import dev.skiff.linux.RootFilesystem;
import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.HostState;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.linux.testing.Mounted;
import dev.skiff.linux.testing.Probe;
import dev.skiff.linux.testing.RuntimesMounts;
import dev.skiff.linux.testing.TestContainers;
import dev.skiff.oci.runtime.IdMapping;
import dev.skiff.oci.runtime.Linux;
import dev.skiff.oci.runtime.Mount;
import dev.skiff.oci.runtime.Namespace;
import dev.skiff.oci.runtime.NamespaceType;
import dev.skiff.oci.runtime.Process;
import dev.skiff.oci.runtime.Propagation;
import dev.skiff.oci.runtime.Spec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A supervised container without a mount namespace: what it sees, what it cannot have, and that nothing of it stays. */
@KernelTest(programs = BusyboxRoot.BUSYBOX)
class InheritedMountsTest {
    private static final int SECONDS = 30;
    private static final Mount SCRATCH = Mount.of("/scratch", "tmpfs", "tmpfs", List.of("size=64k"));

    private TestContainers containers;

    @BeforeEach
    void open() throws Exception {
        containers = new TestContainers(Files.createTempDirectory("skiff-inherited"));
    }

    @AfterEach
    void close() {
        containers.close();
    }

    private Spec inherited(String script) {
        return RuntimesMounts.inherited(containers.spec(script)).plusMount(SCRATCH);
    }

    private static Spec with(Spec spec, UnaryOperator<Linux> change) {
        return spec.withLinux(change.apply(spec.linux().orElseThrow()));
    }

    @Test
    @KernelTest(root = true)
    void itsOverlayIsItsRootAndItsDirectoriesGoWithIt() throws Exception {
        Spec spec = containers.spec("readlink /proc/self/ns/mnt; stat -f -c %t / /dev; touch /new && rm /new");
        ContainerRequest request = containers.request(RuntimesMounts.inherited(spec), List.of());
        assertThat(containers.run(request).lines())
                .containsExactly(
                        Files.readSymbolicLink(Path.of("/proc/self/ns/mnt")).toString(), "794c7630", "1021994");
        RootFilesystem.Overlay overlay = (RootFilesystem.Overlay) request.root();
        assertThat(Stream.of(overlay.upper(), overlay.work(), overlay.mountPoint()))
                .noneMatch(Files::exists);
    }

    @Test
    @KernelTest(root = true)
    void whatItHasMountedGoesWithItsSupervisor() throws Exception {
        try (LinuxContainer container =
                containers.host.start(containers.request(inherited("exec sleep 1000"), List.of()))) {
            try (Mounted scratch = new Mounted(container.started().get(SECONDS, TimeUnit.SECONDS), "/scratch")) {
                assertThat(scratch.isThere()).isTrue();
                HostState.supervisors().forEach(ProcessHandle::destroyForcibly);
                assertThat(scratch.goes()).isTrue();
            }
        }
    }

    @Test
    @KernelTest(root = true)
    void whoJoinsItAndWhoLooksAtItsFilesAreInItsRoot() throws Exception {
        Spec spec = inherited("exec sleep 1000");
        try (LinuxContainer container = containers.host.start(containers.request(spec, List.of()))) {
            long first = container.started().get(SECONDS, TimeUnit.SECONDS);
            Process touch = spec.process().orElseThrow().withArgs(List.of("/bin/touch", "/scratch/file"));
            try (LinuxExec joined = container.exec(touch)) {
                assertThat(joined.exited().get(SECONDS, TimeUnit.SECONDS).value())
                        .isZero();
            }
            assertThat(Path.of("/proc/" + first + "/root/scratch/file")).exists();
            try (FileTree files = container.files()) {
                assertThat(files.stat(RawPath.of("/scratch/file"))).isPresent();
                assertThat(files.stat(RawPath.of(containers.root().toString()))).isEmpty();
            }
        }
    }

    /** SECURITY A1 23: nothing is above the root, wherever a process with CAP_SYS_CHROOT has its own. */
    @Test
    @KernelTest(root = true)
    void chrootLeadsNowhere() throws Exception {
        new Probe(containers).assertNoWayOutOfAChroot(inherited(""));
    }

    @ParameterizedTest
    @MethodSource("refused")
    @KernelTest(root = true)
    void whatTakesAMountNamespaceIsRefusedByName(String named, UnaryOperator<Spec> change) {
        assertThatThrownBy(() -> containers.run(change.apply(inherited("true"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(named);
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                refused(
                        "linux.maskedPaths",
                        spec -> with(spec, linux -> linux.withMaskedPaths(List.of("/proc/kcore")))),
                refused("linux.readonlyPaths", spec -> with(spec, linux -> linux.withReadonlyPaths(List.of("/proc")))),
                refused(
                        "linux.rootfsPropagation",
                        spec -> with(spec, linux -> linux.withRootfsPropagation(Propagation.RSLAVE))),
                refused(
                        "the mount /tmp",
                        spec -> spec.plusMount(Mount.bind("/tmp", "/tmp").plusOptions("rshared"))),
                refused("add {\"type\": \"mount\"}", spec -> with(spec, InheritedMountsTest::ownUsers)));
    }

    private static Arguments refused(String named, UnaryOperator<Spec> change) {
        return Arguments.of(named, change);
    }

    private static Linux ownUsers(Linux linux) {
        List<Namespace> namespaces = new ArrayList<>(linux.namespaces());
        namespaces.add(Namespace.of(NamespaceType.USER));
        List<IdMapping> ids = List.of(IdMapping.of(0, 100_000, 65_536));
        return linux.withNamespaces(namespaces).withUidMappings(ids).withGidMappings(ids);
    }

    @Test
    void anOrdinaryUserIsToldThatAMountNamespaceIsNeeded() {
        Assumptions.assumeTrue(containers.host.rootless(), "root needs none");
        assertThatThrownBy(() -> containers.run(inherited("true")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("add {\"type\": \"mount\"}");
    }
}
