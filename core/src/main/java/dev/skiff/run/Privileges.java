package dev.skiff.run;

import dev.skiff.Safeguard;
import dev.skiff.Sharing;
import dev.skiff.oci.runtime.Capabilities;
import dev.skiff.oci.runtime.Capability;
import dev.skiff.oci.runtime.NamespaceType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * How a container is let out of its default confinement, or held tighter. Nothing of it is so unless it was asked for.
 *
 * @param everything all capabilities and devices, no filter, no masks: as good as the host's root
 * @param allAdded every capability is added that can be
 * @param allDropped the default ones are not given
 * @param added capabilities on top of what is left then
 * @param dropped capabilities that are taken away in the end
 * @param seccomp what replaces the standard filter
 * @param shared whose namespaces are used instead of own ones
 * @param devices of the host, seen in the container under the same name
 * @param apparmor the profile of AppArmor that the process is confined by
 * @param selinux the label that the process gets
 * @param openSystemPaths whether no path of /proc and /sys is masked or read-only
 * @param mayLack what was asked for, and may be left out where it cannot be had
 */
public record Privileges(
        boolean everything,
        boolean allAdded,
        boolean allDropped,
        Set<Capability> added,
        Set<Capability> dropped,
        Optional<Filter> seccomp,
        Map<NamespaceType, Sharing> shared,
        List<Path> devices,
        Optional<String> apparmor,
        Optional<String> selinux,
        boolean openSystemPaths,
        Set<Safeguard> mayLack) {
    /** The defaults, as they are. */
    public static final Privileges NONE = new Privileges(
            false,
            false,
            false,
            Set.of(),
            Set.of(),
            Optional.empty(),
            Map.of(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            false,
            Set.of());

    /** A filter other than the standard one: a profile, or none at all. */
    public record Filter(Optional<Path> profile) {
        @Override
        public String toString() {
            return profile.map(Path::toString).orElse("unconfined");
        }
    }

    public Privileges {
        added = copy(added);
        dropped = copy(dropped);
        mayLack = copy(mayLack);
        shared = shared.isEmpty() ? Map.of() : Collections.unmodifiableMap(new EnumMap<>(shared));
        devices = List.copyOf(devices);
    }

    private static <E extends Enum<E>> Set<E> copy(Set<E> values) {
        return values.isEmpty() ? Set.of() : Collections.unmodifiableSet(EnumSet.copyOf(values));
    }

    /**
     * What is left of the defaults, with what was added.
     *
     * @param every what this host can give
     */
    Set<Capability> capabilities(Set<Capability> standard, Set<Capability> every) {
        Set<Capability> given = EnumSet.noneOf(Capability.class);
        given.addAll(everything || allAdded ? every : allDropped ? Set.of() : standard);
        given.addAll(added);
        given.removeAll(dropped);
        return given;
    }

    /**
     * The five sets of a process. A user other than root keeps only what was asked for by name: it is ambient, as with Podman.
     *
     * @param given what the container may have at all
     */
    Capabilities sets(int uid, Set<Capability> given) {
        Capabilities sets = Capabilities.of(given);
        Set<Capability> kept = EnumSet.noneOf(Capability.class);
        kept.addAll(added);
        kept.retainAll(given);
        return uid == 0 || kept.isEmpty()
                ? sets
                : sets.withEffective(kept)
                        .withPermitted(kept)
                        .withInheritable(kept)
                        .withAmbient(kept);
    }

    /** In the words of the API, such as {@code capAdd NET_ADMIN}; nothing for nothing. */
    public List<String> inWords() {
        List<String> words = new ArrayList<>();
        add(words, everything, "privileged");
        add(words, allAdded, "capAdd ALL");
        add(words, allDropped, "capDrop ALL");
        added.forEach(capability -> words.add("capAdd " + shortName(capability)));
        dropped.forEach(capability -> words.add("capDrop " + shortName(capability)));
        seccomp.ifPresent(filter -> words.add("seccomp " + filter));
        shared.forEach((type, sharing) -> words.add(type.name().toLowerCase(Locale.ROOT) + " of " + sharing));
        devices.forEach(device -> words.add("device " + device));
        apparmor.ifPresent(profile -> words.add("apparmor " + profile));
        selinux.ifPresent(label -> words.add("selinux " + label));
        add(words, openSystemPaths, "system paths unconfined");
        mayLack.forEach(safeguard -> words.add("may lack " + safeguard));
        return words;
    }

    private static void add(List<String> words, boolean is, String word) {
        if (is) {
            words.add(word);
        }
    }

    static String shortName(Capability capability) {
        return capability.name().substring("CAP_".length());
    }

    public Privileges withEverything() {
        return with(draft -> draft.everything = true);
    }

    /**
     * With these added.
     *
     * @throws IllegalArgumentException if one of them was dropped
     */
    public Privileges plus(CapabilityNames names) {
        checkNotBoth("capAdd", names, "capDrop", allDropped, dropped);
        return with(draft -> {
            draft.allAdded |= names.all();
            draft.added.addAll(names.named());
        });
    }

    /**
     * With these dropped.
     *
     * @throws IllegalArgumentException if one of them was added
     */
    public Privileges minus(CapabilityNames names) {
        checkNotBoth("capDrop", names, "capAdd", allAdded, added);
        return with(draft -> {
            draft.allDropped |= names.all();
            draft.dropped.addAll(names.named());
        });
    }

    /** What is both wanted and not wanted is a mistake, and which of the two was meant is not ours to guess. */
    private static void checkNotBoth(
            String now, CapabilityNames names, String before, boolean allBefore, Set<Capability> namedBefore) {
        Set<Capability> both = EnumSet.noneOf(Capability.class);
        both.addAll(names.named());
        both.retainAll(namedBefore);
        if (!both.isEmpty() || (names.all() && allBefore)) {
            String which = both.isEmpty()
                    ? "ALL"
                    : both.stream().map(Privileges::shortName).collect(Collectors.joining(", "));
            throw new IllegalArgumentException(
                    now + " " + which + " contradicts " + before + " " + which
                            + ": say one of the two; ALL goes with the others by name, as in capDrop(\"ALL\").capAdd(\"CHOWN\")");
        }
    }

    /**
     * The same with another filter.
     *
     * @param profile none is no filter at all
     */
    public Privileges withSeccomp(Optional<Path> profile) {
        return with(draft -> draft.seccomp = Optional.of(new Filter(profile)));
    }

    public Privileges sharing(NamespaceType type, Sharing sharing) {
        return with(draft -> draft.shared.put(type, sharing));
    }

    public Privileges plusDevice(Path device) {
        return with(draft -> draft.devices.add(device));
    }

    public Privileges withApparmor(String profile) {
        return with(draft -> draft.apparmor = Optional.of(profile));
    }

    public Privileges withSelinux(String label) {
        return with(draft -> draft.selinux = Optional.of(label));
    }

    public Privileges withOpenSystemPaths() {
        return with(draft -> draft.openSystemPaths = true);
    }

    public Privileges withoutIfNeedBe(Collection<Safeguard> safeguards) {
        return with(draft -> draft.mayLack.addAll(safeguards));
    }

    private Privileges with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.privileges();
    }

    /** Privileges while they are being changed. */
    private static final class Draft {
        boolean everything;
        boolean allAdded;
        boolean allDropped;
        final Set<Capability> added = EnumSet.noneOf(Capability.class);
        final Set<Capability> dropped = EnumSet.noneOf(Capability.class);
        Optional<Filter> seccomp;
        final Map<NamespaceType, Sharing> shared = new EnumMap<>(NamespaceType.class);
        final List<Path> devices;
        Optional<String> apparmor;
        Optional<String> selinux;
        boolean openSystemPaths;
        final Set<Safeguard> mayLack = EnumSet.noneOf(Safeguard.class);

        Draft(Privileges privileges) {
            everything = privileges.everything;
            allAdded = privileges.allAdded;
            allDropped = privileges.allDropped;
            added.addAll(privileges.added);
            dropped.addAll(privileges.dropped);
            seccomp = privileges.seccomp;
            shared.putAll(privileges.shared);
            devices = new ArrayList<>(privileges.devices);
            apparmor = privileges.apparmor;
            selinux = privileges.selinux;
            openSystemPaths = privileges.openSystemPaths;
            mayLack.addAll(privileges.mayLack);
        }

        Privileges privileges() {
            return new Privileges(
                    everything,
                    allAdded,
                    allDropped,
                    added,
                    dropped,
                    seccomp,
                    shared,
                    devices,
                    apparmor,
                    selinux,
                    openSystemPaths,
                    mayLack);
        }
    }
}
