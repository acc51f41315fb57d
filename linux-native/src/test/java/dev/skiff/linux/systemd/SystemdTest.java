package dev.skiff.linux.systemd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skiff.linux.testing.FakeBus;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SystemdTest {
    private static final Path DAEMON = Path.of("/usr/bin/dbus-daemon");

    @TempDir
    Path base;

    @Test
    void aScopeIsAskedForWithTheProcessInItAndDelegated() throws Exception {
        try (FakeBus bus = FakeBus.open(base.resolve("bus"))) {
            new Systemd(bus.socket(), 1000).delegate("skiff-7.scope", Optional.empty(), 4242);
            assertThat(bus.heard()).startsWith("AUTH EXTERNAL 31303030");
            assertThat(bus.lastBody())
                    .contains("skiff-7.scope", "fail", "Delegate", "PIDs")
                    .contains(new String(new byte[] {(byte) 0x92, 0x10, 0, 0}, StandardCharsets.ISO_8859_1));
        }
    }

    @Test
    void anErrorThatComesBackIsToldByItsName() throws Exception {
        try (FakeBus bus =
                FakeBus.refusing(base.resolve("bus"), "org.freedesktop.systemd1.UnitExists", "it is there")) {
            assertThatThrownBy(() -> new Systemd(bus.socket(), 0).delegate("skiff-7.scope", Optional.empty(), 4242))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("skiff-7.scope")
                    .hasMessageContaining("UnitExists: it is there");
        }
    }

    @Test
    void aBusThatHangsUpIsAnErrorAndNoHang() throws Exception {
        try (FakeBus bus = FakeBus.hangingUp(base.resolve("bus"))) {
            assertThatThrownBy(() -> new Systemd(bus.socket(), 0).delegate("skiff-7.scope", Optional.empty(), 1))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("ask systemd at " + bus.socket());
        }
    }

    /** The bus checks every message against its signature, so what it delivers, or cannot, is well formed. */
    @Test
    void aRealBusUnderstandsUs() throws Exception {
        if ("true".equals(System.getenv("CI"))) {
            assertThat(DAEMON)
                    .as("in CI nothing is skipped; .ci/run installs dbus-daemon")
                    .isExecutable();
        }
        assumeTrue(Files.isExecutable(DAEMON), DAEMON + " is not there (Debian: apt install dbus-daemon)");
        Path socket = base.resolve("real");
        Process daemon = new ProcessBuilder(
                        DAEMON.toString(),
                        "--session",
                        "--nofork",
                        "--nopidfile",
                        "--address=unix:path=" + socket,
                        "--print-address")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            new BufferedReader(new InputStreamReader(daemon.getInputStream(), StandardCharsets.UTF_8)).readLine();
            int user = (int) Files.getAttribute(socket, "unix:uid");
            assertThatThrownBy(() -> new Systemd(socket, user).delegate("skiff-7.scope", Optional.empty(), 4242))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("answered org.freedesktop.DBus.Error.");
        } finally {
            daemon.destroyForcibly().waitFor();
        }
    }

    @Test
    void theBusOfAUserIsFoundWhereTheSessionSays() throws Exception {
        Path there = Files.createFile(base.resolve("bus"));
        List<Map<String, String>> environments = List.of(
                Map.of("DBUS_SESSION_BUS_ADDRESS", "unix:path=" + there + ",guid=12"),
                Map.of("XDG_RUNTIME_DIR", base.toString()));
        for (Map<String, String> environment : environments) {
            assertThat(Systemd.find(1000, environment, base)).contains(new Systemd(there, 1000));
        }
        assertThat(Systemd.find(1000, Map.of(), base)).isEmpty();
        assertThat(Systemd.find(0, environments.get(0), base))
                .as("root asks the host's")
                .isEmpty();
    }
}
