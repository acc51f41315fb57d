package dev.skiff.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentProxiesTest {
    @Test
    void eachSchemeHasItsOwnProxy() {
        EnvironmentProxies proxies = EnvironmentProxies.of(
                Map.of("https_proxy", "http://secure.example:3128", "HTTP_PROXY", "open.example:8080"));

        assertThat(proxy(proxies, "https://docker.io/v2/")).isEqualTo("secure.example:3128");
        assertThat(proxy(proxies, "http://registry.example/v2/")).isEqualTo("open.example:8080");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost:5000/", "https://127.0.0.1/", "http://[::1]:5000/"})
    void loopbackIsNeverProxied(String address) {
        EnvironmentProxies proxies =
                EnvironmentProxies.of(Map.of("https_proxy", "http://p:1", "http_proxy", "http://p:1"));

        assertThat(proxies.select(URI.create(address))).containsExactly(Proxy.NO_PROXY);
    }

    @ParameterizedTest
    @CsvSource({
        "'example.com',        https://example.com/,       true",
        "'example.com',        https://sub.example.com/,   true",
        "'.example.com',       https://sub.example.com/,   true",
        "'example.com',        https://badexample.com/,    false",
        "'x, example.com:5000', https://example.com:5000/, true",
        "'example.com:5000',   https://example.com/,       false",
        "'10.0.0.0/8',         https://10.200.1.1/,        true",
        "'10.0.0.0/8',         https://11.0.0.1/,          false",
        "'192.168.1.0/25',     https://192.168.1.128/,     false",
        "'*',                  https://anything.example/,  true",
        "'',                   https://anything.example/,  false",
        "'10.0.0.0/999',       https://10.0.0.1/,          false"
    })
    void noProxyNamesHostsDomainsAndNetworks(String exceptions, String address, boolean direct) {
        EnvironmentProxies proxies = EnvironmentProxies.of(Map.of("https_proxy", "http://p:1", "no_proxy", exceptions));

        assertThat(proxies.select(URI.create(address)).get(0).equals(Proxy.NO_PROXY))
                .isEqualTo(direct);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "http://", "::::", "http://a b"})
    void whatIsNoProxyIsNone(String value) {
        EnvironmentProxies proxies = EnvironmentProxies.of(Map.of("https_proxy", value));

        assertThat(proxies.select(URI.create("https://docker.io/"))).containsExactly(Proxy.NO_PROXY);
    }

    private static String proxy(EnvironmentProxies proxies, String address) {
        InetSocketAddress proxy =
                (InetSocketAddress) proxies.select(URI.create(address)).get(0).address();
        return proxy.getHostString() + ":" + proxy.getPort();
    }
}
