package dev.skiff.linux;

import dev.skiff.linux.libc.Descriptor;
import dev.skiff.linux.libc.UnixSocket;
import dev.skiff.oci.runtime.Process;
import java.nio.file.Path;
import java.util.ArrayList;
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

    void check(Process process) {
        if (process.terminal() != consoleSocket.isPresent()) {
            throw new IllegalArgumentException(
                    process.terminal()
                            ? "a process with a terminal needs a console socket to send its master to"
                            : "a console socket is for a process with a terminal, which this one is not to have");
        }
    }

    interface With<T> {
        T apply(List<Descriptor> streams);
    }

    /** What is this JVM's is not closed; a socket for the terminal stands in for all three standard streams. */
    <T> T with(With<T> work) {
        if (consoleSocket.isPresent()) {
            try (Descriptor socket = UnixSocket.connect(consoleSocket.get(), "hand a terminal over")) {
                return work.apply(andMore(List.of(socket, socket, socket)));
            }
        }
        return work.apply(andMore(List.of(new Descriptor(0), new Descriptor(1), new Descriptor(2))));
    }

    private List<Descriptor> andMore(List<Descriptor> standard) {
        List<Descriptor> all = new ArrayList<>(standard);
        descriptors.stream().map(Descriptor::new).forEach(all::add);
        return all;
    }
}
