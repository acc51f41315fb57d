package dev.skiff.linux.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skiff.linux.SyscallException;
import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.linux.testing.TestContainers.Result;
import dev.skiff.oci.runtime.Capabilities;
import dev.skiff.oci.runtime.Capability;
import dev.skiff.oci.runtime.Device;
import dev.skiff.oci.runtime.DeviceType;
import dev.skiff.oci.runtime.IoPriority;
import dev.skiff.oci.runtime.IoPriorityClass;
import dev.skiff.oci.runtime.Linux;
import dev.skiff.oci.runtime.Rlimit;
import dev.skiff.oci.runtime.RlimitType;
import dev.skiff.oci.runtime.Scheduler;
import dev.skiff.oci.runtime.SchedulerPolicy;
import dev.skiff.oci.runtime.Seccomp;
import dev.skiff.oci.runtime.SeccompAction;
import dev.skiff.oci.runtime.SeccompSyscall;
import dev.skiff.oci.runtime.Spec;
import dev.skiff.oci.runtime.User;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a runtime specification says of devices and of the process is what a container has, looked at from inside. */
@KernelTest(programs = BusyboxRoot.BUSYBOX)
class SpecificationTest extends SpecificationFixture {
    // ---- devices

    @Test
    @KernelTest(root = true)
    void aDeviceIsMadeWhereverItIsToBe() throws Exception {
        Result result = linux(
                "stat -c '%F %t %T %a' /dev/deep/er/null; echo x > /dev/deep/er/null && echo written",
                linux -> linux.withDevices(List.of(Device.of("/dev/deep/er/null", DeviceType.CHARACTER, 1, 3))));
        assertThat(result.stdout()).startsWith("character special file 1 3");
        assertThat(result.stdout()).endsWith("written\n");
    }

    @Test
    @KernelTest(root = true)
    void aDeviceHasTheModeAndTheOwnerOfTheSpecification() throws Exception {
        Result result = linux(
                "stat -c '%F %t %T %a %u %g' /dev/special",
                linux -> linux.withDevices(List.of(Device.of("/dev/special", DeviceType.CHARACTER, 1, 5)
                        .withFileMode(0640)
                        .withUid(7)
                        .withGid(8))));
        assertThat(result.stdout()).isEqualTo("character special file 1 5 640 7 8\n");
    }

    @Test
    @KernelTest(root = true)
    void aFileThatIsNotTheDeviceIsAnError() throws Exception {
        Files.writeString(containers.root().resolve("special"), "");
        assertThatThrownBy(() -> linux(
                        "true", linux -> linux.withDevices(List.of(Device.of("/special", DeviceType.CHARACTER, 1, 5)))))
                .isInstanceOf(SyscallException.class)
                .hasMessageContaining("/special")
                .hasMessageContaining("EEXIST");
    }

    /** A user namespace shows a device of the host: one that is another than asked for is not shown. */
    @Test
    void aDeviceThatIsAnotherThanAskedForIsNoDevice() {
        assumeTrue(containers.host.rootless(), "root makes devices");
        assertThatThrownBy(() -> linux(
                        "true",
                        linux -> linux.withDevices(List.of(Device.of("/dev/zero", DeviceType.CHARACTER, 1, 3)))))
                .isInstanceOf(SyscallException.class)
                .hasMessageContaining("/dev/zero");
    }

    // ---- the process

