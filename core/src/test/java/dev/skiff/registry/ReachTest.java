package dev.skiff.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.skiff.Credentials;
import dev.skiff.InterruptedOperationException;
import dev.skiff.RegistryException;
import dev.skiff.oci.Platform;
import dev.skiff.oci.Reference;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Registries that are not there, not now, or not for plain http. */
@Timeout(30)
class ReachTest {
    private static final String REPOSITORY = "team/app";

    private final FakeRegistry registry = FakeRegistry.start();
    private final TestImage image = TestImage.oci("one").into(registry, REPOSITORY, "1");
    private final RegistrySettings settings = RegistrySettings.defaults().withFirstPause(Duration.ofMillis(1));

    @AfterEach
    void stop() {
        registry.close();
    }

    @Test
    void aNameThatDoesNotResolveIsSaid() {
        assertThatThrownBy(() -> resolve("registry.invalid", Duration.ofSeconds(10)))
                .asInstanceOf(type(RegistryException.class))
                .satisfies(e -> assertThat(e)
                        .hasMessage("pull registry.invalid/team/app:1: cannot reach registry registry.invalid:"
                                + " the name registry.invalid does not resolve; check the network and DNS"))
                .satisfies(e -> assertThat(e.status()).isEmpty())
                .returns("registry.invalid", RegistryException::registry)
                .returns("GET", RegistryException::method)
                .returns("https://registry.invalid/v2/team/app/manifests/1", RegistryException::url)
                .returns(true, RegistryException::retryable);
    }

    @Test
    void aPortWhereNobodyListensIsSaidAtOnce() {
        String closed = "127.0.0.1:" + freePort();
        Instant begin = Instant.now();

        assertThatThrownBy(() -> resolve(closed, Duration.ofSeconds(10)))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("cannot reach registry " + closed + ": no connection to " + closed);
        assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void item73TheTimeThatTheCallerHasIsAllThatIsWaited() {
        registry.always("/manifests/", FakeRegistry.silence());
        Instant begin = Instant.now();

        assertThatThrownBy(() -> resolve(registry.name(), Duration.ofMillis(500)))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining(
                        "cannot reach registry " + registry.name() + ": 127.0.0.1 gave no answer within 500 ms");
        assertThat(Duration.between(begin, Instant.now())).isBetween(Duration.ofMillis(400), Duration.ofSeconds(3));
    }

    @Test
    void item73RetriesAndPausesAreWithinTheSameTime() {
        registry.always("/manifests/", FakeRegistry.answer(503, new byte[0], "Retry-After", "1"));
        Instant begin = Instant.now();

        assertThatThrownBy(() -> resolve(registry.name(), Duration.ofMillis(1500)))
                .asInstanceOf(type(RegistryException.class))
                .satisfies(e -> assertThat(e.status()).hasValue(503));
        assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(3));
        assertThat(registry.requests()).hasSize(2);
    }

    @Test
    void item73ABusyRegistryIsAskedAgainAfterThePauseItWants() {
        registry.once(
                "/manifests/",
                FakeRegistry.answer(429, FakeRegistry.error("TOOMANYREQUESTS", "slow"), "Retry-After", "1"));
        Instant begin = Instant.now();

        assertThat(resolve(registry.name(), Duration.ofSeconds(10)).descriptor())
                .isEqualTo(image.descriptor);
        assertThat(Duration.between(begin, Instant.now())).isGreaterThanOrEqualTo(Duration.ofMillis(950));
    }

    @Test
    void item73ABusyRegistryIsAskedFourTimesInAll() {
        registry.always("/manifests/", FakeRegistry.answer(429, FakeRegistry.error("TOOMANYREQUESTS", "slow")));

        assertThatThrownBy(() -> resolve(registry.name(), Duration.ofSeconds(10)))
                .asInstanceOf(type(RegistryException.class))
                .satisfies(e -> assertThat(e.status()).hasValue(429))
                .satisfies(e -> assertThat(e.codes()).containsExactly("TOOMANYREQUESTS"))
                .returns(true, RegistryException::retryable);
        assertThat(registry.requests()).hasSize(4);
    }

