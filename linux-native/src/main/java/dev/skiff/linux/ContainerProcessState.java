package dev.skiff.linux;

import java.util.List;
import java.util.Optional;

/**
 * What comes with the descriptor of a seccomp filter at {@code linux.seccomp.listenerPath}: config-linux.md, "The Container Process
 * State".
 *
 * @param ociVersion of the specification
 * @param fds what the descriptors are that come along: {@code seccompFd}
 * @param pid of the process that has the filter, on the host
 * @param metadata the specification's {@code listenerMetadata}
 * @param state of the container
 */
public record ContainerProcessState(
        String ociVersion, List<String> fds, long pid, Optional<String> metadata, OciState state) {
    /** The name of the filter's descriptor. */
    public static final String SECCOMP_FD = "seccompFd";

    public ContainerProcessState {
        fds = List.copyOf(fds);
    }
}
