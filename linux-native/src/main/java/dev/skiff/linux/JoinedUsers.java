package dev.skiff.linux;

import dev.skiff.linux.user.IdMapper;
import dev.skiff.linux.user.IdRange;
import dev.skiff.linux.user.UserNamespace;
import dev.skiff.oci.runtime.IdMapping;
import dev.skiff.oci.runtime.Linux;
import dev.skiff.oci.runtime.Namespace;
import dev.skiff.oci.runtime.NamespaceType;
import dev.skiff.oci.runtime.Spec;
import java.util.List;
import java.util.Optional;

/** User namespaces by path: how ids lie on the host is not the specification's to say, but theirs. */
final class JoinedUsers {
    private JoinedUsers() {}

    /** Whether a container's user namespace is to be made, and its ids to be mapped. */
    static boolean areNew(Linux linux) {
        return linux.namespace(NamespaceType.USER)
                .filter(users -> users.path().isEmpty())
                .isPresent();
    }

    /** The same, with the maps of a user namespace that is there already. */
    static Spec withMaps(Spec spec, IdMapper mapper) {
        Optional<Linux> linux = spec.linux();
        Optional<String> path =
                linux.flatMap(all -> all.namespace(NamespaceType.USER)).flatMap(Namespace::path);
        if (path.isEmpty()) {
            return spec;
        }
        UserNamespace maps = mapper.mapsOf(path.get());
        return spec.withLinux(
                linux.get().withUidMappings(mappings(maps.users())).withGidMappings(mappings(maps.groups())));
    }

    private static List<IdMapping> mappings(List<IdRange> ranges) {
        return ranges.stream()
                .map(range -> IdMapping.of(range.inside(), range.outside(), range.count()))
                .toList();
    }
}
