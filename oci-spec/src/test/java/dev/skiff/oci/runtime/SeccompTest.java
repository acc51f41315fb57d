package dev.skiff.oci.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.oci.Json;
import dev.skiff.oci.JsonException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SeccompTest {
    private static final String FILTER = """
            {"defaultAction":"SCMP_ACT_ERRNO","defaultErrnoRet":1,"architectures":["SCMP_ARCH_X86_64","SCMP_ARCH_X32"],\
            "syscalls":[{"names":["clone"],"action":"SCMP_ACT_ALLOW","args":[{"index":0,"value":18446744071562067968,\
            "valueTwo":0,"op":"SCMP_CMP_MASKED_EQ"}]},{"names":["clone3"],"action":"SCMP_ACT_ERRNO","errnoRet":38}]}""";

    @Test
    void aFilterIsWrittenAsTheSpecificationSpellsIt() {
        Seccomp filter = Seccomp.of(SeccompAction.SCMP_ACT_ERRNO)
                .withDefaultErrnoRet(1)
                .withArchitectures(EnumSet.of(SeccompArch.SCMP_ARCH_X32, SeccompArch.SCMP_ARCH_X86_64))
                .withSyscalls(List.of(
                        SeccompSyscall.of(List.of("clone"), SeccompAction.SCMP_ACT_ALLOW)
                                .withArgs(List.of(SeccompArg.masked(0, 0xffffffff80000000L, 0))),
                        SeccompSyscall.of(List.of("clone3"), SeccompAction.SCMP_ACT_ERRNO)
                                .withErrnoRet(38)));

        assertThat(Json.write(filter)).asString().isEqualTo(FILTER);
        assertThat(Json.read(FILTER.getBytes(UTF_8), Seccomp.class)).isEqualTo(filter);
    }

    @Test
    void anUnknownActionIsRejectedForItMightHaveBeenStricter() {
        byte[] document =
                FILTER.replace("\"SCMP_ACT_ALLOW\"", "\"SCMP_ACT_ASK\"").getBytes(UTF_8);

        assertThatThrownBy(() -> Json.read(document, Seccomp.class))
                .isInstanceOf(JsonException.class)
                .hasMessageStartingWith("$.syscalls[0].action: expected one of SCMP_ACT_KILL, SCMP_ACT_KILL_PROCESS")
                .hasMessageEndingWith("found \"SCMP_ACT_ASK\"");
    }

    @Test
    void anUnknownCapabilityIsLeftOutForItCannotBeGranted() {
        Capabilities read = Json.read(
                "{\"bounding\":[\"CAP_EVERYTHING\",\"CAP_KILL\"],\"effective\":[\"KILL\"]}".getBytes(UTF_8),
                Capabilities.class);

        assertThat(read.bounding()).containsExactly(Capability.CAP_KILL);
        assertThat(read.effective()).isEmpty();
    }

    @Test
    void aCapabilityThatIsNoWordIsRejected() {
        assertThatThrownBy(() -> Json.read("{\"bounding\":[7]}".getBytes(UTF_8), Capabilities.class))
                .isInstanceOf(JsonException.class)
                .hasMessageContaining("$.bounding[0]");
    }

    @Test
    void capabilitiesAreNumberedAsTheKernelNumbersThem() {
        assertThat(Capability.CAP_CHOWN.number()).isZero();
        assertThat(Capability.CAP_SYS_ADMIN.number()).isEqualTo(21);
        assertThat(Capability.CAP_SETFCAP.number()).isEqualTo(31);
        assertThat(Capability.CAP_CHECKPOINT_RESTORE.number()).isEqualTo(40);
    }

    /** CVE-2022-29162: a runtime that gave the asked capabilities to the inheritable set too. */
    @Test
    void inheritableAndAmbientStayEmptyUnlessAsked() {
        Capabilities capabilities = Capabilities.of(Set.of(Capability.CAP_KILL));

        assertThat(capabilities.bounding())
                .isEqualTo(capabilities.effective())
                .isEqualTo(capabilities.permitted())
                .containsExactly(Capability.CAP_KILL);
        assertThat(capabilities.inheritable()).isEmpty();
        assertThat(capabilities.ambient()).isEmpty();
    }
}
