package dev.skiff.linux.seccomp;

import dev.skiff.linux.abi.Architecture;
import dev.skiff.linux.abi.KernelVersion;
import dev.skiff.oci.runtime.Capability;
import dev.skiff.oci.runtime.Seccomp;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The rules that a container gets if nothing else is asked for: those of Docker's and Podman's users, under which the
 * images of the world are known to run.
 */
public final class DefaultProfile {
    private static final String RESOURCE = "default.json";

    private final Profile profile;
    private final Set<Capability> mentioned = EnumSet.noneOf(Capability.class);
    private final Map<Set<Capability>, Seccomp> resolved = new ConcurrentHashMap<>();

    private DefaultProfile() {
        profile = Profile.parse(read());
        for (Capability capability : Capability.values()) {
            if (profile.mentions(capability)) {
                mentioned.add(capability);
            }
        }
    }

    /**
     * The rules for a container with these capabilities in its bounding set, on this host. The same object for sets that
     * the rules do not tell apart; the first call in a JVM reads the profile.
     */
    public static Seccomp forCapabilities(Collection<Capability> capabilities) {
        return Loaded.PROFILE.resolved(capabilities);
    }

    /** What another profile says, instead of ours. */
    public static Seccomp custom(byte[] profile, Collection<Capability> capabilities) {
        Set<Capability> given = EnumSet.noneOf(Capability.class);
        given.addAll(capabilities);
        return Profile.parse(profile).resolve(given, Architecture.host(), KernelVersion.host());
    }

    private Seccomp resolved(Collection<Capability> capabilities) {
        Set<Capability> telling = EnumSet.copyOf(mentioned);
        telling.retainAll(capabilities);
        return resolved.computeIfAbsent(
                telling, given -> profile.resolve(given, Architecture.host(), KernelVersion.host()));
    }

    static Profile profile() {
        return Loaded.PROFILE.profile;
    }

    private static byte[] read() {
        try (InputStream in = DefaultProfile.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new AssertionError("the jar of dev.skiff.linux lacks seccomp/" + RESOURCE);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("read seccomp/" + RESOURCE + " from the jar of dev.skiff.linux", e);
        }
    }

    private static final class Loaded {
        private static final DefaultProfile PROFILE = new DefaultProfile();
    }
}
