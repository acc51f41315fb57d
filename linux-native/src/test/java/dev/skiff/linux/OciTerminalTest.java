package dev.skiff.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.HostState;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.oci.runtime.ConsoleSize;
import dev.skiff.oci.runtime.Process;
import dev.skiff.oci.runtime.Spec;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Terminals: whose they are, and who gets their master. */
@KernelTest(programs = BusyboxRoot.BUSYBOX)
class OciTerminalTest extends OciFixture {
    /** CVE-2025-52565, CVE-2017-5226: the terminal is the container's own, and its master goes where it was asked for. */
    @Test
    void aTerminalIsMadeInsideAndItsMasterSent() throws Exception {
        Path socket = base.resolve("console");
        Process process = defaults.process()
                .orElseThrow()
                .withTerminal(true)
                .withArgs(List.of(
                        "/bin/sh",
                        "-c",
                        "trap '' HUP; readlink /proc/self/fd/0 > /out; stat -c %t:%T /dev/console >> /out"));
        write(defaults.withProcess(process));
        assertThatThrownBy(() -> runtime.create(ID, bundle, OciStreams.inherited()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("console socket");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            runtime.create(ID, bundle, OciStreams.terminal(socket));
            try (SocketChannel connection = server.accept()) {
                runtime.start(ID);
                awaitStopped(); // before the descriptor is dropped, which hangs the terminal up
                ByteBuffer said = ByteBuffer.allocate(64);
                connection.read(said);
                assertThat(new String(said.array(), 0, said.position(), StandardCharsets.UTF_8))
                        .isEqualTo("/dev/ptmx");
            }
        }
        assertThat(inRoot("out")).isEqualTo("/dev/pts/0\n88:0\n");
    }

    @Test
    void aTerminalMayBeKept() throws Exception {
        Process process = defaults.process()
                .orElseThrow()
                .withTerminal(true)
                .withConsoleSize(ConsoleSize.of(10, 20))
                .withArgs(
                        List.of(
                                "/bin/sh",
                                "-c",
                                "trap 'echo hung up > /end; exit' HUP; stty size; read word; echo got $word; stty size; sleep 1000 & wait"));
        write(defaults.withProcess(process));
        HostState before = HostState.now();
        try (OciTerminal terminal = OciTerminal.open()) {
            assertThatThrownBy(terminal::stdout).hasMessageContaining("no process");
            runtime.create(ID, bundle, OciStreams.terminal(terminal));
            assertThatThrownBy(() -> runtime.create(ID + "-2", bundle, OciStreams.terminal(terminal)))
                    .hasMessageContaining("for one process");
            runtime.start(ID);
            BufferedReader out = new BufferedReader(new InputStreamReader(terminal.stdout(), StandardCharsets.UTF_8));
            assertThat(out.readLine()).isEqualTo("10 20");
            terminal.resize(ConsoleSize.of(30, 40));
            terminal.stdin().write("word\n".getBytes(StandardCharsets.UTF_8));
            assertThat(out.readLine()).isEqualTo("word"); // its echo
            assertThat(out.readLine()).isEqualTo("got word");
            assertThat(out.readLine()).isEqualTo("30 40");
        }
        awaitStopped();
        assertThat(inRoot("end")).isEqualTo("hung up\n");
        assertThat(HostState.now().descriptors())
                .isEqualTo(before.asFarAsIn(HostState.now()).descriptors());
    }

    @Test
    void whatATerminalWasToldLastIsReadAfterTheEnd() throws Exception {
        create("sleep 1000");
        runtime.start(ID);
        Process process = defaults.process()
                .orElseThrow()
                .withTerminal(true)
                .withArgs(List.of("/bin/sh", "-c", "trap '' HUP; sleep 1000 & echo last"));
        try (OciTerminal terminal = OciTerminal.open()) {
            runtime.exec(ID, process, OciStreams.terminal(terminal));
            terminal.finish(); // for what it left behind holds the terminal
            assertThat(terminal.stdout().readAllBytes())
                    .asString(StandardCharsets.UTF_8)
                    .isEqualTo("last\r\n");
        }
    }

    /** CVE-2025-52565: a console that is a link in the image is not followed, and what is no terminal is not taken for one. */
    @Test
    void aTerminalIsNeverWhatAnImageSays() throws Exception {
        Path dev = bundle.resolve("rootfs/dev");
        Path victim = Files.writeString(bundle.resolve("rootfs/etc/victim"), "untouched");
        Files.createSymbolicLink(dev.resolve("console"), Path.of("/etc/victim"));
        Process process = defaults.process()
                .orElseThrow()
                .withTerminal(true)
                .withArgs(List.of(
                        "/bin/sh", "-c", "trap '' HUP; cat /etc/victim > /out; stat -c %t:%T /dev/console >> /out"));
        Spec ownDev = defaults.withProcess(process)
                .withMounts(defaults.mounts().stream()
                        .filter(mount -> !mount.destination().equals("/dev"))
                        .toList());
        Path socket = base.resolve("console");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            write(ownDev);
            runtime.create(ID, bundle, OciStreams.terminal(socket));
            try (SocketChannel connection = server.accept()) {
                assertThat(connection.isConnected()).isTrue();
                runtime.start(ID);
                awaitStopped();
            }
            runtime.delete(ID, false);
            assertThat(inRoot("out")).isEqualTo("untouched88:0\n");
            new ProcessBuilder("rm", "-rf", dev.toString()).start().waitFor();
            Files.createDirectories(dev.resolve("pts"));
            Files.writeString(dev.resolve("pts/ptmx"), "no terminal");
            write(ownDev.withMounts(ownDev.mounts().stream()
                    .filter(mount -> !mount.destination().equals("/dev/pts"))
                    .toList()));
            assertThatThrownBy(() -> runtime.create(ID, bundle, OciStreams.terminal(socket)))
                    .hasMessageContaining("make a terminal");
        }
        assertThat(victim).hasContent("untouched");
    }
}
