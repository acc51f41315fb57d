package dev.skiff.linux.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.skiff.linux.ContainerRequest;
import dev.skiff.linux.LinuxContainer;
import dev.skiff.linux.RootFilesystem;
import dev.skiff.linux.SyscallException;
import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.HostState;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.linux.testing.TestContainers;
import dev.skiff.oci.runtime.Device;
import dev.skiff.oci.runtime.DeviceType;
import dev.skiff.oci.runtime.Linux;
import dev.skiff.oci.runtime.Mount;
import dev.skiff.oci.runtime.Process;
import dev.skiff.oci.runtime.Rlimit;
import dev.skiff.oci.runtime.RlimitType;
import dev.skiff.oci.runtime.Spec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each step of a start can fail: then it is named, with what it was for, and it is as if nothing had been tried. */
@KernelTest(programs = BusyboxRoot.BUSYBOX)
class StartFailureTest {
    private TestContainers containers;

    @BeforeEach
    void open() throws Exception {
        containers = new TestContainers(Files.createTempDirectory("skiff-failure"));
        Files.createSymbolicLink(containers.root().resolve("loop"), Path.of("loop"));
    }

    @AfterEach
    void close() {
        containers.close();
    }

    /**
     * What is wrong, and what is to be told.
     *
     * @param errno the error, or one of several with {@code |} between them
     * @param purpose part of the message
     */
    record Case(String name, String call, String errno, String purpose, Fault fault) {
        @Override
        public String toString() {
            return name;
        }
    }

    private interface Fault {
        ContainerRequest in(ContainerRequest request) throws Exception;
    }

    private static Case filesystem(
            String name, String call, String purpose, UnaryOperator<RootFilesystem.Overlay> wrong) {
        return new Case(
                name,
                call,
                "ENOENT",
                purpose,
                request -> new ContainerRequest(
                        request.id(),
                        request.spec(),
                        wrong.apply((RootFilesystem.Overlay) request.root()),
                        request.directory(),
                        request.ports(),
                        request.log(),
                        request.keepExit()));
    }

    private static Case spec(String name, String call, String errno, String purpose, UnaryOperator<Spec> wrong) {
        return new Case(
                name,
                call,
                errno,
                purpose,
                request -> new ContainerRequest(
                        request.id(),
                        wrong.apply(request.spec()),
                        request.root(),
                        request.directory(),
                        request.ports(),
                        request.log(),
                        request.keepExit()));
    }

    private static Case process(String name, String call, String errno, String purpose, UnaryOperator<Process> wrong) {
        return spec(
                name,
                call,
                errno,
                purpose,
                spec -> spec.withProcess(wrong.apply(spec.process().orElseThrow())));
    }

    private static Case linux(String name, String call, String errno, String purpose, UnaryOperator<Linux> wrong) {
        return spec(
                name,
                call,
                errno,
                purpose,
                spec -> spec.withLinux(wrong.apply(spec.linux().orElseThrow())));
    }

    private static Case mount(String name, String call, String errno, String purpose, Mount more) {
        return spec(name, call, errno, purpose, spec -> {
            List<Mount> mounts = new ArrayList<>(spec.mounts());
            mounts.add(more);
            return spec.withMounts(mounts);
        });
    }

