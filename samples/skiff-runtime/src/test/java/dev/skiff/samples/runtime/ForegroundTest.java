package dev.skiff.samples.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.linux.testing.Spin;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What is waited for: its terminal, its signals. */
@KernelTest(programs = {BusyboxRoot.BUSYBOX, ForegroundTest.SCRIPT})
class ForegroundTest extends RuntimeFixture {
    static final String SCRIPT = "/usr/bin/script"; // makes terminals

    private void configureTerminal(String script) throws Exception {
        configure(script, spec -> spec.withProcess(spec.process().orElseThrow().withTerminal(true)));
    }

    private void awaitReady() {
        while (!Files.exists(bundle.resolve("rootfs/ready"))) {
            Spin.once();
        }
    }

    /** In a shell that has a terminal of its own. */
    private static ProcessBuilder atTerminal(String commands) {
        return new ProcessBuilder(SCRIPT, "-q", "-e", "-c", commands, "/dev/null");
    }

    /** As a word or more of a shell. */
    private String line(String... arguments) {
        return command(arguments).stream().map(word -> "'" + word + "'").collect(Collectors.joining(" "));
    }

    private String run() {
        return line("run", "--bundle", bundle.toString(), ID);
    }

    @Test
    void aTerminalHasTheSizeOfOursAndFollowsIt() throws Exception {
        configureTerminal("trap 'stty size; exit 5' WINCH; tty; stty size; echo ready > /ready; sleep 1000 & wait");
        Path ready = bundle.resolve("rootfs/ready");
        new ProcessBuilder("mkfifo", "--mode=666", ready.toString()).start().waitFor();
        Ended ended = ended(atTerminal("stty rows 20 cols 70; (timeout 60 cat " + ready + " > /dev/null"
                + "; stty rows 44 < /dev/tty) & " + run() + "; echo status $?; stty -a"));
        assertThat(ended.out())
                .as(ended.err())
                .contains("/dev/pts/0\r\n20 70\r\n", "44 70\r\nstatus 5\r\n")
                .containsPattern("[ ;]icanon")
                .doesNotContain("-icanon");
    }

    @Test
    void whatIsTypedIsTheContainersKeysThatAreSignalsToo() throws Exception {
        configureTerminal("trap 'echo interrupted; exit 6' INT; echo ready > /ready; sleep 1000 & wait");
        Process terminal = atTerminal("trap '' INT; " + run())
                .redirectOutput(base.resolve("typed").toFile())
                .start();
        awaitReady();
        try (OutputStream keys = terminal.getOutputStream()) {
            // until the terminal is raw its own line discipline would take the key
            while (!settings(terminal).contains("-isig")) {
                Spin.once();
            }
            keys.write(3); // Ctrl-C
            keys.flush();
            assertThat(terminal.waitFor()).isEqualTo(6);
        }
        assertThat(base.resolve("typed")).content().contains("interrupted\r\n");
    }

    /** Of the terminal that this one has made for its child. */
    private String settings(Process terminal) throws Exception {
        Path tty =
                Path.of("/proc/" + terminal.children().findFirst().orElseThrow().pid() + "/fd/0");
        Path out = base.resolve("settings");
        new ProcessBuilder("stty", "-a", "--file", tty.toRealPath().toString())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start()
                .waitFor();
        return Files.readString(out);
    }

    @Test
    void aTerminalIsCarriedToAndFromFilesAsWell() throws Exception {
        configureTerminal("stty -echo; read first; echo \"read $first\"; exit 7");
        Path typed = Files.writeString(base.resolve("typed"), "word\n");
        Ended ended = ended(
                new ProcessBuilder(command("run", "--bundle", bundle.toString(), ID)).redirectInput(typed.toFile()));
        assertThat(ended.out()).as(ended.err()).endsWith("read word\r\n");
        assertThat(ended.status()).isEqualTo(7);
        assertThat(skiff("list", "--quiet").out()).isEmpty();
    }

    @Test
    void anExecMayHaveATerminal() throws Exception {
        configure("exec sleep 1000");
        succeed("run", "--detach", "--bundle", bundle.toString(), ID);
        Ended ended = ended(
                atTerminal("stty rows 21 cols 71; " + line("exec", "--tty", ID, "sh", "-c", "tty; stty size; exit 8")));
        assertThat(ended.out()).as(ended.err()).contains("/dev/pts/0\r\n21 71\r\n");
        assertThat(ended.status()).isEqualTo(8);
        Ended missing = ended(atTerminal(line("exec", "--tty", ID, "nosuch") + "; echo status $?; stty -a"));
        assertThat(missing.out()).contains("status 255").containsPattern("[ ;]icanon");
    }

    @Test
    void aConsoleSocketIsForTerminalsThatNobodyHereWaitsFor() throws Exception {
        configureTerminal("true");
        String socket = base.resolve("socket").toString();
        String at = bundle.toString();
        assertThat(skiff("create", "--bundle", at, ID).err()).contains("needs --console-socket");
        assertThat(skiff("run", "--detach", "--bundle", at, ID).err()).contains("needs --console-socket");
        assertThat(skiff("run", "--console-socket", socket, "--bundle", at, ID).err())
                .contains("give --detach, too");
        configure("true");
        Ended refused = skiff("run", "--detach", "--console-socket", socket, "--bundle", at, ID);
        assertThat(refused.err()).contains("has no terminal");
        assertThat(refused.status()).isEqualTo(1);
    }

    @Test
    void signalsAreHandedOn() throws Exception {
        configure("trap 'exit 9' TERM; echo ready > /ready; sleep 1000 & wait");
        Process run = new ProcessBuilder(command("run", "--bundle", bundle.toString(), ID))
                .inheritIO()
                .start();
        awaitReady();
        run.destroy();
        assertThat(run.waitFor()).isEqualTo(9);
        assertThat(List.of(skiff("list", "--quiet").out())).containsExactly("");
    }
}
