package dev.skiff;

import dev.skiff.volume.StoredVolume;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A file or directory of the host, or a volume, that a container sees, with all that is mounted below it. What the container
 * writes there is written on the host; {@link #readOnly} keeps it from that:
 *
 * <pre>{@code
 * Run web = Containers.run(image).mount(Mount.bind(Path.of("conf"), "/etc/app").readOnly());
 * }</pre>
 */
@CheckReturnValue
public final class Mount {
    private final Path source;
    private final String destination;
    private final boolean readOnly;
    private final boolean idMapped;
    private final @Nullable Volume volume;

    private Mount(Path source, String destination, boolean readOnly, boolean idMapped, @Nullable Volume volume) {
        this.source = source;
        this.destination = destination;
        this.readOnly = readOnly;
        this.idMapped = idMapped;
        this.volume = volume;
    }

    /**
     * Shows {@code source} at {@code destination}, which is made where the image does not have it.
     *
     * @param source a relative one is below the current directory of this JVM
     * @param destination absolute, in the container
     * @throws IllegalArgumentException for a destination that is not absolute, or the root itself
     */
    public static Mount bind(Path source, String destination) {
        Objects.requireNonNull(source, "source");
        return new Mount(source.toAbsolutePath().normalize(), checked(destination), false, false, null);
    }

    /**
     * Shows a volume at {@code destination}, which is made where the image does not have it. A volume that is empty is first
     * filled with what the image has there, owners and modes included.
     *
     * @param destination absolute, in the container
     * @throws IllegalArgumentException for a destination that is not absolute, or the root itself
     */
    public static Mount volume(Volume volume, String destination) {
        Objects.requireNonNull(volume, "volume");
        if (!(volume instanceof StoredVolume stored)) {
            throw new IllegalArgumentException("volume must be one of a Skiff, got " + volume);
        }
        return new Mount(stored.data(), checked(destination), false, true, volume);
    }

    private static String checked(String destination) {
        Objects.requireNonNull(destination, "destination");
        boolean plain = destination.startsWith("/") && destination.indexOf('\0') < 0;
        if (!plain || destination.matches("[/.]*")) {
            throw new IllegalArgumentException(
                    "destination must be an absolute path below /, got \"" + destination + "\"");
        }
        return destination;
    }

    /** The container may look but not write, neither there nor on anything mounted below. */
    public Mount readOnly() {
        return new Mount(source, destination, true, idMapped, volume);
    }

    /**
     * In a container with a {@linkplain UserNamespace user namespace} of its own, files belong to whom they would belong without:
     * the host's root is the container's there, and what the container's root writes is the host's root's. Volumes are so always. To
     * other containers it makes no difference.
     */
    public Mount idMapped() {
        return new Mount(source, destination, readOnly, true, volume);
    }

    /** What is shown, as an absolute path of the host. */
    public Path source() {
        return source;
    }

    /** The volume that is shown, if it is one. */
    public Optional<Volume> volume() {
        return Optional.ofNullable(volume);
    }

    /** Where the container sees it. */
    public String destination() {
        return destination;
    }

    /** Whether the container may only look. */
    public boolean isReadOnly() {
        return readOnly;
    }

    /** Whether ids in it are mapped as those of the container are. */
    public boolean isIdMapped() {
        return idMapped;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Mount mount
                && source.equals(mount.source)
                && destination.equals(mount.destination)
                && readOnly == mount.readOnly
                && idMapped == mount.idMapped;
    }

    @Override
    public int hashCode() {
        return Objects.hash(source, destination, readOnly, idMapped);
    }

    /** As {@code docker run -v} takes it: {@code /home/me/conf:/etc/app:ro}. */
    @Override
    public String toString() {
        return (volume == null ? source.toString() : volume.name()) + ":" + destination + (readOnly ? ":ro" : "")
                + (idMapped && volume == null ? ":idmap" : "");
    }
}
