package dev.skiff;

import java.nio.file.Path;
import java.util.Objects;

/**
 * A file or directory of the host that a container sees, with all that is mounted below it. What the container writes there
 * is written on the host; {@link #readOnly} keeps it from that:
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

    private Mount(Path source, String destination, boolean readOnly) {
        this.source = source;
        this.destination = destination;
        this.readOnly = readOnly;
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
        Objects.requireNonNull(destination, "destination");
        boolean plain = destination.startsWith("/") && destination.indexOf('\0') < 0;
        if (!plain || destination.matches("[/.]*")) {
            throw new IllegalArgumentException(
                    "destination must be an absolute path below /, got \"" + destination + "\"");
        }
        return new Mount(source.toAbsolutePath().normalize(), destination, false);
    }

    /** The container may look but not write, neither there nor on anything mounted below. */
    public Mount readOnly() {
        return new Mount(source, destination, true);
    }

    /** What is shown, as an absolute path of the host. */
    public Path source() {
        return source;
    }

    /** Where the container sees it. */
    public String destination() {
        return destination;
    }

    /** Whether the container may only look. */
    public boolean isReadOnly() {
        return readOnly;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Mount mount
                && source.equals(mount.source)
                && destination.equals(mount.destination)
                && readOnly == mount.readOnly;
    }

    @Override
    public int hashCode() {
        return Objects.hash(source, destination, readOnly);
    }

    /** As {@code docker run -v} takes it: {@code /home/me/conf:/etc/app:ro}. */
    @Override
    public String toString() {
        return source + ":" + destination + (readOnly ? ":ro" : "");
    }
}
