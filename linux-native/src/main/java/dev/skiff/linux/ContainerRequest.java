package dev.skiff.linux;

import dev.skiff.oci.runtime.NamespaceType;
import dev.skiff.oci.runtime.Spec;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A container to be started.
 *
 * @param id names it in messages: letters, digits, {@code _.-}
 * @param spec what it may and may not; {@code root.path} is not looked at
 * @param root what its root is made of
 * @param directory an existing directory of the host for its log ({@code log.0}, {@code log.1} ...) and its exit record
 * @param ports to publish
 * @param log how much of its output is kept
 * @param keepExit whether its end is recorded durably in {@code directory/exit}; without, the empty directories of an overlay
 *     are removed when it ends
 * @param files that it finds in memory, mounted after all that the specification lists
 * @param uplink its way out of a network of its own
 */
public record ContainerRequest(
        String id,
        Spec spec,
        RootFilesystem root,
        Path directory,
        List<PublishedPort> ports,
        LogLimits log,
        boolean keepExit,
        List<MemoryFile> files,
        Optional<Uplink> uplink) {
    /** How many ports one container can publish ({@code PORTS} in launcher.h). */
    public static final int MOST_PORTS = 64;

    public ContainerRequest {
        ports = List.copyOf(ports);
        files = List.copyOf(files);
        if (!id.matches("[a-zA-Z0-9][a-zA-Z0-9_.-]*")) {
            throw new IllegalArgumentException("container id \"" + id + "\" may have letters, digits, _ . - only");
        }
        if (ports.size() > MOST_PORTS) {
            throw new IllegalArgumentException(
                    "a container publishes at most " + MOST_PORTS + " ports, not " + ports.size());
        }
        if (root instanceof RootFilesystem.Overlay overlay
                && overlay.idMapped()
                && spec.linux().filter(linux -> !linux.uidMappings().isEmpty()).isEmpty()) {
            throw new IllegalArgumentException("container " + id
                    + " has no user namespace with maps of its own, so there is nothing to map its root by");
        }
        if (uplink.isPresent() && !hasOwnNetwork(spec)) {
            throw new IllegalArgumentException("container " + id
                    + " has no network namespace of its own, so there is nothing to connect with "
                    + uplink.get().program());
        }
    }

    private static boolean hasOwnNetwork(Spec spec) {
        return spec.linux()
                .flatMap(linux -> linux.namespace(NamespaceType.NETWORK))
                .filter(network -> network.path().isEmpty())
                .isPresent();
    }

    /** The same of another specification. */
    ContainerRequest withSpec(Spec other) {
        return new ContainerRequest(id, other, root, directory, ports, log, keepExit, files, uplink);
    }

    /** One without a way out of its network. */
    public ContainerRequest(
            String id,
            Spec spec,
            RootFilesystem root,
            Path directory,
            List<PublishedPort> ports,
            LogLimits log,
            boolean keepExit,
            List<MemoryFile> files) {
        this(id, spec, root, directory, ports, log, keepExit, files, Optional.empty());
    }

    /** The same without files in memory. */
    public ContainerRequest(
            String id,
            Spec spec,
            RootFilesystem root,
            Path directory,
            List<PublishedPort> ports,
            LogLimits log,
            boolean keepExit) {
        this(id, spec, root, directory, ports, log, keepExit, List.of());
    }
}
