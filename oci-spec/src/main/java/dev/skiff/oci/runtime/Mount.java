package dev.skiff.oci.runtime;

import dev.skiff.oci.UnknownFields;
import dev.skiff.oci.internal.Copies;
import dev.skiff.oci.internal.Records;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Something that is mounted in the container, after its root and in the order of the list.
 *
 * @param destination where, in the container; a relative path starts at its root
 * @param type the file system, as in /proc/filesystems; {@code bind} or absent for a bind
 * @param source what, on the host
 * @param options as fstab(5) has them
 * @param uidMappings of an idmapped mount
 * @param gidMappings of an idmapped mount
 */
public record Mount(
        String destination,
        Optional<String> type,
        Optional<String> source,
        List<String> options,
        List<IdMapping> uidMappings,
        List<IdMapping> gidMappings,
        UnknownFields extra) {
    public Mount {
        options = Copies.list(options);
        uidMappings = Copies.list(uidMappings);
        gidMappings = Copies.list(gidMappings);
        Checks.path("destination", destination);
        type.ifPresent(value -> Checks.noNul("type", value));
        source.ifPresent(value -> Checks.noNul("source", value));
        options.forEach(option -> Checks.noNul("options", option));
        if (uidMappings.isEmpty() != gidMappings.isEmpty()) {
            throw new IllegalArgumentException("mount " + destination + " has only one of uidMappings and gidMappings");
        }
    }

    /** A new file system. */
    public static Mount of(String destination, String type, String source, List<String> options) {
        return new Mount(
                destination,
                Optional.of(type),
                Optional.of(source),
                options,
                List.of(),
                List.of(),
                UnknownFields.none());
    }

    public Mount withSource(String source) {
        return Records.with(this, "source", source);
    }

    public Mount withOptions(List<String> options) {
        return Records.with(this, "options", options);
    }

    /** What {@code source} is on the host, seen in the container, with all mounts below it. */
    public static Mount bind(String source, String destination) {
        return of(destination, "bind", source, List.of("rbind"));
    }

    /** The same with more options. */
    public Mount plusOptions(String... more) {
        return withOptions(Stream.concat(options.stream(), Stream.of(more)).toList());
    }
}
