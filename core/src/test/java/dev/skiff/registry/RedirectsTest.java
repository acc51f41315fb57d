package dev.skiff.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.skiff.Credentials;
import dev.skiff.RegistryAuthException;
import dev.skiff.RegistryException;
import dev.skiff.oci.Reference;
import dev.skiff.oci.image.Descriptor;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where a registry may send us, and what we take along. */
@Timeout(30)
class RedirectsTest {
    private static final String REPOSITORY = "team/app";

    private final FakeRegistry registry = FakeRegistry.start();
    private final FakeRegistry storage = FakeRegistry.start();
    private final RegistrySettings settings =
            RegistrySettings.defaults().withFirstPause(Duration.ofMillis(1)).withPlainHosts(Set.of("plain.example:80"));
    private final TestImage image = TestImage.oci("one").into(registry, REPOSITORY, "1");
    private final Descriptor layer = Descriptor.of("application/octet-stream", image.layer);

    @AfterEach
    void stop() {
        registry.close();
        storage.close();
    }

    @Test
    void item71AnotherHostGetsNoAuthorization() throws IOException {
        registry.requireBasic("someone", "s3cret");
        image.into(storage, REPOSITORY, "");
        registry.always("/blobs/", onceLoggedIn(FakeRegistry.redirect(storage.at(path()))));

        assertThat(pull(Credentials.basic("someone", "s3cret"))).isEqualTo(image.layer);
        assertThat(storage.requests())
                .extracting(FakeRegistry.Request::authorization)
                .containsExactly("");
    }

    @Test
    void item71TheSameHostGetsItAgain() throws IOException {
        registry.requireBasic("someone", "s3cret");
        registry.once("/blobs/", onceLoggedIn(FakeRegistry.redirect("/v2/elsewhere/blobs/" + layer.digest())));
        image.into(registry, "elsewhere", "");

        assertThat(pull(Credentials.basic("someone", "s3cret"))).isEqualTo(image.layer);
        assertThat(registry.requests("/elsewhere/"))
                .extracting(FakeRegistry.Request::authorization)
                .singleElement()
                .asString()
                .startsWith("Basic ");
    }

    @Test
    void item71WhatWasDroppedOnTheWayIsNotTakenUpAgain() throws IOException {
        registry.requireBasic("someone", "s3cret");
        registry.once("/blobs/", onceLoggedIn(FakeRegistry.redirect(storage.at("/back"))));
        storage.always("/back", FakeRegistry.redirect(registry.at("/v2/open")));
        registry.always("/v2/open", FakeRegistry.answer(200, image.layer));

        assertThat(pull(Credentials.basic("someone", "s3cret"))).isEqualTo(image.layer);
        assertThat(registry.requests("/v2/open"))
                .extracting(FakeRegistry.Request::authorization)
                .containsExactly("");
    }

    @Test
    void item70AnotherHostThatAsksForALoginIsNotAnswered() {
        registry.always("/blobs/", FakeRegistry.redirect(storage.at(path())));
        storage.requireBasic("someone", "s3cret");

        assertThatThrownBy(() -> pull(Credentials.basic("someone", "s3cret")))
                .isInstanceOf(RegistryAuthException.class);
        assertThat(storage.requests())
                .extracting(FakeRegistry.Request::authorization)
                .containsOnly("");
        assertThat(storage.requests()).hasSize(1);
    }

    @Test
    void item70TheUrlsOfADescriptorAreNotUsed() throws IOException {
        image.into(storage, REPOSITORY, "");
        Descriptor foreign = layer.withUrls(List.of(storage.at(path()).toString()));

        try (InputStream blob = repository(Credentials.anonymous()).blob(foreign)) {
            assertThat(blob.readAllBytes()).isEqualTo(image.layer);
        }
        assertThat(storage.requests()).isEmpty();
    }

