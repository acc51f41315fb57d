package dev.skiff.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.linux.testing.ChildJvm;
import dev.skiff.linux.testing.KernelTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The terminal that a JVM is started at. */
@KernelTest(programs = OwnTerminalTest.SCRIPT)
@Timeout(60)
class OwnTerminalTest {
    static final String SCRIPT = "/usr/bin/script"; // makes terminals

    private static final String COMMANDS = "stty rows 12 cols 34; \"$@\"; echo after:; stty -a";

    private static String said(String how) throws Exception {
        // script takes one line for a shell, which this one becomes
        Process child = ChildJvm.start(
                List.of(
                        "sh",
                        "-c",
                        "export SHELL=/bin/sh COMMANDS=\"$0\"; exec " + SCRIPT
                                + " -q -c \"sh -c \\\"\\$COMMANDS\\\" sh $(printf \"'%s' \" \"$@\")\" /dev/null",
                        COMMANDS),
                List.of(),
                Main.class,
                how);
        String all = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        child.waitFor();
        return all;
    }

    @Test
    void rawModeIsTakenBackWhenItIsClosed() throws Exception {
        assertThat(said("close").split("after:", 2))
                .satisfies(
                        all -> assertThat(all[0]).contains("12x34", "-icanon", "-isig", "-opost", "-ixon", "-icrnl"),
                        all -> assertThat(all[1]).containsPattern("[ ;]icanon").doesNotContain("-opost"));
    }

    /** By System.exit, and by a signal that ends it as that does. */
    @Test
    void rawModeIsTakenBackWhenTheJvmEnds() throws Exception {
        for (String how : List.of("exit", "signal")) {
            assertThat(said(how).split("after:", 2))
                    .satisfies(
                            all -> assertThat(all[0]).contains("-icanon"),
                            all -> assertThat(all[1]).containsPattern("[ ;]icanon"));
        }
    }

    static final class Main {
        private Main() {}

        public static void main(String[] args) throws Exception {
            OwnTerminal terminal = OwnTerminal.find().orElseThrow();
            terminal.makeRaw();
            System.out.println(terminal.size().height() + "x" + terminal.size().width());
            new ProcessBuilder("stty", "-a").inheritIO().start().waitFor();
            switch (args[0]) {
                case "close" -> terminal.close();
                case "exit" -> System.exit(3);
                default -> end();
            }
        }

        private static void end() throws IOException, InterruptedException {
            new ProcessBuilder(
                            "kill",
                            "-TERM",
                            Long.toString(ProcessHandle.current().pid()))
                    .start();
            Thread.currentThread().join();
        }
    }
}
