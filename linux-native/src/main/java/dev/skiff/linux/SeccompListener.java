package dev.skiff.linux;

import dev.skiff.linux.container.FilterListener;
import dev.skiff.linux.libc.ControlSocket;
import dev.skiff.linux.libc.Descriptor;
import dev.skiff.linux.libc.UnixSocket;
import dev.skiff.oci.Json;
import dev.skiff.oci.runtime.Seccomp;
import dev.skiff.oci.runtime.Spec;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The JVM's part in handing the descriptor of a filter over that asks somebody (SCMP_ACT_NOTIFY): it is connected to who listens, and
 * tells the process, before that has its filter, in which words to say whose it is.
 */
final class SeccompListener implements AutoCloseable {
    private final Seccomp rules;
    private final Descriptor socket;
    private final ControlSocket ours;
    private final ControlSocket theirs;

    private SeccompListener(Seccomp rules, Descriptor socket) {
        this.rules = rules;
        this.socket = socket;
        List<ControlSocket> pair = ControlSocket.pair();
        this.ours = pair.get(0);
        this.theirs = pair.get(1);
    }

    /** Connects, if the container's filter asks somebody. */
    static Optional<SeccompListener> connect(Spec spec) {
        return FilterListener.rulesOf(spec)
                .flatMap(rules -> rules.listenerPath().map(path -> connect(rules, Path.of(path))));
    }

    private static SeccompListener connect(Seccomp rules, Path path) {
        Descriptor socket = UnixSocket.connect(path, "reach the seccomp listener");
        try {
            return new SeccompListener(rules, socket);
        } catch (RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /** What goes with the process's program. */
    List<Descriptor> descriptors() {
        return List.of(socket, theirs.descriptor());
    }

    /** Of none, nothing. */
    static List<Descriptor> descriptorsOf(Optional<SeccompListener> listener) {
        return listener.map(SeccompListener::descriptors).orElseGet(List::of);
    }

    /**
     * Tells the process what to say. To one that has ended it is nothing.
     *
     * @param container as it is now
     * @param pid of the process
     */
    void tell(OciState container, long pid) {
        byte[] said = Json.write(new ContainerProcessState(
                container.ociVersion(),
                List.of(ContainerProcessState.SECCOMP_FD),
                pid,
                rules.listenerMetadata(),
                container));
        if (said.length > FilterListener.MOST_BYTES) {
            throw new IllegalArgumentException("linux.seccomp: the state of the container would take " + said.length
                    + " bytes, and a listener is told " + FilterListener.MOST_BYTES
                    + "; annotations and listenerMetadata are in it");
        }
        try {
            ours.send(said, List.of());
        } catch (SyscallException e) {
            if (!e.errno().equals("EPIPE") && !e.errno().equals("ECONNRESET")) {
                throw e;
            }
        }
    }

    @Override
    public void close() {
        socket.close();
        ours.close();
        theirs.close();
    }
}