    static Stream<Case> faults() {
        Path nowhere = Path.of("/no/such/directory");
        return Stream.of(
                filesystem(
                        "no upper directory",
                        "fsconfig",
                        "mount overlay on",
                        root -> new RootFilesystem.Overlay(root.lowers(), nowhere, root.work(), root.mountPoint())),
                filesystem(
                        "no work directory",
                        "fsconfig",
                        "mount overlay on",
                        root -> new RootFilesystem.Overlay(root.lowers(), root.upper(), nowhere, root.mountPoint())),
                filesystem(
                        "no lower directory",
                        "fsconfig",
                        "mount overlay on",
                        root -> new RootFilesystem.Overlay(
                                List.of(nowhere), root.upper(), root.work(), root.mountPoint())),
                filesystem(
                        "no mount point",
                        "openat",
                        "mount overlay on",
                        root -> new RootFilesystem.Overlay(root.lowers(), root.upper(), root.work(), nowhere)),
                new Case("no directory for the log", "openat", "ENOENT", "supervise container", request -> {
                    return new ContainerRequest(
                            request.id(), request.spec(), request.root(), nowhere, List.of(), request.log(), false);
                }),
                new Case("a log that is there already", "supervise", "EEXIST", "look after container", request -> {
                    Files.createFile(request.directory().resolve("log.0"));
                    return request;
                }),
                spec(
                        "a host name that is too long",
                        "sethostname",
                        "EINVAL",
                        "set the host name",
                        spec -> spec.withHostname("x".repeat(65))),
                mount(
                        "a source that is not there",
                        "open_tree",
                        "ENOENT",
                        "/no/such on /data",
                        Mount.of("/data", "bind", "/no/such", List.of("bind"))),
                mount(
                        "a directory on a file",
                        "openat2",
                        "ENOTDIR",
                        "on /etc/passwd",
                        Mount.of("/etc/passwd", "tmpfs", "tmpfs", List.of())),
                mount(
                        "a mount point that leads in circles",
                        "openat2",
                        "ELOOP",
                        "on /loop/x",
                        Mount.of("/loop/x", "tmpfs", "tmpfs", List.of())),
                mount(
                        "a file system that the kernel does not know",
                        "fsopen",
                        "ENODEV",
                        "mount skifffs on /data",
                        Mount.of("/data", "skifffs", "none", List.of())),
                mount(
                        "an option that the file system does not know",
                        "fsconfig",
                        "EINVAL",
                        "mount tmpfs on /data",
                        Mount.of("/data", "tmpfs", "tmpfs", List.of("colour=blue"))),
                linux(
                        "a sysctl that is not there",
                        "openat2",
                        "ENOENT",
                        "set sysctl net.skiff",
                        linux -> linux.withSysctl(Map.of("net.skiff", "1"))),
                linux(
                        "a value that the sysctl refuses",
                        "write",
                        "EINVAL",
                        "ip_unprivileged_port_start to x",
                        linux -> linux.withSysctl(Map.of("net.ipv4.ip_unprivileged_port_start", "x"))),
                linux(
                        "a /dev/null that is another device",
                        "expect",
                        "ENODEV",
                        "/dev/null",
                        linux -> linux.withDevices(List.of(Device.of("/dev/null", DeviceType.CHARACTER, 1, 5)))),
                linux(
                        "a path to cover that leads in circles",
                        "openat2",
                        "ELOOP",
                        "cover /loop",
                        linux -> linux.withMaskedPaths(List.of("/loop"))),
                linux(
                        "a path to protect that leads in circles",
                        "openat2",
                        "ELOOP",
                        "make /loop read-only",
                        linux -> linux.withReadonlyPaths(List.of("/loop"))),
                process(
                        "a limit that nobody may have",
                        "prlimit64",
                        "EPERM",
                        "set RLIMIT_NOFILE",
                        process ->
                                process.withRlimits(List.of(Rlimit.of(RlimitType.RLIMIT_NOFILE, 1L << 40, 1L << 40)))),
                process(
                        "a working directory that is a file",
                        "chdir",
                        "ENOTDIR",
                        "enter the working directory",
                        process -> process.withCwd("/etc/passwd")),
                process(
                        "a working directory that leads in circles",
                        "chdir",
                        "ELOOP",
                        "/loop",
                        process -> process.withCwd("/loop")));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aStartThatFailsSaysWhatAndWhyAndLeavesNothing(Case each) throws Exception {
        ContainerRequest request = each.fault.in(containers.request(containers.spec("true"), List.of()));
        HostState before = HostState.quiet();
        LinuxContainer container = containers.host.start(request);
        SyscallException failure = failureOf(container);
        assertThat(each.call.split("\\|", -1)).as(failure.getMessage()).contains(failure.call());
        assertThat(failure.errno()).isEqualTo(each.errno);
        assertThat(failure).hasMessageContaining(each.purpose);
        container.gone().get(20, TimeUnit.SECONDS);
        container.close();
        assertThat(HostState.quiet()).isEqualTo(before);
    }

    private static SyscallException failureOf(LinuxContainer container) {
        CompletionException thrown = catchThrowableOfType(
                CompletionException.class,
                () -> container.started().orTimeout(20, TimeUnit.SECONDS).join());
        assertThat(thrown).as("a start that should fail").hasCauseInstanceOf(SyscallException.class);
        return (SyscallException) thrown.getCause();
    }

    @Test
    void aSecondContainerOfOneIdIsRefusedAndTheFirstGoesOn() throws Exception {
        Assumptions.assumeTrue(containers.host.limitsProcesses(), "it is the control group that tells");
        ContainerRequest first = containers.request(containers.spec("sleep 100"), List.of());
        ContainerRequest other = containers.request(containers.spec("true"), List.of());
        try (LinuxContainer running = containers.host.start(first)) {
            running.started().get(20, TimeUnit.SECONDS);
            LinuxContainer twin = containers.host.start(new ContainerRequest(
                    first.id(), other.spec(), other.root(), other.directory(), List.of(), other.log(), false));
            assertThat(failureOf(twin)).hasMessageContaining("mkdirat").hasMessageContaining(first.id());
            twin.gone().get(20, TimeUnit.SECONDS);
            assertThat(running.exited()).isNotDone();
        }
    }

    @Test
    void theEnvironmentIsInNoMessage() throws Exception {
        Spec spec = containers.spec("");
        Process process = spec.process()
                .orElseThrow()
                .withArgs(List.of("/bin/nowhere"))
                .withEnv(List.of("PATH=/bin", "PASSWORD=secret"));
        assertThatThrownBy(() -> containers.run(spec.withProcess(process)))
                .rootCause()
                .hasMessageContaining("[2 variables]")
                .hasMessageNotContaining("secret");
        assertThat(containers.host.explain(containers.request(spec.withProcess(process), List.of())))
                .contains("execve(\"/bin/nowhere\", [/bin/nowhere], [2 variables])")
                .doesNotContain("secret");
    }
}
