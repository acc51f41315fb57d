package dev.skiff.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.linux.abi.Signal;
import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.HostState;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.linux.testing.TestContainers;
import dev.skiff.oci.Json;
import dev.skiff.oci.runtime.Cpu;
import dev.skiff.oci.runtime.Hook;
import dev.skiff.oci.runtime.Hooks;
import dev.skiff.oci.runtime.Mount;
import dev.skiff.oci.runtime.Pids;
import dev.skiff.oci.runtime.Process;
import dev.skiff.oci.runtime.Resources;
import dev.skiff.oci.runtime.Root;
import dev.skiff.oci.runtime.Seccomp;
import dev.skiff.oci.runtime.SeccompAction;
import dev.skiff.oci.runtime.SeccompSyscall;
import dev.skiff.oci.runtime.Spec;
import dev.skiff.oci.runtime.User;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The operations of a runtime, and what each refuses: runtime.md. */
@KernelTest(programs = BusyboxRoot.BUSYBOX)
@Timeout(120)
class OciRuntimeTest {
    private static final String ID = "test-" + ProcessHandle.current().pid() + "-oci";
    private static final Signal KILL = Signal.of("KILL");

    private Path base;
    private Path bundle;
    private OciRuntime runtime;
    private Spec defaults;

    @BeforeEach
    void open() throws Exception {
        base = Files.createTempDirectory("skiff-oci");
        bundle = Files.createDirectory(base.resolve("bundle"));
        BusyboxRoot.in(bundle.resolve("rootfs"));
        runtime = OciRuntime.open(base.resolve("state"));
        try (LinuxHost host = LinuxHost.open()) {
            defaults = host.defaults()
                    .spec(List.of("/bin/sh", "-c", "true"), false)
                    .withRoot(Root.of("rootfs"));
        }
    }

    @AfterEach
    void close() throws Exception {
        runtime.delete(ID, true);
        runtime.close();
        new ProcessBuilder("rm", "-rf", base.toString()).start().waitFor();
    }

    private void create(String script) throws IOException {
        create(script, spec -> spec);
    }

    private void create(String script, UnaryOperator<Spec> change) throws IOException {
        Process process = defaults.process().orElseThrow().withArgs(List.of("/bin/sh", "-c", script));
        write(change.apply(defaults.withProcess(process)));
        runtime.create(ID, bundle, OciStreams.inherited());
    }

    private void write(Spec spec) throws IOException {
        Files.write(bundle.resolve("config.json"), Json.write(spec));
    }

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    private void awaitStopped() {
        await(() -> status().equals("stopped"));
    }

    private String status() {
        return runtime.state(ID).status();
    }

    private String inRoot(String file) throws IOException {
        return Files.readString(bundle.resolve("rootfs").resolve(file));
    }

    @Test
    void aContainerIsCreatedStartedStoppedAndDeleted() throws Exception {
        create("echo ran > /ran; cat /go");
        OciState created = runtime.state(ID);
        assertThat(created.status()).isEqualTo("created");
        assertThat(created.bundle()).isEqualTo(bundle.toString());
        assertThat(created.id()).isEqualTo(ID);
        assertThat(Path.of("/proc/" + created.pid())).isDirectory();
        assertThat(bundle.resolve("rootfs/ran")).doesNotExist();
        runtime.start(ID);
        awaitStopped();
        assertThat(runtime.state(ID).pid()).isZero();
        assertThat(inRoot("ran")).isEqualTo("ran\n");
        runtime.delete(ID, false);
        assertThatThrownBy(() -> runtime.state(ID)).isInstanceOf(ContainerStateException.class);
        assertThat(runtime.list()).isEmpty();
    }