    @ParameterizedTest
    @ValueSource(strings = {"net.ipv4.ip_forward", "net/ipv4/ip_forward"})
    void aSysctlIsSetInEitherSpelling(String name) throws Exception {
        assertThat(linux("cat /proc/sys/net/ipv4/ip_forward", linux -> linux.withSysctl(Map.of(name, "1")))
                        .stdout())
                .isEqualTo("1\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kernel.panic",
                "vm.swappiness",
                "fs.file-max",
                "net/../kernel/panic",
                "net.ipv4/../../kernel.panic",
                ""
            })
    void aSysctlOfTheHostIsRefused(String name) {
        assertThatThrownBy(() -> linux("true", linux -> linux.withSysctl(Map.of(name, "1"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("sysctl");
    }

    @Test
    void everyLimitIsSet() throws Exception {
        List<Rlimit> limits = List.of(
                Rlimit.of(RlimitType.RLIMIT_NOFILE, 64, 16384),
                Rlimit.of(RlimitType.RLIMIT_CPU, 64, 16384),
                Rlimit.of(RlimitType.RLIMIT_FSIZE, 1 << 20, 1 << 21),
                Rlimit.of(RlimitType.RLIMIT_STACK, 1 << 22, 1 << 23),
                Rlimit.of(RlimitType.RLIMIT_CORE, 0, 0),
                Rlimit.of(RlimitType.RLIMIT_SIGPENDING, 64, 128),
                Rlimit.of(RlimitType.RLIMIT_MSGQUEUE, 1000, 2000),
                Rlimit.of(RlimitType.RLIMIT_LOCKS, 64, 16384),
                Rlimit.of(RlimitType.RLIMIT_RSS, 1 << 26, Rlimit.UNLIMITED),
                Rlimit.of(RlimitType.RLIMIT_AS, 1L << 40, 1L << 41),
                Rlimit.of(RlimitType.RLIMIT_DATA, 1L << 40, 1L << 41),
                Rlimit.of(RlimitType.RLIMIT_RTTIME, 64, 16384),
                Rlimit.of(RlimitType.RLIMIT_NICE, 0, 0),
                Rlimit.of(RlimitType.RLIMIT_RTPRIO, 0, 0),
                Rlimit.of(RlimitType.RLIMIT_NPROC, 64, 128),
                Rlimit.of(RlimitType.RLIMIT_MEMLOCK, 4096, 8192));
        String shown = process("cat /proc/self/limits", process -> process.withRlimits(limits))
                .stdout();
        assertThat(shown)
                .containsPattern("Max open files +64 +16384")
                .containsPattern("Max cpu time +64 +16384")
                .containsPattern("Max file size +1048576 +2097152")
                .containsPattern("Max stack size +4194304 +8388608")
                .containsPattern("Max core file size +0 +0")
                .containsPattern("Max pending signals +64 +128")
                .containsPattern("Max resident set +67108864 +unlimited")
                .containsPattern("Max address space +1099511627776 +2199023255552")
                .containsPattern("Max data size +1099511627776 +2199023255552")
                .containsPattern("Max realtime timeout +64 +16384")
                .containsPattern("Max realtime priority +0 +0")
                .containsPattern("Max nice priority +0 +0")
                .containsPattern("Max processes +64 +128")
                .containsPattern("Max locked memory +4096 +8192")
                .containsPattern("Max msgqueue size +1000 +2000")
                .containsPattern("Max file locks +64 +16384");
    }

    @Test
    void oomScoreAdjIsSet() throws Exception {
        assertThat(process("cat /proc/self/oom_score_adj", process -> process.withOomScoreAdj(500))
                        .stdout())
                .isEqualTo("500\n");
    }

    @Test
    void allFiveSetsOfCapabilitiesAreThoseOfTheSpecification() throws Exception {
        Set<Capability> two = EnumSet.of(Capability.CAP_CHOWN, Capability.CAP_KILL);
        Set<Capability> one = EnumSet.of(Capability.CAP_KILL);
        Capabilities capabilities =
                Capabilities.of(two).withEffective(one).withInheritable(one).withAmbient(one);
        Result status = process(
                "cat /proc/self/status",
                process -> process.withUser(User.of(1000, 1001)).withCapabilities(capabilities));
        assertThat(status.value("CapBnd")).isEqualTo("0000000000000021");
        assertThat(status.value("CapInh")).isEqualTo("0000000000000020");
        assertThat(status.value("CapAmb")).isEqualTo("0000000000000020");
        // the shell was executed by a user who is not root: what is left is what was ambient
        assertThat(status.value("CapPrm")).isEqualTo("0000000000000020");
        assertThat(status.value("CapEff")).isEqualTo("0000000000000020");
    }

    /** config.md, "capabilities": what cannot be granted is a warning, and the container has less and not more. */
    @Test
    void anAmbientCapabilityThatIsNotInheritableIsNotGiven() throws Exception {
        Set<Capability> one = EnumSet.of(Capability.CAP_KILL);
        Result status = process(
                "cat /proc/self/status",
                process -> process.withUser(User.of(1000, 1001))
                        .withCapabilities(Capabilities.of(one).withAmbient(one)));
        assertThat(status.value("CapAmb")).isEqualTo("0000000000000000");
        assertThat(status.value("CapEff")).isEqualTo("0000000000000000");
    }

    @Test
    void theUmaskIsThatOfTheSpecification() throws Exception {
        assertThat(process("umask", process -> process.withUser(User.of(0, 0).withUmask(0077)))
                        .stdout())
                .isEqualTo("0077\n");
    }

    @Test
    void ioPriorityIsSet() throws Exception {
        IoPriority idle = IoPriority.of(IoPriorityClass.IOPRIO_CLASS_IDLE, 7);
        Files.createSymbolicLink(containers.root().resolve("bin/ionice"), Path.of("busybox"));
        assertThat(process("ionice -p $$", process -> process.withIoPriority(idle))
                        .stdout())
                .startsWith("idle");
    }

    @Test
    void theSchedulerIsThatOfTheSpecification() throws Exception {
        Scheduler batch = Scheduler.of(SchedulerPolicy.SCHED_BATCH).withNice(5);
        assertThat(process("cut -d ' ' -f 19,41 /proc/self/stat", process -> process.withScheduler(batch))
                        .stdout())
                .isEqualTo("5 3\n");
    }

    /** What this runtime cannot do is an error and never silence (runtime.md, "Errors"). */
    @ParameterizedTest
    @MethodSource("notDone")
    void whatCannotBeDoneIsAnErrorThatNamesIt(String named, UnaryOperator<Spec> change) {
        assertThatThrownBy(() -> run("true", change))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(named);
    }

    static Stream<Arguments> notDone() {
        return Stream.of(refused(
                "SCMP_ACT_NOTIFY",
                linux -> linux.withSeccomp(Seccomp.of(SeccompAction.SCMP_ACT_ALLOW)
                        .withSyscalls(List.of(SeccompSyscall.of(List.of("chown"), SeccompAction.SCMP_ACT_NOTIFY))))));
    }

    private static Arguments refused(String named, UnaryOperator<Linux> change) {
        return Arguments.of(named, (UnaryOperator<Spec>)
                spec -> spec.withLinux(change.apply(spec.linux().orElseThrow())));
    }

    /** SECURITY A2 2: what cannot be applied is an error, the kernel's own where it has no SELinux. */
    @Test
    void aMountLabelThatTheKernelDoesNotKnowIsAnError() {
        assertThatThrownBy(() -> run(
                        "true",
                        spec -> spec.withLinux(
                                spec.linux().orElseThrow().withMountLabel("no_such_u:no_such_r:no_such_t:s0"))))
                .isInstanceOf(SyscallException.class)
                .hasMessageContaining("no_such_t")
                .hasMessageContaining("SELinux has to be at work");
    }

    @Test
    void annotationsAreNotForUs() throws Exception {
        assertThat(run("echo fine", spec -> spec.withAnnotations(Map.of("run.oci.handler", "anything")))
                        .stdout())
                .isEqualTo("fine\n");
    }
}
