package dev.skiff.registry;

import java.net.ProxySelector;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * How to talk to registries: how long to wait, and which hosts may be spoken to without TLS.
 *
 * @param plainHosts hosts named for plain http, each {@code host:port}; a bare {@code host} means port 80. Loopback
 *     needs no naming, and naming one host changes nothing for any other
 * @param connectLimit for a connection to be made
 * @param silenceLimit for the headers of an answer to come, and for the next bytes of a body; ten times as long for a registry that
 *     has been sent something and works on it
 * @param transferLimit for one blob, down or up, from the first request to the last byte, with all that is tried again
 * @param firstPause before the first retry, where the registry asks for no other; each further one is twice as long
 * @param proxies which proxy leads where; never asked for loopback
 */
public record RegistrySettings(
        Set<String> plainHosts,
        Duration connectLimit,
        Duration silenceLimit,
        Duration transferLimit,
        Duration firstPause,
        ProxySelector proxies) {
    private static final Pattern HOST_AND_PORT = Pattern.compile("([a-z0-9.-]+|\\[[0-9a-f:.]+])(:[0-9]{1,5})?");

    public RegistrySettings {
        Set<String> hosts = new HashSet<>();
        for (String host : plainHosts) {
            String lower = host.toLowerCase(Locale.ROOT);
            if (!HOST_AND_PORT.matcher(lower).matches()) {
                throw new IllegalArgumentException("plainHosts wants host:port each, got \"" + host + "\"");
            }
            hosts.add(lower.matches(".*:[0-9]+") ? lower : lower + ":80");
        }
        plainHosts = Set.copyOf(hosts);
    }

    /** TLS everywhere but on loopback, the proxies of the environment, and limits that suit a slow line. */
    public static RegistrySettings defaults() {
        return new RegistrySettings(
                Set.of(),
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Duration.ofHours(1),
                Duration.ofMillis(250),
                EnvironmentProxies.of(System.getenv()));
    }

    /** The same, with these hosts spoken to by plain http. */
    public RegistrySettings withPlainHosts(Set<String> hosts) {
        return new RegistrySettings(hosts, connectLimit, silenceLimit, transferLimit, firstPause, proxies);
    }

    /** The same, with other limits. */
    public RegistrySettings withLimits(Duration connect, Duration silence, Duration transfer) {
        return new RegistrySettings(plainHosts, connect, silence, transfer, firstPause, proxies);
    }

    /** The same, with another pause before the first retry. */
    public RegistrySettings withFirstPause(Duration pause) {
        return new RegistrySettings(plainHosts, connectLimit, silenceLimit, transferLimit, pause, proxies);
    }

    /** Whether plain http may be spoken to the host of this address. */
    boolean allowsPlain(URI address) {
        return Hosts.isLoopback(address.getHost()) || plainHosts.contains(Endpoint.hostAndPort(address));
    }
}
