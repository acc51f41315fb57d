package dev.skiff.registry;

import java.net.URI;
import java.util.Locale;

/**
 * Where a registry is: its name in references, and the address that answers for it.
 *
 * @param name as references have it, such as {@code docker.io}
 * @param root scheme, host and port
 */
record Endpoint(String name, URI root) {
    private static final String DOCKER_HUB = "docker.io";
    private static final String DOCKER_HUB_HOST = "registry-1.docker.io";

    /** Plain http where the settings allow it, https everywhere else; one is never tried after the other. */
    static Endpoint of(String registry, RegistrySettings settings) {
        String host = registry.equals(DOCKER_HUB) ? DOCKER_HUB_HOST : registry;
        URI plain = URI.create("http://" + host);
        if (plain.getHost() == null) {
            throw new IllegalArgumentException("registry must be host or host:port, got \"" + registry + "\"");
        }
        return new Endpoint(registry, settings.allowsPlain(plain) ? plain : URI.create("https://" + host));
    }

    boolean plain() {
        return root.getScheme().equals("http");
    }

    /** An address below {@code /v2/}. */
    URI at(String path) {
        return root.resolve("/v2/" + path);
    }

    /** The port that an address means, also where it names none. */
    static int port(URI address) {
        if (address.getPort() >= 0) {
            return address.getPort();
        }
        return address.getScheme().equalsIgnoreCase("https") ? 443 : 80;
    }

    static String hostAndPort(URI address) {
        return address.getHost().toLowerCase(Locale.ROOT) + ":" + port(address);
    }

    /** Whether two addresses have one origin, so that a secret sent to one may be sent to the other. */
    static boolean sameOrigin(URI one, URI other) {
        return one.getScheme().equalsIgnoreCase(other.getScheme())
                && hostAndPort(one).equals(hostAndPort(other));
    }
}
