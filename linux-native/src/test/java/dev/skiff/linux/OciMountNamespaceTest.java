package dev.skiff.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.ChildJvm;
import dev.skiff.linux.testing.HostState;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.linux.testing.Mounted;
import dev.skiff.linux.testing.RuntimesMounts;
import dev.skiff.oci.runtime.Hook;
import dev.skiff.oci.runtime.Hooks;
import dev.skiff.oci.runtime.Mount;
import dev.skiff.oci.runtime.Process;
import dev.skiff.oci.runtime.Root;
import dev.skiff.oci.runtime.Spec;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** A container that is created without a mount namespace: config-linux.md, "Namespaces". */
@KernelTest(programs = BusyboxRoot.BUSYBOX, root = true)
class OciMountNamespaceTest extends OciFixture {
    private static final Mount SCRATCH = Mount.of("/scratch", "tmpfs", "tmpfs", List.of("size=64k"));

    private void createInherited(String script, UnaryOperator<Spec> change) throws IOException {
        create(script, spec -> change.apply(RuntimesMounts.inherited(spec)));
    }

    private long pid() {
        return runtime.state(ID).pid();
    }

    private static String mountNamespace(long pid) throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/" + pid + "/ns/mnt")).toString();
    }

    @Test
    void itHasTheRuntimesMountNamespaceAndARootOfItsOwn() throws Exception {
        createInherited(
                "exec > /seen; readlink /proc/self/ns/mnt; pwd; stat -f -c %T /proc /dev /dev/pts /sys /scratch;"
                        + " touch /scratch/new && ls /scratch; exec sleep 1000",
                spec -> spec.plusMount(SCRATCH)
                        .withProcess(spec.process().orElseThrow().withCwd("/made/here")));
        String ours = mountNamespace(ProcessHandle.current().pid());
        assertThat(mountNamespace(pid())).isEqualTo(ours);
        runtime.start(ID);
        assertThat(mountNamespace(pid())).isEqualTo(ours);
        await(() -> has(bundle.resolve("rootfs/seen"), "new\n"));
        assertThat(inRoot("seen").lines())
                .containsExactly(ours, "/made/here", "proc", "tmpfs", "devpts", "sysfs", "tmpfs", "new");
        assertThat(bundle.resolve("rootfs/scratch")).isEmptyDirectory();
    }

    /** Where nobody else mounts, and what is mounted would be seen by others: all shared, as systemd has it. */
    @Test
    void theRuntimesMountsAndHowTheyPropagateStayAsTheyAre() throws Exception {
        List<String> around = List.of(
                "unshare", "-m", "--propagation", "private", "sh", "-c", "mount --make-rshared / && exec \"$@\"", "sh");
        java.lang.Process jvm = ChildJvm.start(
                around, List.of(), RuntimesMounts.class, base.resolve("own").toString());
        String said = new String(jvm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(said.lines())
                .containsExactly(
                        "supervised: as before",
                        "killed: as before",
                        "created: as before",
                        "started: as before",
                        "deleted: as before",
                        "failed: as before");
    }

    @Test
    void whatItHasMountedGoesWithItsLastProcess() throws Exception {
        createInherited("exec sleep 1000", spec -> spec.plusMount(SCRATCH));
        try (Mounted scratch = new Mounted(pid(), "/scratch")) {
            runtime.start(ID);
            assertThat(scratch.isThere()).isTrue();
            runtime.kill(ID, KILL, false);
            assertThat(scratch.goes()).isTrue();
        }
    }

    @Test
    void whatItHasMountedGoesWithACreatedOneThatIsDeletedByForce() throws Exception {
        createInherited("true", spec -> spec.plusMount(SCRATCH));
        try (Mounted scratch = new Mounted(pid(), "/scratch")) {
            runtime.delete(ID, true);
            assertThat(scratch.goes()).isTrue();
        }
    }

    @Test
    void aCreationThatFailsLeavesNothing() throws Exception {
        createInherited("true", spec -> spec);
        runtime.delete(ID, true); // what is made once for this JVM
        HostState before = HostState.quiet();
        write(RuntimesMounts.inherited(
                defaults.withProcess(defaults.process().orElseThrow().withArgs(List.of("nosuch")))));
        assertThatThrownBy(() -> runtime.create(ID, bundle, OciStreams.inherited()))
                .isInstanceOf(ExecException.class);
        assertThat(HostState.quiet()).isEqualTo(before);
    }

    @Test
    void aProcessThatJoinsIsInTheSameRoot() throws Exception {
        createInherited("exec sleep 1000", spec -> spec.plusMount(SCRATCH));
        runtime.start(ID);
        Process process = defaults.process()
                .orElseThrow()
                .withCwd("/scratch")
                .withArgs(List.of(
                        "/bin/sh",
                        "-c",
                        "pwd > /seen; stat -f -c %T . >> /seen; echo .. >> /seen; cd ..; pwd >> /seen"));
        assertThat(runtime.exec(ID, process, OciStreams.inherited()).value()).isZero();
        assertThat(inRoot("seen")).isEqualTo("/scratch\ntmpfs\n..\n/\n");
    }

    /** createContainer where the root is built, which is no more on the host's mounts than the container; startContainer in it. */
    @Test
    void hooksOfItsMakingSeeWhatIsMountedInIt() throws Exception {
        Path said = base.resolve("said");
        String scratch = bundle.resolve("rootfs/scratch").toString();
        Hook outside = Hook.of("/bin/sh")
                .withArgs(List.of(
                        "sh", "-c", "stat -f -c %T " + scratch + " > " + said + "; touch " + scratch + "/made"));
        Hook inside = Hook.of("/bin/sh").withArgs(List.of("sh", "-c", "ls /scratch > /seen"));
        createInherited(
                "exec sleep 1000",
                spec -> spec.plusMount(SCRATCH)
                        .withHooks(Hooks.none()
                                .withCreateContainer(List.of(outside))
                                .withStartContainer(List.of(inside))));
        assertThat(said).hasContent("tmpfs");
        runtime.start(ID);
        assertThat(inRoot("seen")).isEqualTo("made\n");
        assertThat(bundle.resolve("rootfs/scratch")).isEmptyDirectory();
    }

    @Test
    void itsTerminalIsFound() throws Exception {
        Path socket = base.resolve("console");
        Process process = defaults.process()
                .orElseThrow()
                .withTerminal(true)
                .withArgs(List.of(
                        "/bin/sh", "-c", "trap '' HUP; /bin/busybox tty > /out; stat -c %t:%T /dev/console >> /out"));
        write(RuntimesMounts.inherited(defaults.withProcess(process)));
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            runtime.create(ID, bundle, OciStreams.terminal(socket));
            try (SocketChannel connection = server.accept()) {
                assertThat(connection.isConnected()).isTrue();
                runtime.start(ID);
                awaitStopped();
            }
        }
        assertThat(inRoot("out")).isEqualTo("/dev/pts/0\n88:0\n");
    }

    @Test
    void itsRootCanBeReadOnly() throws Exception {
        createInherited(
                "touch /new || echo refused > /scratch/said; exec sleep 1000",
                spec -> spec.plusMount(SCRATCH).withRoot(Root.of("rootfs").withReadonly(true)));
        runtime.start(ID);
        await(() -> has(Path.of("/proc/" + pid() + "/root/scratch/said"), "refused"));
        assertThat(bundle.resolve("rootfs/new")).doesNotExist();
    }
}
