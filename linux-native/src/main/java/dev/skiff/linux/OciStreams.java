package dev.skiff.linux;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What the process of an {@link OciRuntime} reads and writes: this JVM's own standard streams, or a terminal.
 *
 * @param consoleSocket where the terminal's master is sent to, as the bytes {@code /dev/ptmx} with its descriptor (SCM_RIGHTS); to be given
 *     just when the specification asks for a terminal
 * @param descriptors more of this JVM, by their numbers, which the process has as 3 and up; whatever is handed down the container can
 *     use, so they must be ones that were opened for it
 */
public record OciStreams(Optional<Path> consoleSocket, List<Integer> descriptors) {
    private static final int FIRST = 3;

    public OciStreams {
        descriptors = List.copyOf(descriptors);
        descriptors.stream().filter(number -> number < FIRST).findFirst().ifPresent(number -> {
            throw new IllegalArgumentException(
                    "descriptors: what comes beside the standard streams is " + FIRST + " or more, not " + number);
        });
    }

    /** This JVM's standard streams. */
    public static OciStreams inherited() {
        return new OciStreams(Optional.empty(), List.of());
    }

    /** A terminal, whose master goes to that socket. */
    public static OciStreams terminal(Path consoleSocket) {
        return new OciStreams(Optional.of(consoleSocket), List.of());
    }

    /** The same, and those descriptors of this JVM. */
    public OciStreams withDescriptors(List<Integer> numbers) {
        return new OciStreams(consoleSocket, numbers);
    }
}
