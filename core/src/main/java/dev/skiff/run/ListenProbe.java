package dev.skiff.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Whether anything in the container listens at a port, as its network namespace tells in /proc (proc_pid_net(5)). To connect
 * would not tell: it is our own supervisor that takes the connection, and the program would see a caller who says nothing.
 */
final class ListenProbe implements Readiness.Probe {
    private static final String LISTEN = "0A";
    private static final int LOCAL_ADDRESS = 1;
    private static final int STATE = 3;

    private final List<Path> tables;
    private final String port;

    ListenProbe(long pid, int port) {
        Path net = Path.of("/proc", Long.toString(pid), "net");
        this.tables = List.of(net.resolve("tcp"), net.resolve("tcp6"));
        this.port = String.format(Locale.ROOT, ":%04X", port);
    }

    @Override
    public Optional<String> look(Duration limit) {
        try {
            for (Path table : tables) {
                if (Files.exists(table) && listens(Files.readString(table, StandardCharsets.US_ASCII))) {
                    return Optional.empty();
                }
            }
            return Optional.of("nothing listens there yet");
        } catch (IOException e) {
            return Optional.of("it cannot be told: " + e);
        }
    }

    /** "  0: 00000000:0BB8 00000000:0000 0A ..."; sockets of others than loopback and all addresses are out of reach too. */
    boolean listens(String table) {
        return table.lines()
                .map(line -> line.trim().split("\\s+", -1))
                .anyMatch(columns -> columns.length > STATE
                        && columns[LOCAL_ADDRESS].endsWith(port)
                        && columns[STATE].equals(LISTEN));
    }
}
