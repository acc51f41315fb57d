package dev.skiff.linux;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What this host has to make an {@link Uplink} of.
 *
 * @param uplink the one to take, if there is any
 * @param found in words
 * @param remedy what to do when there is none; empty when there is one
 */
public record UplinkSearch(Optional<Uplink> uplink, String found, String remedy) {
    private static final Path TUN = Path.of("/dev/net/tun");
    private static final List<String> USUAL = List.of("/usr/local/bin", "/usr/bin", "/bin");

    /** Looks in PATH, and where distributions put programs: pasta comes first, which is ready sooner and carries more. */
    public static UplinkSearch run() {
        List<String> directories =
                new ArrayList<>(List.of(System.getenv().getOrDefault("PATH", "").split(":", -1)));
        directories.addAll(USUAL);
        return run(directories, TUN);
    }

    static UplinkSearch run(List<String> directories, Path tun) {
        for (Uplink.Kind kind : Uplink.Kind.values()) {
            Optional<Path> program = find(kind.command(), directories);
            if (program.isPresent()) {
                return of(new Uplink(kind, program.get(), false, false), tun);
            }
        }
        return new UplinkSearch(
                Optional.empty(),
                "neither pasta nor slirp4netns is installed",
                "install pasta (package passt) or slirp4netns");
    }

    private static UplinkSearch of(Uplink uplink, Path tun) {
        if (!Files.isReadable(tun) || !Files.isWritable(tun)) {
            return new UplinkSearch(
                    Optional.empty(),
                    uplink.program() + " needs " + tun + ", which this user may not open",
                    "have it there, readable and writable for all as udev makes it: chmod 0666 " + tun);
        }
        return new UplinkSearch(Optional.of(uplink), uplink.program().toString(), "");
    }

    private static Optional<Path> find(String command, List<String> directories) {
        return directories.stream()
                .filter(directory -> directory.startsWith("/"))
                .map(directory -> Path.of(directory, command))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst();
    }
}
