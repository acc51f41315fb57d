package dev.skiff.registry;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The proxies that {@code https_proxy}, {@code http_proxy} and {@code no_proxy} name, in either case of letters;
 * {@code java.net.http} does not read them. Loopback is never proxied.
 */
final class EnvironmentProxies extends ProxySelector {
    private final Optional<InetSocketAddress> https;
    private final Optional<InetSocketAddress> http;
    private final List<String> exceptions;

    private EnvironmentProxies(
            Optional<InetSocketAddress> https, Optional<InetSocketAddress> http, List<String> exceptions) {
        this.https = https;
        this.http = http;
        this.exceptions = exceptions;
    }

    static EnvironmentProxies of(Map<String, String> environment) {
        List<String> exceptions = new ArrayList<>();
        for (String pattern : variable(environment, "no_proxy").split(",", -1)) {
            if (!pattern.isBlank()) {
                exceptions.add(pattern.strip().toLowerCase(Locale.ROOT));
            }
        }
        return new EnvironmentProxies(
                proxy(variable(environment, "https_proxy")), proxy(variable(environment, "http_proxy")), exceptions);
    }

    private static String variable(Map<String, String> environment, String name) {
        String lower = environment.getOrDefault(name, "");
        return lower.isEmpty() ? environment.getOrDefault(name.toUpperCase(Locale.ROOT), "") : lower;
    }

    /** Reads {@code http://host:port} or {@code host:port}; a user in it is ignored, the proxy will ask for it. */
    private static Optional<InetSocketAddress> proxy(String value) {
        if (value.isBlank()) {
            return Optional.empty();
        }
        URI address;
        try {
            address = URI.create(value.contains("://") ? value.strip() : "http://" + value.strip());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        if (address.getHost() == null) {
            return Optional.empty();
        }
        return Optional.of(InetSocketAddress.createUnresolved(address.getHost(), Endpoint.port(address)));
    }

    @Override
    public List<Proxy> select(URI address) {
        Optional<InetSocketAddress> proxy = address.getScheme().equalsIgnoreCase("https") ? https : http;
        if (proxy.isEmpty() || Hosts.isLoopback(address.getHost()) || excepted(address)) {
            return List.of(Proxy.NO_PROXY);
        }
        return List.of(new Proxy(Proxy.Type.HTTP, proxy.get()));
    }

    private boolean excepted(URI address) {
        String host = address.getHost().toLowerCase(Locale.ROOT);
        String hostAndPort = Endpoint.hostAndPort(address);
        for (String pattern : exceptions) {
            if (pattern.equals("*") || pattern.equals(host) || pattern.equals(hostAndPort)) {
                return true;
            }
            String suffix = pattern.startsWith(".") ? pattern : "." + pattern;
            if (host.endsWith(suffix) || inNetwork(host, pattern)) {
                return true;
            }
        }
        return false;
    }

    /** Whether an address literal lies in a network such as {@code 10.0.0.0/8}. */
    private static boolean inNetwork(String host, String network) {
        int slash = network.indexOf('/');
        if (slash < 0 || !network.substring(slash + 1).matches("[0-9]{1,3}")) {
            return false;
        }
        int bits = Integer.parseInt(network.substring(slash + 1));
        Optional<InetAddress> address = Hosts.literal(host);
        Optional<InetAddress> base = Hosts.literal(network.substring(0, slash));
        if (address.isEmpty() || base.isEmpty()) {
            return false;
        }
        return samePrefix(address.get().getAddress(), base.get().getAddress(), bits);
    }

    private static boolean samePrefix(byte[] one, byte[] other, int bits) {
        if (one.length != other.length || bits > one.length * 8) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            int mask = 0x80 >> bit % 8;
            if ((one[bit / 8] & mask) != (other[bit / 8] & mask)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void connectFailed(@Nullable URI address, @Nullable SocketAddress proxy, @Nullable IOException failure) {
        // The request that wanted the connection reports it.
    }
}
