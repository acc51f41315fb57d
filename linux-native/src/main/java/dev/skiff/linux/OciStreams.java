package dev.skiff.linux;

import dev.skiff.linux.libc.Descriptor;
import dev.skiff.linux.libc.UnixSocket;
import dev.skiff.oci.runtime.Process;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the process of an {@link OciRuntime} reads and writes: this JVM's own standard streams, or a terminal. A terminal is to be given
 * just when the specification asks for one.
 *
 * @param consoleSocket where the terminal's master is sent to, as the bytes {@code /dev/ptmx} with its descriptor (SCM_RIGHTS)
 * @param terminal who keeps it in place of that
 * @param descriptors more of this JVM, by their numbers, which the process has as 3 and up; whatever is handed down the container can
 *     use, so they must be ones that were opened for it
 */
public record OciStreams(Optional<Path> consoleSocket, Optional<OciTerminal> terminal, List<Integer> descriptors) {
    private static final int FIRST = 3;

    public OciStreams {
        if (consoleSocket.isPresent() && terminal.isPresent()) {
            throw new IllegalArgumentException(
                    "the master of a terminal goes to a console socket or is kept, not both");
        }
        descriptors = List.copyOf(descriptors);
        descriptors.stream().filter(number -> number < FIRST).findFirst().ifPresent(number -> {
            throw new IllegalArgumentException(
                    "descriptors: what comes beside the standard streams is " + FIRST + " or more, not " + number);
        });
    }

    /** This JVM's standard streams. */
    public static OciStreams inherited() {
        return new OciStreams(Optional.empty(), Optional.empty(), List.of());
    }

    /** A terminal, whose master goes to that socket. */
    public static OciStreams terminal(Path consoleSocket) {
        return new OciStreams(Optional.of(consoleSocket), Optional.empty(), List.of());
    }

    /** A terminal that this JVM reads and writes, for one process. */
    public static OciStreams terminal(OciTerminal terminal) {
        return new OciStreams(Optional.empty(), Optional.of(terminal), List.of());
    }

    /** The same, and those descriptors of this JVM. */
    public OciStreams withDescriptors(List<Integer> numbers) {
        return new OciStreams(consoleSocket, terminal, numbers);
    }

    void check(Process process) {
        boolean given = consoleSocket.isPresent() || terminal.isPresent();
        if (process.terminal() != given) {
            throw new IllegalArgumentException(
                    process.terminal()
                            ? "a process with a terminal needs a console socket to send its master to, or somebody who keeps it"
                            : "a console socket is for a process with a terminal, which this one is not to have");
        }
    }

    interface With<T> {
        T apply(List<Descriptor> streams);
    }

    /** What is this JVM's is not closed; a socket for the terminal stands in for all three standard streams. */
    <T> T with(With<T> work) {
        if (terminal.isPresent()) {
            return terminal.get().handOver(socket -> work.apply(andMore(List.of(socket, socket, socket))));
        }
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
