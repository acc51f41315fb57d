package dev.skiff.registry;

import java.net.URI;
import java.util.Optional;

/**
 * Which token services a registry may send us to. The registry chooses the address, so it could make us speak to hosts
 * that only we can reach, or show a password to whoever listens.
 */
final class RealmPolicy {
    private final Endpoint registry;
    private final RegistrySettings settings;

    RealmPolicy(Endpoint registry, RegistrySettings settings) {
        this.registry = registry;
        this.settings = settings;
    }

    /** Why this realm is not asked for a token; empty if it may be. */
    Optional<String> objection(URI realm) {
        String scheme = realm.getScheme();
        if (scheme == null || realm.getHost() == null || realm.getUserInfo() != null) {
            return Optional.of("is no plain https address");
        }
        boolean plain = scheme.equalsIgnoreCase("http");
        if (!plain && !scheme.equalsIgnoreCase("https")) {
            return Optional.of("is no plain https address");
        }
        if (plain && !settings.allowsPlain(realm)) {
            return Optional.of("has no TLS, and its host is not named for plain http");
        }
        if (Hosts.isLocal(realm.getHost()) && !Hosts.isLocal(registry.root().getHost())) {
            return Optional.of("is an address inside the caller's own network, named by a registry outside of it");
        }
        return Optional.empty();
    }

    /**
     * Whether a password may be sent there. A registry that proved itself by TLS could have asked for the password
     * itself, so it may name its token service. Over plain http anybody on the way can have written the challenge.
     */
    boolean mayHavePassword(URI realm) {
        return !registry.plain()
                || realm.getHost().equalsIgnoreCase(registry.root().getHost());
    }
}
