package dev.skiff.linux;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What the process of an {@link OciRuntime} reads and writes: this JVM's own standard streams, or a terminal.
 *
 * @param consoleSocket where the terminal's master is sent to, as the bytes {@code /dev/ptmx} with its descriptor (SCM_RIGHTS); to be given
 *     just when the specification asks for a terminal
 */
public record OciStreams(Optional<Path> consoleSocket) {
    /** This JVM's standard streams. */
    public static OciStreams inherited() {
        return new OciStreams(Optional.empty());
    }

    /** A terminal, whose master goes to that socket. */
    public static OciStreams terminal(Path consoleSocket) {
        return new OciStreams(Optional.of(consoleSocket));
    }
}