    @Test
    void item73ARegistryCannotMakeUsWaitForAnHour() {
        registry.always("/manifests/", FakeRegistry.answer(429, new byte[0], "Retry-After", "3600"));

        assertThatThrownBy(() -> resolve(registry.name(), Duration.ofHours(2))).isInstanceOf(RegistryException.class);
        assertThat(registry.requests()).hasSize(1);
    }

    @Test
    void aManifestThatBreaksOffIsAskedForAgain() {
        registry.once("/manifests/", FakeRegistry.cutAfter(10));

        assertThat(resolve(registry.name(), Duration.ofSeconds(10)).descriptor())
                .isEqualTo(image.descriptor);
    }

    @Test
    void aNoIsNotAskedForTwice() {
        registry.always("/manifests/", FakeRegistry.answer(400, new byte[0]));

        assertThatThrownBy(() -> resolve(registry.name(), Duration.ofSeconds(10)))
                .asInstanceOf(type(RegistryException.class))
                .returns(false, RegistryException::retryable);
        assertThat(registry.requests()).hasSize(1);
    }

    @Test
    void anInterruptEndsTheWaitAndStaysSet() {
        registry.always("/manifests/", FakeRegistry.silence());
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> resolve(registry.name(), Duration.ofSeconds(10)))
                .isInstanceOf(InterruptedOperationException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void aRegistryIsReachedThroughTheProxyOfTheEnvironment() {
        // To a proxy, a request for plain http looks like one to a server: the fake serves it whatever host it names.
        RegistrySettings proxied = new RegistrySettings(
                Set.of("behind.invalid:80"),
                settings.connectLimit(),
                settings.silenceLimit(),
                settings.transferLimit(),
                settings.firstPause(),
                EnvironmentProxies.of(Map.of("http_proxy", "http://" + registry.name())));

        ResolvedImage resolved = resolve(proxied, "behind.invalid", Duration.ofSeconds(10));

        assertThat(resolved.descriptor()).isEqualTo(image.descriptor);
        assertThat(registry.requests()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "docker.io,                https://registry-1.docker.io",
        "ghcr.io,                  https://ghcr.io",
        "registry.example:5000,    https://registry.example:5000",
        "localhost:5000,           http://localhost:5000",
        "127.0.0.1:5000,           http://127.0.0.1:5000",
        "'[::1]:5000',             'http://[::1]:5000'",
        "plain.example:5000,       http://plain.example:5000",
        "plain.example:5001,       https://plain.example:5001",
        "plain.example,            https://plain.example",
        "not.plain.example:5000,   https://not.plain.example:5000",
        "192.168.0.1:5000,         https://192.168.0.1:5000",
    })
    void item77PlainHttpIsForLoopbackAndForTheHostAndPortThatIsNamed(String registry, URI root) {
        Endpoint endpoint = Endpoint.of(registry, settings.withPlainHosts(Set.of("Plain.Example:5000")));

        assertThat(endpoint.root()).isEqualTo(root);
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "", "http://plain.example", "plain.example:x", "plain.example/path", "10.0.0.0/8"})
    void item77NothingWiderThanAHostCanBeNamed(String host) {
        assertThatThrownBy(() -> settings.withPlainHosts(Set.of(host)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("host:port");
    }

    private ResolvedImage resolve(String name, Duration limit) {
        return resolve(settings, name, limit);
    }

    private static ResolvedImage resolve(RegistrySettings settings, String name, Duration limit) {
        return new RegistryClient(settings)
                .repository(Reference.parse(name + "/" + REPOSITORY + ":1"), Credentials.anonymous())
                .resolve(Platform.parse("linux/amd64"), limit);
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