    @Test
    void aHostBehindARedirectThatIsNotThereIsNamed() {
        registry.always("/blobs/", FakeRegistry.redirect("https://storage.invalid/blob?signature=s3cret"));

        assertThatThrownBy(() -> pull(Credentials.anonymous()))
                .asInstanceOf(type(RegistryException.class))
                .satisfies(e -> assertThat(e)
                        .hasMessageContaining("the name storage.invalid does not resolve")
                        .hasMessageNotContaining("s3cret"))
                .returns("https://storage.invalid/blob", RegistryException::url);
    }

    @Test
    void item71TenHopsAreFollowedAndNoMore() throws IOException {
        registry.times(10, "/blobs/", FakeRegistry.redirect(registry.at(path())));
        assertThat(pull(Credentials.anonymous())).isEqualTo(image.layer);

        registry.always("/blobs/", FakeRegistry.redirect(registry.at(path())));
        int before = registry.requests().size();
        assertThatThrownBy(() -> pull(Credentials.anonymous()))
                .asInstanceOf(type(RegistryException.class))
                .satisfies(e -> assertThat(e).hasMessageContaining("more than 10 redirects"))
                .returns(false, RegistryException::retryable);
        assertThat(registry.requests()).hasSize(before + 11);
    }

    @ParameterizedTest
    @CsvSource({
        "https://registry.example/v2/, http://registry.example/x",
        "https://registry.example/v2/, http://127.0.0.1/x",
        "https://registry.example/v2/, http://plain.example/x",
        "http://127.0.0.1:5000/v2/,    http://registry.example/x",
        "http://127.0.0.1:5000/v2/,    http://plain.example:8080/x",
        "https://registry.example/v2/, file:///etc/passwd",
        "https://registry.example/v2/, ftp://registry.example/x",
        "https://registry.example/v2/, https://user:secret@registry.example/x",
        "https://registry.example/v2/, https:///x",
        "https://registry.example/v2/, 'https://a b/'",
        "https://registry.example/v2/, ''",
    })
    void item71ARedirectOutOfTlsOrOutOfHttpIsRefused(URI from, String to) {
        Call call = Call.get(from);
        Optional<String> location = Optional.of(to).filter(text -> !text.isEmpty());

        assertThatThrownBy(() -> redirects().next(call, location))
                .isInstanceOf(ProtocolException.class)
                .hasMessageNotContaining("secret");
    }

    @ParameterizedTest
    @CsvSource({
        "https://registry.example/v2/, https://registry.example/x,     true",
        "https://registry.example/v2/, https://REGISTRY.example:443/x, true",
        "https://registry.example/v2/, /x,                             true",
        "https://registry.example/v2/, https://registry.example:444/x, false",
        "https://registry.example/v2/, https://cdn.registry.example/x, false",
        "https://registry.example/v2/, //other.example/x,              false",
        "http://plain.example/v2/,     https://plain.example/x,        false",
    })
    void item71AuthorizationStaysWithSchemeHostAndPort(URI from, String to, boolean stays) throws IOException {
        Call call = Call.get(from).as(Optional.of("Bearer secret"));

        assertThat(redirects().next(call, Optional.of(to)).authorization().isPresent())
                .isEqualTo(stays);
    }

    private Redirects redirects() {
        return new Redirects(new Transport(settings), settings);
    }

    private byte[] pull(Credentials credentials) throws IOException {
        try (InputStream blob = repository(credentials).blob(layer)) {
            return blob.readAllBytes();
        }
    }

    private Repository repository(Credentials credentials) {
        return new RegistryClient(settings)
                .repository(Reference.parse(registry.name() + "/" + REPOSITORY + ":1"), credentials);
    }

    private String path() {
        return "/v2/" + REPOSITORY + "/blobs/" + layer.digest();
    }

    /** Lets the first, anonymous request through to the registry, which asks for a login. */
    private static FakeRegistry.Fault onceLoggedIn(FakeRegistry.Fault fault) {
        return (fake, exchange) ->
                exchange.getRequestHeaders().containsKey("Authorization") && fault.handle(fake, exchange);
    }
}
