package dev.skiff.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * The files below {@code /etc} that say what the network is like; they are a container's own, whatever its image has there.
 */
final class EtcFiles {
    /** Their names, in {@code /etc} of every container. */
    static final List<String> NAMES = List.of("hosts", "hostname", "resolv.conf");

    private static final int MOST_BYTES = 1 << 20;

    private EtcFiles() {}

    /** @param hostHosts whether the names that the host knows are the container's as well */
    static void write(Path directory, String hostname, boolean hostNetwork, boolean hostHosts) throws IOException {
        Files.createDirectory(directory);
        file(directory.resolve("hostname"), hostname + "\n");
        file(directory.resolve("hosts"), hostHosts ? host("/etc/hosts") : hosts(hostname));
        // with no network there is nobody to ask: no server named makes look-ups fail at once instead of waiting
        file(directory.resolve("resolv.conf"), hostNetwork ? host("/etc/resolv.conf") : "");
    }

    private static String hosts(String hostname) {
        return "127.0.0.1\tlocalhost " + hostname + "\n::1\tlocalhost ip6-localhost ip6-loopback\n";
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
