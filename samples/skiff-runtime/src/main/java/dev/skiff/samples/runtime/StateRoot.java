package dev.skiff.samples.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Where containers are kept when nobody says where. */
final class StateRoot {
    private static final String NAME = "skiff-runtime";
    private static final Path RUN = Path.of("/run");
    private static final Path USERS = Path.of("/proc/self/uid_map");
    private static final List<String> ALL = List.of("0", "0", "4294967295"); // of the host's own user namespace

    private StateRoot() {}

    /** Of root, /run; of others, and of the root of a user namespace that Podman has made, the directory of their session. */
    static Path standard() {
        return standard(Optional.ofNullable(System.getenv("XDG_RUNTIME_DIR")), !Files.isWritable(RUN) || isMapped());
    }

    static Path standard(Optional<String> session, boolean ordinary) {
        return session.filter(path -> ordinary && path.startsWith("/"))
                .map(Path::of)
                .orElse(RUN)
                .resolve(NAME);
    }

    private static boolean isMapped() {
        try {
            return !List.of(Files.readString(USERS).trim().split("\\s+", -1)).equals(ALL);
        } catch (IOException e) {
            return false; // a kernel without user namespaces
        }
    }
}
