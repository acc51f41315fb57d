package dev.skiff.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.oci.runtime.Process;
import dev.skiff.oci.runtime.User;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The home of a container's process, of which the specification does not say it. */
@KernelTest(programs = BusyboxRoot.BUSYBOX)
class HomeDirectoryTest extends OciFixture {
    private static final String PASSWD = "root:x:0:0:root:/root:/bin/sh\napp:x:7:8::/srv/app:/bin/sh\n";

    private static Process in(Process process, String... env) {
        return process.withUser(User.of(7, 8)).withEnv(List.of(env));
    }

    private Process saying(Process process) {
        return process.withArgs(List.of("/bin/sh", "-c", "echo $HOME >> /tmp/homes; exec sleep 1000"));
    }

    private Path passwd() throws IOException {
        Path etc = Files.createDirectories(bundle.resolve("rootfs/etc"));
        Path tmp = Files.createDirectories(bundle.resolve("rootfs/tmp"));
        assertThat(tmp.toFile().setWritable(true, false)).isTrue();
        Files.deleteIfExists(etc.resolve("passwd"));
        return etc.resolve("passwd");
    }

    private String home(String... env) throws IOException {
        Path homes = bundle.resolve("rootfs/tmp/homes");
        write(defaults.withProcess(saying(in(defaults.process().orElseThrow(), env))));
        runtime.create(ID, bundle, OciStreams.inherited());
        runtime.start(ID);
        await(() -> has(homes, "\n"));
        String said = Files.readString(homes);
        runtime.delete(ID, true);
        Files.delete(homes);
        return said.trim();
    }

    @Test
    void itIsWhatTheImageSaysOfTheUserUnlessTheSpecificationHasOne() throws IOException {
        Files.writeString(passwd(), PASSWD);
        assertThat(home()).isEqualTo("/srv/app");
        assertThat(home("HOME=")).isEqualTo("/srv/app");
        assertThat(home("HOME=/elsewhere")).isEqualTo("/elsewhere");
    }

    @Test
    void aProcessThatJoinsHasThatOfItsOwnUser() throws IOException {
        Files.writeString(passwd(), PASSWD);
        write(defaults.withProcess(
                in(defaults.process().orElseThrow()).withArgs(List.of("/bin/sh", "-c", "exec sleep 1000"))));
        runtime.create(ID, bundle, OciStreams.inherited());
        runtime.start(ID);
        Process joining = defaults.process()
                .orElseThrow()
                .withEnv(List.of())
                .withArgs(List.of("/bin/sh", "-c", "test $HOME = /root && exit 5"));
        assertThat(runtime.exec(ID, joining, OciStreams.inherited()).value()).isEqualTo(5);
    }

    /** SECURITY A1 15: a FIFO would be waited for for ever, a link would lead to the host's. */
    @Test
    void aFileThatIsNoneKnowsNobodyAndHoldsNobodyUp() throws Exception {
        Path passwd = passwd();
        assertThat(home()).isEqualTo("/");
        assertThat(new ProcessBuilder("mkfifo", passwd.toString()).start().waitFor())
                .isZero();
        assertThat(home()).isEqualTo("/");
        Files.delete(passwd);
        Files.createSymbolicLink(passwd, Path.of("/proc/1/root/etc/passwd"));
        assertThat(home()).isEqualTo("/");
    }

    @Test
    void linesThatAreNotAsTheyShouldBeNameNobody() {
        assertThat(HomeDirectory.find(PASSWD, 7)).contains("/srv/app");
        for (String line :
                List.of("x:x:07:8::/bad:", "x:x:7:8:/bad:/bin/sh", "x:x:7:8::bad:/bin/sh", "x:x:7:8:::/bin/sh")) {
            assertThat(HomeDirectory.find(line, 7)).as(line).isEmpty();
        }
    }
}
