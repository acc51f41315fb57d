package dev.skiff.linux.abi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.oci.runtime.Capability;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VocabularyTest {
    @Test
    void aMaskOfCapabilitiesReadsAsProcStatusWritesIt() {
        Set<Capability> some = Set.of(Capability.CAP_CHOWN, Capability.CAP_SYS_ADMIN, Capability.CAP_BPF);
        assertThat(CapabilityMask.of(some)).isEqualTo(0x8000200001L);
        assertThat(CapabilityMask.toSet(0x8000200001L)).isEqualTo(some);
        assertThat(CapabilityMask.toSet(-1L)).hasSize(41);
    }

    @ParameterizedTest
    @CsvSource({"6.18.5, 6, 18", "4.8, 4, 8", "6.1.0-18-amd64, 6, 1", "5.15-rc3, 5, 15", "6.6+, 6, 6"})
    void aKernelIsNewerByItsNumbers(String release, int major, int minor) {
        assertThat(KernelVersion.of(release)).isEqualTo(new KernelVersion(major, minor));
        assertThat(KernelVersion.of(release).isAtLeast(new KernelVersion(4, 8))).isTrue();
        assertThat(KernelVersion.of(release).isAtLeast(new KernelVersion(7, 0))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "6", "six.one", "6.x", "v6.1", "6.9999999999"})
    void whatIsNoKernelReleaseIsRefused(String release) {
        assertThatThrownBy(() -> KernelVersion.of(release))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + release + "\"");
    }

    @ParameterizedTest
    @CsvSource({
        "SIGTERM, 15",
        "term, 15",
        "15, 15",
        "SIGRTMIN, 34",
        "RTMIN+3, 37",
        "SIGRTMAX-1, 63",
        "SIGIOT, 6",
        "SIGSYS, 31"
    })
    void aSignalIsNamedAsPeopleNameIt(String text, int number) {
        assertThat(Signal.of(text).number()).isEqualTo(number);
        assertThat(Signal.of(Signal.of(text).name())).isEqualTo(Signal.of(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "SIG", "0", "65", "-1", "SIGRTMIN+31", "RTMAX-31", "SIGNAL", "RTMIN+99999999999"})
    void whatIsNoSignalIsRefusedByName(String text) {
        assertThatThrownBy(() -> Signal.of(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + text + "\"");
    }

    @Test
    void everySignalSaysAName() {
        for (int number = 1; number <= 64; number++) {
            assertThat(Signal.of(new Signal(number).name()).number()).isEqualTo(number);
        }
    }

    @Test
    void anErrorHasNameNumberAndMeaning() {
        assertThat(Errno.find(1)).hasValue(Errno.EPERM);
        assertThat(Errno.find("EWOULDBLOCK")).hasValue(Errno.EAGAIN);
        assertThat(Errno.EHWPOISON.number()).isEqualTo(133);
        assertThat(Errno.describe(38)).startsWith("ENOSYS (").endsWith(")");
        assertThat(Errno.describe(37)).startsWith("ENOLCK");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 41, 134, 524})
    void aNumberThatTheKernelLeaksStillSaysSomething(int number) {
        assertThat(Errno.find(number)).isEmpty();
        assertThat(Errno.nameOf(number)).isEqualTo("errno " + number);
    }

    @Test
    void anArchitectureIsNamedAsSpecsAndJvmsNameIt() {
        assertThat(Architecture.ofSpecName("SCMP_ARCH_X86_64")).hasValue(Architecture.X86_64);
        assertThat(Architecture.ofSpecName("SCMP_ARCH_S390X")).isEmpty();
        assertThat(Architecture.ofJvm("amd64").goName()).isEqualTo("amd64");
        assertThat(Architecture.ofJvm("aarch64").goName()).isEqualTo("arm64");
        assertThatThrownBy(() -> Architecture.ofJvm("riscv64")).hasMessageContaining("os.arch=riscv64");
    }
}
