package dev.skiff.run;

import dev.skiff.StartException;
import dev.skiff.UserNamespace;
import dev.skiff.linux.IdPool;
import dev.skiff.linux.LinuxHost;
import dev.skiff.oci.runtime.IdMapping;
import dev.skiff.oci.runtime.Linux;
import dev.skiff.oci.runtime.Mount;
import dev.skiff.oci.runtime.Namespace;
import dev.skiff.oci.runtime.NamespaceType;
import dev.skiff.oci.runtime.Spec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whom a container's users are on the host, in a user namespace of its own.
 *
 * @param firstUser whom its root is
 * @param firstGroup the same of groups
 */
record MappedUsers(long firstUser, long firstGroup, long count) {
    /**
     * Finds ids for a container, which are its own for as long as its directory is there.
     *
     * @return none, if its users are the host's by number
     * @throws StartException if that cannot be had
     */
    static Optional<MappedUsers> of(String who, RunPlan plan, LinuxHost kernel, ContainerDirectory directory) {
        UserNamespace wanted = plan.userNamespace();
        if (wanted.isHost()) {
            return Optional.empty();
        }
        refuse(who, kernel.rootless(), "that is for root's: this user's containers are in a user namespace already");
        refuse(who, plan.privileges().everything(), "privileged() is about the host's own root");
        refuse(
                who,
                !plan.privileges().shared().isEmpty(),
                "namespaces of others are not its to use; leave out "
                        + plan.privileges().shared());
        if (!wanted.isAuto()) {
            return Optional.of(new MappedUsers(wanted.first(), wanted.first(), wanted.ids()));
        }
        try {
            IdPool.Lease lease = IdPool.ofThisHost().take(wanted.ids());
            lease.locks().forEach(directory::hold);
            return Optional.of(new MappedUsers(lease.firstUser(), lease.firstGroup(), wanted.ids()));
        } catch (IllegalStateException e) {
            throw new StartException(who + ": " + e.getMessage(), e);
        }
    }

    private static void refuse(String who, boolean when, String why) {
        if (when) {
            throw new StartException(who + ": a user namespace of its own: " + why, null);
        }
    }

    /** The specification with this namespace, and with those mounts shown as they belong inside. */
    Spec addTo(Spec spec, Set<String> ours) {
        Linux linux = spec.linux().orElseGet(Linux::none);
        List<Namespace> namespaces = new ArrayList<>(linux.namespaces());
        namespaces.add(Namespace.of(NamespaceType.USER));
        return spec.withLinux(linux.withNamespaces(namespaces)
                        .withUidMappings(List.of(IdMapping.of(0, firstUser, count)))
                        .withGidMappings(List.of(IdMapping.of(0, firstGroup, count))))
                .withMounts(spec.mounts().stream()
                        .map(mount -> ours.contains(mount.destination()) ? mapped(mount) : mount)
                        .toList());
    }

    private static Mount mapped(Mount mount) {
        return mount.plusOptions("idmap");
    }
}
