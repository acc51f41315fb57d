package dev.skiff.run;

import dev.skiff.linux.Uplink;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The files below {@code /etc} that say what the network is like; they are a container's own, whatever its image has there.
 */
final class EtcFiles {
    /** Their names, in {@code /etc} of every container. */
    static final List<String> NAMES = List.of("hosts", "hostname", "resolv.conf");

    private static final String RESOLVER = "/etc/resolv.conf";
    private static final Pattern LOCAL = Pattern.compile("^nameserver\\s+(127\\.|::1\\s*$|0\\.0\\.0\\.0|::\\s*$)");
    private static final int MOST_BYTES = 1 << 20;

    private EtcFiles() {}

    /** @param hostHosts whether the names that the host knows are the container's as well, where it uses the host's network */
    static void write(Path directory, String hostname, NetworkChoice network, boolean hostHosts) throws IOException {
        Files.createDirectory(directory);
        file(directory.resolve("hostname"), hostname + "\n");
        file(
                directory.resolve("hosts"),
                network.usesHost() && hostHosts ? host("/etc/hosts") : hosts(hostname, network));
        file(directory.resolve("resolv.conf"), resolver(network));
    }

    private static String hosts(String hostname, NetworkChoice network) {
        String own = "127.0.0.1\tlocalhost " + hostname + "\n::1\tlocalhost ip6-localhost ip6-loopback\n";
        return network.reachesHost() ? own + Uplink.GATEWAY + "\thost.containers.internal host.docker.internal\n" : own;
    }

    private static String resolver(NetworkChoice network) throws IOException {
        if (network.usesHost()) {
            return host(RESOLVER);
        }
        // with no network there is nobody to ask: no server named makes look-ups fail at once instead of waiting
        return network.uplink().isPresent() ? reachable(host(RESOLVER)) : "";
    }

    /**
     * The same without servers at the host's loopback interface, which is another one in the container; if there are no others, the
     * uplink asks for it.
     */
    static String reachable(String resolver) {
        List<String> lines =
                resolver.lines().filter(line -> !LOCAL.matcher(line).find()).toList();
        String kept = lines.stream().map(line -> line + "\n").collect(Collectors.joining());
        boolean some = lines.stream().anyMatch(line -> line.startsWith("nameserver"));
        return some ? kept : "nameserver " + Uplink.NAME_SERVER + "\n" + kept;
    }

    private static String host(String file) throws IOException {
        Path path = Path.of(file);
        if (!Files.isRegularFile(path) || Files.size(path) > MOST_BYTES) {
            return "";
        }
        return Files.readString(path, StandardCharsets.ISO_8859_1);
    }

    private static void file(Path path, String content) throws IOException {
        Files.writeString(
                path, content, StandardCharsets.ISO_8859_1, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        // whatever this JVM's umask is: every user of the container reads them
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r--r--"));
    }
}
