package dev.skiff.linux.cgroup;

import dev.skiff.linux.ContainerStats.Network;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** What a process's network has carried: proc_pid_net(5), {@code dev}. */
public final class NetworkStats {
    private static final int HEADER_LINES = 2;
    private static final int FIELDS = 16;
    private static final int SENT = 8;

    private NetworkStats() {}

    /** Nothing if the process has ended. */
    public static List<Network> of(long pid) {
        return GroupFiles.find(Path.of("/proc", Long.toString(pid), "net/dev"))
                .map(NetworkStats::parse)
                .orElse(List.of());
    }

    static List<Network> parse(String text) {
        return text.lines()
                .skip(HEADER_LINES)
                .filter(line -> line.contains(":"))
                .map(NetworkStats::network)
                .toList();
    }

    private static Network network(String line) {
        int colon = line.lastIndexOf(':');
        long[] values = Arrays.stream(line.substring(colon + 1).trim().split("\\s+", -1))
                .mapToLong(Long::parseUnsignedLong)
                .limit(FIELDS)
                .toArray();
        return new Network(
                line.substring(0, colon).trim(),
                values[0],
                values[1],
                values[2],
                values[3],
                values[SENT],
                values[SENT + 1],
                values[SENT + 2],
                values[SENT + 3]);
    }
}
