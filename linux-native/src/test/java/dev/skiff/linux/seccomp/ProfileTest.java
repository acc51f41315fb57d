package dev.skiff.linux.seccomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.linux.abi.Architecture;
import dev.skiff.linux.abi.KernelVersion;
import dev.skiff.oci.JsonException;
import dev.skiff.oci.runtime.Capability;
import dev.skiff.oci.runtime.Seccomp;
import dev.skiff.oci.runtime.SeccompArch;
import dev.skiff.oci.runtime.SeccompSyscall;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProfileTest {
    private static final KernelVersion KERNEL = new KernelVersion(6, 1);

    private static Profile parse(String json) {
        return Profile.parse(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> names(
            String when, Architecture host, KernelVersion kernel, Capability... capabilities) {
        Profile profile = parse("{'defaultAction': 'SCMP_ACT_ERRNO', 'syscalls': [{'names': ['read'],"
                + " 'action': 'SCMP_ACT_ALLOW', " + when + "}]}");
        return profile.resolve(Set.of(capabilities), host, kernel).syscalls().stream()
                .flatMap(rule -> rule.names().stream())
                .toList();
    }

    @Test
    void includesWantAllTheirCapabilities() {
        String both = "'includes': {'caps': ['CAP_BPF', 'CAP_PERFMON']}";
        assertThat(names(both, Architecture.X86_64, KERNEL, Capability.CAP_BPF)).isEmpty();
        assertThat(names(both, Architecture.X86_64, KERNEL, Capability.CAP_BPF, Capability.CAP_PERFMON))
                .containsExactly("read");
    }

    @Test
    void excludesAreMetByAnyCapability() {
        String either = "'excludes': {'caps': ['CAP_BPF', 'CAP_PERFMON']}";
        assertThat(names(either, Architecture.X86_64, KERNEL, Capability.CAP_BPF))
                .isEmpty();
        assertThat(names(either, Architecture.X86_64, KERNEL)).containsExactly("read");
    }

    @Test
    void architecturesAreThoseOfTheHost() {
        String arm = "'includes': {'arches': ['arm', 'arm64']}";
        assertThat(names(arm, Architecture.AARCH64, KERNEL)).containsExactly("read");
        assertThat(names(arm, Architecture.X86_64, KERNEL)).isEmpty();
        assertThat(names("'excludes': {'arches': ['amd64']}", Architecture.X86_64, KERNEL))
                .isEmpty();
    }

    @Test
    void kernelsAreComparedByNumber() {
        String since = "'includes': {'minKernel': '4.8'}";
        assertThat(names(since, Architecture.X86_64, new KernelVersion(4, 7))).isEmpty();
        assertThat(names(since, Architecture.X86_64, new KernelVersion(4, 10))).containsExactly("read");
        assertThat(names("'excludes': {'minKernel': '4.8'}", Architecture.X86_64, KERNEL))
                .isEmpty();
    }

    @Test
    void aCapabilityThatNobodyKnowsIsOneThatNobodyHas() {
        assertThat(names(
                        "'includes': {'caps': ['CAP_OF_THE_FUTURE']}",
                        Architecture.X86_64,
                        KERNEL,
                        Capability.values()))
                .isEmpty();
    }

    @Test
    void podmansSpellingIsReadToo() {
        Seccomp seccomp = parse("{'defaultAction': 'SCMP_ACT_ERRNO', 'defaultErrnoRet': 38, 'defaultErrno': 'ENOSYS',"
                        + " 'architectures': ['SCMP_ARCH_X86_64'], 'syscalls': [{'name': 'bdflush', 'names': ['io_pgetevents'],"
                        + " 'action': 'SCMP_ACT_ERRNO', 'args': [], 'comment': '', 'includes': {}, 'excludes': {},"
                        + " 'errno': 'EPERM'}]}")
                .resolve(Set.of(), Architecture.X86_64, KERNEL);
        SeccompSyscall rule = seccomp.syscalls().get(0);
        assertThat(rule.names()).containsExactlyInAnyOrder("io_pgetevents", "bdflush");
        assertThat(rule.errnoRet()).hasValue(1);
        assertThat(seccomp.defaultErrnoRet()).hasValue(38);
        assertThat(seccomp.architectures()).containsExactly(SeccompArch.SCMP_ARCH_X86_64);
    }

    @Test
    void theDefaultCoversWhatElseRunsOnTheHost() {
        Profile profile = DefaultProfile.profile();
        assertThat(profile.resolve(Set.of(), Architecture.X86_64, KERNEL).architectures())
                .containsExactlyInAnyOrder(
                        SeccompArch.SCMP_ARCH_X86_64, SeccompArch.SCMP_ARCH_X86, SeccompArch.SCMP_ARCH_X32);
        assertThat(profile.resolve(Set.of(), Architecture.AARCH64, KERNEL).architectures())
                .containsExactlyInAnyOrder(SeccompArch.SCMP_ARCH_AARCH64, SeccompArch.SCMP_ARCH_ARM);
    }

    @Test
    void anUnknownActionIsRefusedWithItsPlace() {
        assertThatThrownBy(() -> parse("{'defaultAction': 'SCMP_ACT_PLEASE'}"))
                .isInstanceOf(JsonException.class)
                .hasMessageContaining("defaultAction");
    }
}
