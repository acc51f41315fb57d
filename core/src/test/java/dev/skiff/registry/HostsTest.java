package dev.skiff.registry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostsTest {
    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LOCALHOST", "localhost.", "127.0.0.1", "127.8.9.10", "[::1]", "::1"})
    void loopbackIsKnownByItsSpelling(String host) {
        assertThat(Hosts.isLoopback(host)).isTrue();
        assertThat(Hosts.isLocal(host)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "docker.io",
                "localhost.example.com",
                "127.0.0.1.example.com",
                "8.8.8.8",
                "127.1",
                "[::2]",
                "1.2.3"
            })
    void whatOnlyResemblesLoopbackGetsNoPlainHttp(String host) {
        assertThat(Hosts.isLoopback(host)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.1",
                "172.16.3.4",
                "192.168.1.1",
                "169.254.169.254",
                "100.64.0.1",
                "0.0.0.0",
                "0.1.2.3",
                "[fe80::1]",
                "[fd00:ec2::254]",
                "[::]",
                "[::ffff:10.0.0.1]",
                "something.localhost",
                "2130706433",
                "0x7f000001",
                "0177.0.0.1",
                "127.1",
                "0x7f.1",
                "10.0.0.1."
            })
    void everySpellingOfALocalAddressIsSeenThrough(String host) {
        assertThat(Hosts.isLocal(host)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"auth.docker.io", "8.8.8.8", "172.32.0.1", "100.128.0.1", "[2001:4860:4860::8888]", "x7f.io"})
    void publicHostsAreNotTakenForLocal(String host) {
        assertThat(Hosts.isLocal(host)).isFalse();
    }
}
