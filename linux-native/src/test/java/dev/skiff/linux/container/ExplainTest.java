package dev.skiff.linux.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.linux.testing.TestContainers;
import dev.skiff.oci.runtime.Process;
import dev.skiff.oci.runtime.Spec;
import dev.skiff.oci.runtime.User;
import java.nio.file.Files;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The order of a start's calls, on which its safety rests (SECURITY.md A1 24 and A2), as {@code explain()} prints it. */
@KernelTest(programs = BusyboxRoot.BUSYBOX)
class ExplainTest {
    private TestContainers containers;

    @BeforeEach
    void open() throws Exception {
        containers = new TestContainers(Files.createTempDirectory("skiff-explain"));
    }

    @AfterEach
    void close() {
        containers.close();
    }

    private String explain(UnaryOperator<Process> change) throws Exception {
        Spec spec = containers.spec("true");
        return containers.host.explain(
                containers.request(spec.withProcess(change.apply(spec.process().orElseThrow())), List.of()));
    }

    private String ofAUser(boolean noNewPrivileges) throws Exception {
        return explain(process -> process.withUser(User.of(1000, 1001)).withNoNewPrivileges(noNewPrivileges));
    }

    /** Each is there after the one before it; between them there may be others. */
    private static void assertOrder(String program, String... calls) {
        int at = 0;
        for (String call : calls) {
            int found = program.indexOf(call, at);
            assertThat(found)
                    .as(call + " after all of " + List.of(calls) + " that come before it, in\n" + program)
                    .isNotNegative();
            at = found + call.length();
        }
    }

    @Test
    void aStartGoesFromIsolationToTheMountsToTheRightsToTheCommand() throws Exception {
        assertOrder(
                explain(UnaryOperator.identity()),
                "unshare(CLONE_NEWNET)",
                "clone3(",
                "supervise(",
                "prctl(PR_SET_PDEATHSIG, 9",
                "setsid()",
                "keyctl(KEYCTL_JOIN_SESSION_KEYRING, NULL)",
                "MS_REC|MS_SLAVE",
                "fsopen(\"overlay\"",
                "fsopen(\"proc\"",
                "fsopen(\"tmpfs\"",
                "# set sysctl net.ipv4.ip_unprivileged_port_start",
                "# make the devices",
                "# make /proc/sys read-only",
                "# cover /proc/kcore",
                "sethostname(\"box\"",
                "pivot_root(\".\", \".\")",
                "umount2(\".\", MNT_DETACH)",
                "chdir(\"/\")",
                "close_range(5",
                "prlimit64(",
                "execve(");
    }

    @Test
    void rightsAreGivenUpWhileTheyCanStillBeGivenUp() throws Exception {
        assertOrder(
                ofAUser(false),
                "chdir(\"/\")",
                "getcwd(",
                "close_range(3, ~0, CLOSE_RANGE_CLOEXEC)",
                "PR_CAPBSET_DROP, CAP_SYS_ADMIN",
                "setresgid(1001",
                "PR_SET_KEEPCAPS, 1",
                "setresuid(1000",
                "PR_SET_PDEATHSIG, 9", // changing ids has taken it back
                "capset(",
                "PR_CAP_AMBIENT_CLEAR_ALL",
                "execve(");
        if (!containers.host.rootless()) { // a user namespace of one id has no groups to set
            assertOrder(ofAUser(false), "PR_CAPBSET_DROP", "setgroups(1, [1001])", "setresgid(", "setresuid(");
        }
    }

    @Test
    void theFilterComesBeforeCapabilitiesGoUnlessNewPrivilegesAreRefused() throws Exception {
        String filter = "seccomp(SECCOMP_SET_MODE_FILTER";
        assertThat(ofAUser(false)).doesNotContain("PR_SET_NO_NEW_PRIVS");
        assertOrder(ofAUser(false), "pivot_root", "getcwd(", filter, "PR_CAPBSET_DROP", "capset(", "execve(");
        assertOrder(
                ofAUser(true), "getcwd(", "PR_SET_NO_NEW_PRIVS, 1", "PR_CAPBSET_DROP", "capset(", filter, "execve(");
    }

    @Test
    void allThatIsNotKeptIsDroppedFromTheBoundingSet() throws Exception {
        String program = explain(UnaryOperator.identity());
        for (String dangerous : List.of("CAP_SYS_ADMIN", "CAP_NET_RAW", "CAP_MKNOD", "CAP_SYS_PTRACE", "CAP_BPF")) {
            assertThat(program).contains("PR_CAPBSET_DROP, " + dangerous + ",");
        }
        assertThat(program).doesNotContain("PR_CAPBSET_DROP, CAP_CHOWN");
    }

    /** A filter may be older than close_range(2), and forbid it: so it comes first, and nothing is opened after it. */
    @Test
    void afterTheDescriptorsAreMarkedNothingIsOpened() throws Exception {
        for (boolean noNewPrivileges : List.of(true, false)) {
            String program = ofAUser(noNewPrivileges);
            String rest = program.substring(program.indexOf("close_range(3, ~0, CLOSE_RANGE_CLOEXEC)"));
            assertThat(rest).contains("seccomp(SECCOMP_SET_MODE_FILTER", "execve(");
            assertThat(rest)
                    .doesNotContain("open", "socket", "pipe", "dup", "fsmount", "memfd", "accept", "clone", "pidfd");
        }
    }

    /** No mount is made by a path that the image could bend: each goes from a descriptor to a descriptor. */
    @Test
    void inTheContainersRootMountsAreMadeByDescriptorAlone() throws Exception {
        String program = explain(UnaryOperator.identity());
        String inside = program.substring(program.indexOf("fsopen(\"proc\""), program.indexOf("pivot_root("));
        assertThat(inside.lines().filter(line -> line.contains("move_mount(")))
                .isNotEmpty()
                .allMatch(line -> line.contains("MOVE_MOUNT_F_EMPTY_PATH|MOVE_MOUNT_T_EMPTY_PATH"));
        assertThat(inside).doesNotContain(" mount(");
    }

    /** CVE-2019-16884: whom a label is given to is the kernel, and not a file of the image. */
    @Test
    void labelsAreGivenBeforeAnythingOfTheImageIsThere() throws Exception {
        assertOrder(
                explain(process -> process.withApparmorProfile("strict").withSelinuxLabel("a_u:b_r:c_t:s0")),
                "clone3(",
                "setsid()",
                "openat(AT_FDCWD, \"/proc/self/attr/apparmor/exec\", O_WRONLY|O_NOFOLLOW|O_CLOEXEC",
                "fstatfs(",
                "\"exec strict\", 11)",
                "openat(AT_FDCWD, \"/proc/self/attr/exec\", O_WRONLY|O_NOFOLLOW|O_CLOEXEC",
                "fstatfs(",
                "\"a_u:b_r:c_t:s0\", 14)",
                "MS_REC|MS_SLAVE",
                "fsopen(\"proc\"",
                "execve(");
    }
}