    /** Another process may have done what came before: nothing is remembered but what is in the directory. */
    @Test
    void anotherRuntimeOverTheSameDirectoryGoesOn() throws Exception {
        create("sleep 1000");
        try (OciRuntime other = OciRuntime.open(base.resolve("state"))) {
            other.start(ID);
            assertThat(other.state(ID).status()).isEqualTo("running");
            other.kill(ID, KILL, false);
        }
        awaitStopped();
    }

    @Test
    void aContainerOutlivesTheRuntimeThatMadeIt() throws Exception {
        create("sleep 1000");
        runtime.start(ID);
        runtime.close();
        runtime = OciRuntime.open(base.resolve("state"));
        assertThat(status()).isEqualTo("running");
    }

    @Test
    void anIdIsUsedOnce() throws Exception {
        create("true");
        assertThatThrownBy(() -> runtime.create(ID, bundle, OciStreams.inherited()))
                .isInstanceOf(ContainerStateException.class)
                .hasMessageContaining("there already");
        assertThat(status()).isEqualTo("created");
    }

    @Test
    void whatDoesNotSuitTheStateIsRefusedAndChangesNothing() throws Exception {
        assertThatThrownBy(() -> runtime.start(ID)).hasMessageContaining("not there");
        assertThatThrownBy(() -> runtime.delete(ID, false)).hasMessageContaining("not there");
        create("sleep 1000");
        assertThatThrownBy(() -> runtime.delete(ID, false)).hasMessageContaining("created");
        runtime.start(ID);
        assertThatThrownBy(() -> runtime.start(ID)).hasMessageContaining("running");
        assertThatThrownBy(() -> runtime.delete(ID, false)).hasMessageContaining("running");
        assertThat(status()).isEqualTo("running");
        runtime.kill(ID, KILL, false);
        awaitStopped();
        assertThatThrownBy(() -> runtime.kill(ID, KILL, false))
                .isInstanceOf(ContainerStateException.class)
                .hasMessageContaining("stopped");
        assertThatThrownBy(() -> runtime.start(ID)).hasMessageContaining("stopped");
    }

