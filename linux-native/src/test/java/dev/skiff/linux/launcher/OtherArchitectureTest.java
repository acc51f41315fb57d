package dev.skiff.linux.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skiff.linux.abi.Architecture;
import dev.skiff.linux.abi.SyscallTable;
import dev.skiff.linux.libc.ControlSocket;
import dev.skiff.linux.libc.Descriptor;
import dev.skiff.linux.libc.Memfd;
import dev.skiff.linux.libc.Spawn;
import dev.skiff.linux.program.LineWriter;
import dev.skiff.linux.program.Program;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher for aarch64, where this machine is another: run by an emulator of its system calls. */
class OtherArchitectureTest {
    private static final Path EMULATOR = Path.of("/usr/bin/qemu-aarch64-static");
    private static final String LAUNCHER = "launcher-aarch64";

    @Test
    void theLauncherForAarch64RunsProgramsToo(@TempDir Path folder) throws Exception {
        assumeTrue(Files.isExecutable(EMULATOR), EMULATOR + " is not there");
        Path launcher = folder.resolve(LAUNCHER);
        try (InputStream in = RootAgent.class.getResourceAsStream(LAUNCHER)) {
            assumeTrue(in != null, "no cross compiler was there when this was built");
            Files.copy(in, launcher);
        }
        assertThat(launcher.toFile().setExecutable(true)).isTrue();
        // an interpreter that is given one argument: the shortest way to have it started as the launcher is
        byte[] script = ("#!" + EMULATOR + " " + launcher + "\n").getBytes(StandardCharsets.UTF_8);
        List<ControlSocket> pair = ControlSocket.pair();
        int pid;
        try (ControlSocket theirs = pair.get(1);
                Descriptor executable = Memfd.sealedExecutable("skiff", script)) {
            pid = Spawn.start(executable, List.of("skiff"), theirs.descriptor());
        }
        SyscallTable calls = SyscallTable.of(Architecture.AARCH64);
        try (Agent agent = new Agent(HeldProcess.unknown(), pair.get(0), Program.CODE_BYTES + 4096L)) {
            agent.run(new Program());
            LineWriter lines = new LineWriter(agent.memory());
            lines.call(calls.number("getpid")).into(1);
            lines.store(1, Program.ARENA + Program.CODE_BYTES, 8);
            lines.call(calls.number("close"), -1);
            agent.beginAt(0);
            assertThat(agent.await()).isEqualTo(new Report(Report.Kind.FAILED, 2, 9));
            assertThat(agent.memory().getLong(Program.CODE_BYTES)).isEqualTo(pid);
        }
        Spawn.reap(pid);
    }
}
