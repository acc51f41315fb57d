package dev.skiff.oci.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.oci.Corpus;
import dev.skiff.oci.Json;
import dev.skiff.oci.JsonException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpecTest {
    private static final String CONFIG = new String(Corpus.document("runtime-config"), UTF_8);

    @Test
    void aContainerIsDescribedInAFewLines() {
        Spec spec = Spec.of(
                        Root.of("/run/rootfs").withReadonly(true),
                        Process.of(List.of("/bin/true"))
                                .withUser(User.of(1000, 1000).withAdditionalGids(List.of(27)))
                                .withRlimits(List.of(Rlimit.of(RlimitType.RLIMIT_NOFILE, 1024, Rlimit.UNLIMITED))),
                        Linux.none()
                                .withNamespaces(
                                        List.of(Namespace.of(NamespaceType.PID), Namespace.of(NamespaceType.MOUNT))))
                .withHostname("web")
                .plusMount(Mount.of("/proc", "proc", "proc", List.of("nosuid")).plusOptions("noexec", "nodev"))
                .plusMount(Mount.bind("/srv", "/data"));

        assertThat(Json.write(spec))
                .asString()
                .isEqualTo(
                        "{\"ociVersion\":\"1.2.0\",\"process\":{\"user\":{\"uid\":1000,\"gid\":1000,\"additionalGids\":[27]},"
                                + "\"args\":[\"/bin/true\"],\"cwd\":\"/\",\"capabilities\":{},\"rlimits\":[{\"type\":\"RLIMIT_NOFILE\","
                                + "\"hard\":18446744073709551615,\"soft\":1024}]},\"root\":{\"path\":\"/run/rootfs\",\"readonly\":true},"
                                + "\"hostname\":\"web\",\"mounts\":[{\"destination\":\"/proc\",\"type\":\"proc\",\"source\":\"proc\","
                                + "\"options\":[\"nosuid\",\"noexec\",\"nodev\"]},{\"destination\":\"/data\",\"type\":\"bind\","
                                + "\"source\":\"/srv\",\"options\":[\"rbind\"]}],\"linux\":{\"namespaces\":[{\"type\":\"pid\"},"
                                + "{\"type\":\"mount\"}]}}");
        assertThat(spec.linux().orElseThrow().namespace(NamespaceType.PID)).contains(Namespace.of(NamespaceType.PID));
        assertThat(spec.linux().orElseThrow().namespace(NamespaceType.USER)).isEmpty();
    }

    /** Each line changes one thing in a good document; the place and a word of the reason must be in the message. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"ociVersion\": \"1.2.0\" | \"ociVersion\": \"2.0.0\" | $: ociVersion must be",
                "\"cwd\": \"/app\" | \"cwd\": \"app\" | $.process: cwd must be an absolute path",
                "\"oomScoreAdj\": -500 | \"oomScoreAdj\": -1001 | $.process: oomScoreAdj",
                "\"soft\": 1048576 | \"soft\": 1048577 | $.process.rlimits[0]: RLIMIT_NOFILE: the soft limit 1048577 is above",
                "RLIMIT_CORE | RLIMIT_NOFILE | $.process: rlimits has RLIMIT_NOFILE twice",
                "RLIMIT_CORE | RLIMIT_TEMPER | $.process.rlimits[1].type: expected one of",
                "\"umask\": 18 | \"umask\": 512 | $.process.user: umask",
                "\"priority\": 4 | \"priority\": 8 | $.process.ioPriority: priority",
                "{\"type\": \"time\"} | {\"type\": \"pid\"} | $.linux: namespaces has PID twice",
                "{\"type\": \"time\"} | {\"type\": \"space\"} | $.linux.namespaces[7].type: expected one of pid, network",
                "/proc/kcore | proc/kcore | $.linux: maskedPaths must be an absolute path",
                "\"type\": \"p\" | \"type\": \"c\" | $.linux.devices[2]: device /dev/queue needs",
                "\"access\": \"m\" | \"access\": \"mx\" | $.linux.resources.devices[2]: access must be",
                "\"index\": 0 | \"index\": 6 | $.linux.seccomp.syscalls[1].args[0]: a system call has the arguments 0 to 5",
                "\"errnoRet\": 38 | \"errnoRet\": 4096 | $.linux.seccomp.syscalls[2]: errnoRet",
                "[\"getcwd\", \"chmod\"] | [] | $.linux.seccomp.syscalls[0]: a seccomp rule needs",
                "\"listenerPath\" | \"listener\" | $.linux.seccomp: listenerMetadata needs",
                "\"rslave\" | \"unshared\" | $.linux.rootfsPropagation: expected one of private",
                "\"memory.high\" | \"../memory.high\" | $.linux.resources: unified names files",
                "\"boottime\" | \"realtime\" | $.linux: timeOffsets has the clocks",
                "container_eth1 | ../eth1 | $.linux.netDevices.eth1: netDevices: name must be",
                "container_eth1 | longer_than_fifteen | $.linux.netDevices.eth1: netDevices: name must be",
                "\"eth1\": | \"eth 1\": | $.linux: netDevices must be one to 15 characters",
                "\"nanosecs\": 5 | \"nanosecs\": 1000000000 | $.linux.timeOffsets.monotonic: nanosecs",
                "\"size\": 4294967295 | \"size\": 4294967296 | $.linux.uidMappings[0]: size",
                "\"size\": 65536 | \"size\": 0 | $.mounts[2].uidMappings[0]: size",
                "\"gidMappings\": [{\"containerID\": 0, \"hostID\": 100000 | \"x\": [{\"containerID\": 0, \"hostID\": 100000"
                        + " | $.mounts[2]: mount /data has only one of",
                "\"path\": \"/usr/bin/setup-network\" | \"path\": \"setup-network\" | $.hooks.createRuntime[0]: path must be",
                "\"timeout\": 5 | \"timeout\": 0 | $.hooks.poststart[0]: timeout",
                "\"destination\": \"/proc\" | \"destination\": \"\" | $.mounts[0]: destination must not be empty",
                "\"org.example.empty\" | \"\" | $: annotations must not be empty",
                "\"LINUX32\" | \"BSD\" | $.linux.personality.domain: expected one of LINUX, LINUX32",
            })
    void whatTheSpecificationForbidsIsRejectedWhereItStands(String good, String bad, String message) {
        assertThat(CONFIG).contains(good);
        byte[] document = CONFIG.replace(good, bad).getBytes(UTF_8);

        assertThatThrownBy(() -> Json.read(document, Spec.class))
                .isInstanceOf(JsonException.class)
                .hasMessageStartingWith(message);
    }

    /** The schema requires no user and no ids, and whoever reads it in Go has 0 then. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} | 0 | 0",
                "{\"user\": {}} | 0 | 0",
                "{\"user\": null} | 0 | 0",
                "{\"user\": {\"uid\": 7}} | 7 | 0"
            })
    void aProcessWithoutAUserIsRoots(String user, int uid, int gid) {
        String document =
                "{\"cwd\": \"/\"" + (user.equals("{}") ? "" : "," + user.substring(1, user.length() - 1)) + "}";
        Process process = Json.read(document.getBytes(UTF_8), Process.class);
        assertThat(process.user()).isEqualTo(User.of(uid, gid));
        assertThat(Json.write(process)).asString().contains("\"user\":{\"uid\":" + uid + ",\"gid\":" + gid + "}");
    }

    /** CVE-2024-40635: an id beyond 2^31-1 wrapped round to root. */
    @ParameterizedTest
    @ValueSource(strings = {"-1", "2147483648", "4294967295", "4294967296", "1e9", "\"0\""})
    void cve202440635UidThatWrapsRound(String uid) {
        byte[] document = CONFIG.replace("\"uid\": 1000", "\"uid\": " + uid).getBytes(UTF_8);

        assertThatThrownBy(() -> Json.read(document, Spec.class))
                .isInstanceOf(JsonException.class)
                .hasMessageStartingWith("$.process.user");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"/app\"",
                "\"server.js\"",
                "\"NODE_VERSION=18.20.4\"",
                "\"web\"",
                "\"nosuid\"",
                "\"/skiff/7f3a\""
            })
    void aNulIsRejectedForTheKernelWouldStopReadingThere(String text) {
        String nul = text.replaceFirst("\"$", "\\\\u0000hidden\"");

        assertThatThrownBy(() -> Json.read(CONFIG.replace(text, nul).getBytes(UTF_8), Spec.class))
                .isInstanceOf(JsonException.class)
                .hasMessageEndingWith("cannot hold a NUL character")
                .hasMessageNotContaining("18.20.4");
    }

    @Test
    void valuesOfTheEnvironmentStayOutOfMessages() {
        Process process = Process.of(List.of("node")).withEnv(List.of("TOKEN=hunter2"));

        assertThat(Spec.of(Root.of("/"), process, Linux.none()).toString())
                .contains("node")
                .doesNotContain("hunter2");
    }

    @Test
    void theDeviceCgroupIsWrittenAsAListThatDeniesFirst() {
        Resources resources = Resources.none()
                .withDevices(List.of(DeviceRule.denyAll(), DeviceRule.allow(DeviceType.CHARACTER, 1, 3, "rwm")));

        assertThat(Json.write(resources))
                .asString()
                .isEqualTo("{\"devices\":[{\"allow\":false,\"access\":\"rwm\"},"
                        + "{\"allow\":true,\"type\":\"c\",\"major\":1,\"minor\":3,\"access\":\"rwm\"}]}");
    }

    @Test
    void whatIsNotForLinuxIsKept() {
        assertThat(Json.read(CONFIG.getBytes(UTF_8), Spec.class).extra().names())
                .containsExactly("windows");
    }
}