    @Test
    void idsThatWouldLeadElsewhereAreRefused() {
        for (String id : List.of("", "..", "a/b", "../../etc", "a b", "-rf")) {
            assertThatThrownBy(() -> runtime.state(id)).as(id).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> runtime.delete(id, true)).as(id).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void theConfigurationIsThatOfTheCreation() throws Exception {
        create("echo first > /said");
        write(defaults.withProcess(defaults.process().orElseThrow().withArgs(List.of("/bin/false"))));
        runtime.start(ID);
        awaitStopped();
        assertThat(inRoot("said")).isEqualTo("first\n");
    }

    @Test
    void aCommandThatIsNotThereIsToldAtCreation() throws Exception {
        HostState before = HostState.quiet();
        write(defaults.withProcess(defaults.process().orElseThrow().withArgs(List.of("nosuch"))));
        assertThatThrownBy(() -> runtime.create(ID, bundle, OciStreams.inherited()))
                .isInstanceOf(ExecException.class)
                .hasMessageContaining("not found in $PATH");
        assertThatThrownBy(() -> runtime.state(ID)).hasMessageContaining("not there");
        assertThat(HostState.quiet()).isEqualTo(before);
    }

    @Test
    void aCommandThatCannotBeExecutedIsToldAtTheStart() throws Exception {
        Files.writeString(bundle.resolve("rootfs/bin/odd"), "no program");
        assertThat(bundle.resolve("rootfs/bin/odd").toFile().setExecutable(true, false))
                .isTrue();
        write(defaults.withProcess(defaults.process().orElseThrow().withArgs(List.of("/bin/odd"))));
        runtime.create(ID, bundle, OciStreams.inherited());
        assertThatThrownBy(() -> runtime.start(ID))
                .isInstanceOf(ExecException.class)
                .hasMessageContaining("not a program of this machine's kind");
        awaitStopped();
    }

    @Test
    void aRootThatIsALinkIsRefused() throws Exception {
        Files.createSymbolicLink(bundle.resolve("link"), Path.of("rootfs"));
        write(defaults.withRoot(Root.of("link")));
        assertThatThrownBy(() -> runtime.create(ID, bundle, OciStreams.inherited()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no link");
    }

    @Test
    void aProcessJoinsARunningContainer() throws Exception {
        create("sleep 1000");
        Process process = defaults.process().orElseThrow();
        Process id =
                process.withUser(User.of(7, 8)).withArgs(List.of("/bin/sh", "-c", "exit $(( $(id -u) + $(id -g) ))"));
        assertThatThrownBy(() -> runtime.exec(ID, id, OciStreams.inherited())).hasMessageContaining("created");
        runtime.start(ID);
        assertThat(runtime.exec(ID, id, OciStreams.inherited()).value()).isEqualTo(15);
        long pid = runtime.execDetached(
                ID,
                process.withArgs(List.of("/bin/sh", "-c", "echo $PPID > /detached; sleep 1000")),
                OciStreams.inherited());
        await(() -> Files.exists(bundle.resolve("rootfs/detached")));
        assertThat(Path.of("/proc/" + pid)).isDirectory();
        runtime.kill(ID, KILL, false);
        awaitStopped();
        await(() -> !Files.exists(Path.of("/proc/" + pid + "/exe"), LinkOption.NOFOLLOW_LINKS));
    }

    /** An ordinary user's container is in a user namespace that another JVM has made. */
    @Test
    void aProcessJoinsAContainerThatAnotherRuntimeMade() throws Exception {
        create("sleep 1000");
        runtime.start(ID);
        runtime.close();
        runtime = OciRuntime.open(base.resolve("state"));
        Process process = defaults.process()
                .orElseThrow()
                .withArgs(
                        List.of("/bin/sh", "-c", "readlink /proc/self/ns/user; ls /proc/1/root/bin/busybox && exit 9"));
        assertThat(runtime.exec(ID, process, OciStreams.inherited()).value()).isEqualTo(9);
        runtime.kill(ID, KILL, false);
        awaitStopped();
        runtime.delete(ID, false);
        assertThat(runtime.list()).isEmpty();
    }

    @Test
    void theProcessIdOfAnExecIsToldBeforeItsEnd() throws Exception {
        create("sleep 1000");
        runtime.start(ID);
        Process process = defaults.process().orElseThrow().withArgs(List.of("/bin/sh", "-c", "cat /go > /dev/null"));
        new ProcessBuilder("mkfifo", bundle.resolve("rootfs/go").toString())
                .start()
                .waitFor();
        AtomicLong told = new AtomicLong();
        runtime.exec(ID, process, OciStreams.inherited(), pid -> {
            told.set(pid);
            assertThat(Path.of("/proc/" + pid)).isDirectory();
            write(bundle.resolve("rootfs/go")); // lets it end
        });
        assertThat(told.get()).isPositive();
    }

    private static void write(Path fifo) {
        try {
            Files.writeString(fifo, "go", StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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

    private static boolean has(Path file, String text) {
        try {
            return Files.exists(file) && Files.readString(file).contains(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
    void theStreamsOfTheRuntimeAreNotHandedDownTwice() {
        assertThatThrownBy(() -> OciStreams.inherited().withDescriptors(List.of(2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not 2");
    }

    @Test
    void limitsAreChangedAndUseIsToldFromAnotherRuntime() throws Exception {
        Assumptions.assumeTrue(controlGroups(), "without a control group there are no limits to change");
        create("exec sleep 1000");
        runtime.start(ID);
        try (OciRuntime other = OciRuntime.open(base.resolve("state"))) {
            other.update(ID, Resources.none().withPids(Pids.of(77)));
            ContainerStats stats = other.stats(ID);
            assertThat(stats.processes().orElseThrow().limit()).contains(77L);
            assertThat(stats.processes().orElseThrow().count()).isEqualTo(1);
            assertThat(stats.networks())
                    .extracting(ContainerStats.Network::name)
                    .contains("lo");
            other.kill(ID, KILL, false);
            awaitStopped();
            assertThatThrownBy(() -> other.stats(ID)).isInstanceOf(ContainerStateException.class);
            assertThatThrownBy(() -> other.update(ID, Resources.none())).isInstanceOf(ContainerStateException.class);
        }
    }

    /** containerd counts by the groups of all hierarchies, and Podman updates what was not limited before. */
    @Test
    @KernelTest(root = true)
    void aContainerHasAGroupInEachHierarchyOfVersion1() throws Exception {
        create("exec sleep 1000");
        runtime.start(ID);
        List<String> shared = Files.readAllLines(
                        Path.of("/proc/" + runtime.state(ID).pid() + "/cgroup"))
                .stream()
                .filter(line -> !line.contains(":name=") && !line.startsWith("0:"))
                .filter(line -> !line.endsWith(ID))
                .toList();
        assertThat(shared).isEmpty();
        if (!Files.isDirectory(Path.of("/sys/fs/cgroup/cpu"))) {
            return; // version 2 alone
        }
        runtime.update(ID, Resources.none().withCpu(Cpu.none().withQuota(30_000).withPeriod(60_000)));
        assertThat(runtime.stats(ID).cpu().orElseThrow().totalNanos()).isLessThan(TimeUnit.SECONDS.toNanos(60));
        runtime.delete(ID, true);
        try (Stream<Path> left =
                Files.find(Path.of("/sys/fs/cgroup"), 4, (path, facts) -> path.endsWith("skiff-" + ID))) {
            assertThat(left).isEmpty();
        }
    }

    /** Who lists looks at one after the other, and each may be gone by then. */
    @Test
    void aListIsNotDisturbedByAContainerThatSomebodyDeletes() throws Exception {
        create("true");
        Path state = base.resolve("state");
        Path other = Files.createDirectory(state.resolve("other"));
        for (String name : List.of("config.json", "state.json")) {
            Files.copy(state.resolve(ID).resolve(name), other.resolve(name));
        }
        AtomicBoolean over = new AtomicBoolean();
        Thread deletes = new Thread(() -> {
            Path json = other.resolve("state.json");
            Path away = base.resolve("away.json");
            while (!over.get()) {
                move(json, away);
                move(away, json);
            }
        });
        deletes.start();
        try {
            for (int i = 0; i < 300; i++) {
                assertThat(runtime.list()).extracting(OciState::id).contains(ID);
            }
        } finally {
            over.set(true);
            deletes.join();
            Files.delete(other.resolve("state.json"));
        }
    }

    private static void move(Path from, Path to) {
        try {
            Files.move(from, to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void allProcessesGetASignalThatIsForAll() throws Exception {
        Assumptions.assumeTrue(
                controlGroups(), "without a control group nothing tells which processes are the container's");
        create(
                "trap '' USR1; (trap 'echo child > /got; exit' USR1; echo > /ready; while :; do sleep 0.01; done) & wait");
        runtime.start(ID);
        await(() -> Files.exists(bundle.resolve("rootfs/ready")));
        assertThat(runtime.processes(ID)).hasSizeGreaterThan(1);
        runtime.kill(ID, Signal.of("USR1"), true);
        await(() -> Files.exists(bundle.resolve("rootfs/got")));
    }

    private static boolean controlGroups() {
        try (LinuxHost host = LinuxHost.open()) {
            return host.limitsProcesses();
        }
    }

    // ---- hooks

    private Hook hook(String name) {
        String log = base.resolve("hooks").toString();
        return Hook.of("/bin/sh")
                .withArgs(List.of(
                        "sh", "-c", "printf '" + name + " ' >> " + log + "; cat >> " + log + "; echo >> " + log));
    }

    private static Hooks hooks(UnaryOperator<Hooks> change) {
        return change.apply(Hooks.none());
    }

    @Test
    void hooksAreRunAtTheirSixPointsWithTheStateOnTheirInput() throws Exception {
        Hook inside = Hook.of("/bin/sh")
                .withArgs(List.of("sh", "-c", "cat > /inside; pwd >> /inside; echo $A >> /inside"))
                .withEnv(List.of("A=own"));
        Hooks all = new Hooks(
                List.of(hook("prestart")),
                List.of(hook("createRuntime")),
                List.of(hook("createContainer")),
                List.of(inside),
                List.of(hook("poststart")),
                List.of(hook("poststop")),
                Hooks.none().extra());
        create("sleep 1000", spec -> spec.withHooks(all));
        long pid = runtime.state(ID).pid();
        assertThat(log())
                .extracting(line -> line.substring(0, line.indexOf(' ')))
                .containsExactly("prestart", "createRuntime", "createContainer");
        assertThat(log())
                .allSatisfy(line -> assertThat(line)
                        .contains("\"status\":\"creating\"")
                        .contains("\"id\":\"" + ID + "\"")
                        .contains("\"pid\":" + pid)
                        .contains("\"bundle\":\"" + bundle + "\""));
        assertThat(bundle.resolve("rootfs/inside")).doesNotExist();
        runtime.start(ID);
        assertThat(inRoot("inside")).contains("\"status\":\"created\"").endsWith("/\nown\n");
        assertThat(log().get(3)).startsWith("poststart ").contains("\"status\":\"running\"");
        runtime.delete(ID, true);
        assertThat(log().get(4)).startsWith("poststop ").contains("\"status\":\"stopped\"");
        assertThat(log()).hasSize(5);
    }

    private List<String> log() throws IOException {
        return Files.readAllLines(base.resolve("hooks"));
    }

    @Test
    void createContainerHooksAreInTheContainersNamespacesAndOnTheHostsFiles() throws Exception {
        Hook looking = Hook.of("/bin/sh")
                .withArgs(List.of(
                        "sh",
                        "-c",
                        "cat > /dev/null; hostname > " + base.resolve("name") + "; readlink /proc/self/ns/uts >> "
                                + base.resolve("name")));
        create(
                "sleep 1000",
                spec -> spec.withHostname("box")
                        .withHooks(hooks(hooks -> hooks.withCreateContainer(List.of(looking)))));
        List<String> said = Files.readAllLines(base.resolve("name"));
        assertThat(said.get(0)).isEqualTo("box");
    }

    @Test
    void aHookThatFailsAbortsTheCreationAndNothingIsLeft() throws Exception {
        create("true", spec -> spec.withHooks(hooks(all -> all.withCreateRuntime(List.of(hook("once"))))));
        runtime.delete(ID, true); // what is made once for this JVM
        HostState before = HostState.quiet();
        Hook bad = Hook.of("/bin/sh").withArgs(List.of("sh", "-c", "echo no good >&2; exit 3"));
        for (UnaryOperator<Hooks> point : List.<UnaryOperator<Hooks>>of(
                hooks -> hooks.withCreateRuntime(List.of(bad)), hooks -> hooks.withCreateContainer(List.of(bad)))) {
            Files.deleteIfExists(base.resolve("hooks"));
            Hooks all = point.apply(Hooks.none()).withPoststop(List.of(hook("poststop")));
            assertThatThrownBy(() -> create("true", spec -> spec.withHooks(all)))
                    .isInstanceOf(HookException.class)
                    .hasMessageContaining("exited with 3: no good");
            assertThat(log()).hasSize(1);
            assertThatThrownBy(() -> runtime.state(ID)).hasMessageContaining("not there");
        }
        assertThat(HostState.quiet()).isEqualTo(before);
    }

    @Test
    void aHookThatTakesTooLongIsKilled() {
        Hook slow = Hook.of("/bin/sleep").withArgs(List.of("sleep", "4713")).withTimeout(1);
        assertThatThrownBy(() ->
                        create("true", spec -> spec.withHooks(hooks(hooks -> hooks.withCreateRuntime(List.of(slow))))))
                .isInstanceOf(HookException.class)
                .hasMessageContaining("did not end within 1 s");
        assertThat(TestContainers.processes("sleep 4713")).isEmpty();
    }

    @Test
    void aHookOfTheStartThatFailsStopsTheContainer() throws Exception {
        for (UnaryOperator<Hooks> point : List.<UnaryOperator<Hooks>>of(
                hooks -> hooks.withStartContainer(List.of(Hook.of("/bin/false"))),
                hooks -> hooks.withPoststart(List.of(Hook.of("/bin/false"))))) {
            create("sleep 1000", spec -> spec.withHooks(point.apply(Hooks.none())));
            assertThatThrownBy(() -> runtime.start(ID)).isInstanceOf(HookException.class);
            awaitStopped();
            runtime.delete(ID, false);
        }
    }

    @Test
    void aHookAfterTheEndThatFailsChangesNothing() throws Exception {
        create(
                "true",
                spec -> spec.withHooks(hooks(hooks ->
                        hooks.withPoststop(List.of(Hook.of("/no/such/hook"), Hook.of("/bin/false"), hook("last"))))));
        runtime.delete(ID, true);
        assertThat(log()).hasSize(1);
    }

    // ---- terminals

    /** CVE-2025-52565, CVE-2017-5226: the terminal is the container's own, and its master goes where it was asked for. */
    @Test
    void aTerminalIsMadeInsideAndItsMasterSent() throws Exception {
        Path socket = base.resolve("console");
        Process process = defaults.process()
                .orElseThrow()
                .withTerminal(true)
                .withArgs(List.of(
                        "/bin/sh",
                        "-c",
                        "trap '' HUP; readlink /proc/self/fd/0 > /out; stat -c %t:%T /dev/console >> /out"));
        write(defaults.withProcess(process));
        assertThatThrownBy(() -> runtime.create(ID, bundle, OciStreams.inherited()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("console socket");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            runtime.create(ID, bundle, OciStreams.terminal(socket));
            try (SocketChannel connection = server.accept()) {
                runtime.start(ID);
                awaitStopped(); // before the descriptor is dropped, which hangs the terminal up
                ByteBuffer said = ByteBuffer.allocate(64);
                connection.read(said);
                assertThat(new String(said.array(), 0, said.position(), StandardCharsets.UTF_8))
                        .isEqualTo("/dev/ptmx");
            }
        }
        assertThat(inRoot("out")).isEqualTo("/dev/pts/0\n88:0\n");
    }

    /** CVE-2025-52565: a console that is a link in the image is not followed, and what is no terminal is not taken for one. */
    @Test
    void aTerminalIsNeverWhatAnImageSays() throws Exception {
        Path dev = bundle.resolve("rootfs/dev");
        Path victim = Files.writeString(bundle.resolve("rootfs/etc/victim"), "untouched");
        Files.createSymbolicLink(dev.resolve("console"), Path.of("/etc/victim"));
        Process process = defaults.process()
                .orElseThrow()
                .withTerminal(true)
                .withArgs(List.of(
                        "/bin/sh", "-c", "trap '' HUP; cat /etc/victim > /out; stat -c %t:%T /dev/console >> /out"));
        Spec ownDev = defaults.withProcess(process)
                .withMounts(defaults.mounts().stream()
                        .filter(mount -> !mount.destination().equals("/dev"))
                        .toList());
        Path socket = base.resolve("console");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            write(ownDev);
            runtime.create(ID, bundle, OciStreams.terminal(socket));
            try (SocketChannel connection = server.accept()) {
                assertThat(connection.isConnected()).isTrue();
                runtime.start(ID);
                awaitStopped();
            }
            runtime.delete(ID, false);
            assertThat(inRoot("out")).isEqualTo("untouched88:0\n");
            new ProcessBuilder("rm", "-rf", dev.toString()).start().waitFor();
            Files.createDirectories(dev.resolve("pts"));
            Files.writeString(dev.resolve("pts/ptmx"), "no terminal");
            write(ownDev.withMounts(ownDev.mounts().stream()
                    .filter(mount -> !mount.destination().equals("/dev/pts"))
                    .toList()));
            assertThatThrownBy(() -> runtime.create(ID, bundle, OciStreams.terminal(socket)))
                    .hasMessageContaining("make a terminal");
        }
        assertThat(victim).hasContent("untouched");
    }

    private static final String SELF =
            "exec >> /seen; ls /proc/self/fd | tr '\\n' ' '; readlink /proc/$$/exe; getty=$(cat /dev/tty 2>&1)"
                    + " && echo terminal; grep -E '^(Cap(Inh|Prm|Eff|Bnd|Amb)|NoNewPrivs|Seccomp|Groups|SigIgn|SigBlk):'"
                    + " /proc/self/status | tr -d '\\t '; ulimit -n; umask; env | grep -v -E '^(PWD|SHLVL|OLDPWD)='";

    /** SECURITY A1 2, 12, 13, 21, A3: what has no supervisor is held in as tightly, from its creation and when it is joined. */
    @Test
    void whatIsCreatedAndWhatJoinsItIsAsTightAsWhatIsSupervised() throws Exception {
        String supervised;
        try (TestContainers containers = new TestContainers(Files.createTempDirectory("skiff-oci-tight"))) {
            supervised = containers
                    .run(SELF.replace("exec >> /seen; ", "") + "; true")
                    .stdout();
        }
        assertThat(supervised)
                .startsWith("0 1 2 3 ")
                .contains("/bin/busybox\n", "CapInh:0000000000000000", "CapBnd:00000000800405fb", "Seccomp:2");
        create(SELF + "; exec sleep 1000");
        runtime.start(ID);
        await(() -> Files.exists(bundle.resolve("rootfs/seen"))
                && lines("seen") == supervised.lines().count());
        assertThat(inRoot("seen")).isEqualTo(supervised);
        Files.delete(bundle.resolve("rootfs/seen"));
        Process joining = defaults.process().orElseThrow().withArgs(List.of("/bin/sh", "-c", SELF + "; true"));
        assertThat(runtime.exec(ID, joining, OciStreams.inherited()).value()).isZero();
        assertThat(inRoot("seen")).isEqualTo(supervised);
    }

    private long lines(String file) {
        try {
            return inRoot(file).lines().count();
        } catch (IOException e) {
            return 0;
        }
    }

    /** CVE-2024-21626: descriptors of the state directory and of the gate are open while a container waits to be started. */
    @Test
    void aWorkingDirectoryBehindADescriptorIsRefusedByCreateStartAndExec() throws Exception {
        for (int number = 0; number < 24; number++) {
            String cwd = "/proc/self/fd/" + number;
            assertThatThrownBy(() -> {
                        create(
                                "pwd",
                                spec -> spec.withProcess(
                                        spec.process().orElseThrow().withCwd(cwd)));
                        runtime.start(ID);
                    })
                    .as(cwd)
                    .hasMessageContaining(cwd);
            runtime.delete(ID, true);
        }
        create("sleep 1000");
        runtime.start(ID);
        for (int number = 0; number < 24; number++) {
            Process process = defaults.process().orElseThrow().withCwd("/proc/self/fd/" + number);
            assertThatThrownBy(() ->
                            runtime.exec(ID, process.withArgs(List.of("/bin/sh", "-c", "pwd")), OciStreams.inherited()))
                    .hasMessageContaining("/proc/self/fd/");
        }
    }
}
