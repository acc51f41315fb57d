package dev.skiff.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.skiff.Credentials;
import dev.skiff.RegistryAuthException;
import dev.skiff.RegistryException;
import dev.skiff.oci.Platform;
import dev.skiff.oci.Reference;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Passwords and tokens: who gets them, how often, and who never sees them. */
@Timeout(30)
class LoginTest {
    private static final String REPOSITORY = "team/app";
    private static final Credentials SOMEONE = Credentials.basic("someone", "s3cret");

    private final FakeRegistry registry = FakeRegistry.start();
    private final FakeRegistry other = FakeRegistry.start();
    private final RegistryClient client =
            new RegistryClient(RegistrySettings.defaults().withFirstPause(Duration.ofMillis(1)));

    @BeforeEach
    void fill() {
        TestImage.oci("one").into(registry, REPOSITORY, "1");
        TestImage.oci("one").into(registry, "team/other", "1");
    }

    @AfterEach
    void stop() {
        registry.close();
        other.close();
    }

    @Test
    void whoIsNotAskedSaysNothing() {
        resolve(repository(SOMEONE));

        assertThat(registry.requests())
                .extracting(FakeRegistry.Request::authorization)
                .containsOnly("");
    }

    @Test
    void aTokenIsAskedForOnceAndForThisRepositoryAlone() {
        registry.requireToken();
        Repository repository = repository(Credentials.anonymous());

        resolve(repository);
        resolve(repository);

        assertThat(registry.requests("/token"))
                .extracting(FakeRegistry.Request::query)
                .containsExactly("service=fake&scope=repository:team/app:pull");
        assertThat(registry.requests("/token"))
                .extracting(FakeRegistry.Request::authorization)
                .containsExactly("");
    }

    @Test
    void aTokenThatRanOutIsReplaced() {
        registry.requireToken();
        Repository repository = repository(Credentials.anonymous());
        resolve(repository);
        registry.expireTokens();

        resolve(repository);

        assertThat(registry.requests("/token")).hasSize(2);
    }

    @Test
    void item72ATokenIsNeverUsedForAnotherRepository() {
        registry.requireToken();
        resolve(repository(Credentials.anonymous()));
        resolve(client.repository(Reference.parse(registry.name() + "/team/other:1"), Credentials.anonymous()));

        assertThat(registry.requests("/token"))
                .extracting(FakeRegistry.Request::query)
                .containsExactly(
                        "service=fake&scope=repository:team/app:pull", "service=fake&scope=repository:team/other:pull");
        assertThat(registry.requests("/team/other/"))
                .extracting(FakeRegistry.Request::authorization)
                .containsExactly("", "Bearer token-2");
    }

    @Test
    void item72ATokenServiceWithoutTlsIsNotAsked() {
        registry.requireToken("http://auth.example/token");

        assertThatThrownBy(() -> resolve(repository(SOMEONE)))
                .isInstanceOf(RegistryAuthException.class)
                .hasMessageContaining("http://auth.example/token")
                .hasMessageContaining("no TLS");
    }

    @Test
    void item72AForgedChallengeCannotSendThePasswordAway() {
        registry.requireToken("http://localhost:" + other.name().replaceFirst(".*:", "") + "/token");

        assertThatThrownBy(() -> resolve(repository(SOMEONE)))
                .isInstanceOf(RegistryAuthException.class)
                .hasMessageContaining("not sending a password to localhost");
        assertThat(other.requests()).isEmpty();
    }

    @Test
    void item71ATokenServiceCannotHandThePasswordOn() {
        registry.requireTokenFor("someone", "s3cret");
        registry.always("/token", FakeRegistry.redirect(other.at("/token")));

        resolveQuietly(repository(SOMEONE));

        assertThat(other.requests("/token"))
                .isNotEmpty()
                .extracting(FakeRegistry.Request::authorization)
                .containsOnly("");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"token\":\"a\\r\\nX-Evil: 1\"}",
                "{\"token\":\"a b\"}",
                "{\"token\":\"\"}",
                "{\"token\":7}",
                "{}",
                "[]",
                "no JSON",
                "{\"token\":\"a\",\"token\":\"b\"}"
            })
    void item73ATokenThatIsNotFitForAHeaderIsRefusedAndNotShown(String answer) {
        registry.requireToken();
        registry.always("/token", FakeRegistry.answer(200, answer.getBytes(UTF_8)));

        assertThatThrownBy(() -> resolve(repository(Credentials.anonymous())))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("token service")
                .hasMessageNotContaining("Evil");
    }

    @Test
    void item73ARegistryThatIsNeverContentIsAskedThreeTimes() {
        registry.requireToken();
        registry.always(
                "/manifests/",
                FakeRegistry.answer(
                        401,
                        FakeRegistry.error("UNAUTHORIZED", "no"),
                        "WWW-Authenticate",
                        "Bearer realm=\"" + registry.at("/token") + "\""));

        assertThatThrownBy(() -> resolve(repository(Credentials.anonymous())))
                .asInstanceOf(type(RegistryAuthException.class))
                .satisfies(e -> assertThat(e).hasMessageContaining("no such repository, or it is not for everybody"))
                .satisfies(e -> assertThat(e.codes()).containsExactly("UNAUTHORIZED"));
        assertThat(registry.requests("/manifests/")).hasSize(3);
        assertThat(registry.requests("/token")).hasSize(2);
    }

    @Test
    void item73APasswordThatIsWrongIsTriedOnce() {
        registry.requireBasic("someone", "another");

        assertThatThrownBy(() -> resolve(repository(SOMEONE))).isInstanceOf(RegistryAuthException.class);
        assertThat(registry.requests()).hasSize(2);
    }

    @Test
    void aLoginOfAKindThatWeDoNotKnowIsSaid() {
        registry.always("/manifests/", FakeRegistry.answer(401, new byte[0], "WWW-Authenticate", "Negotiate"));

        assertThatThrownBy(() -> resolve(repository(SOMEONE)))
                .isInstanceOf(RegistryAuthException.class)
                .hasMessageContaining("a kind of login unknown");
        assertThat(registry.requests()).hasSize(1);
    }

    @Test
    void item64AnEndlessTokenIsNotReadToItsEnd() {
        registry.requireToken();
        registry.always("/token", FakeRegistry.endless("{\"token\":\"aaaaaaaaaaaaaa".getBytes(UTF_8), "text/json"));

        assertThatThrownBy(() -> resolve(repository(Credentials.anonymous())))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("more than 1 MiB");
    }

    @Test
    void item76NoSecretIsInAnyMessageOrTrace() {
        registry.requireToken(registry.at("/token?account=hidden-in-query").toString());
        registry.always("/token", FakeRegistry.answer(500, FakeRegistry.error("INTERNAL", "broken")));

        assertThatThrownBy(() -> resolve(repository(SOMEONE)))
                .isInstanceOf(RegistryException.class)
                .satisfies(e -> assertThat(trace(e))
                        .contains("INTERNAL")
                        .doesNotContain("s3cret")
                        .doesNotContain("hidden-in-query")
                        .doesNotContain("Basic "))
                .asInstanceOf(type(RegistryException.class))
                .returns(registry.at("/token").toString(), RegistryException::url);
    }

    @Test
    void item76WhatHoldsASecretDoesNotPrintIt() {
        Credentials.Login login = SOMEONE.forRegistry("any").orElseThrow();

        assertThat(login.toString()).contains("someone").doesNotContain("s3cret");
        assertThat(SOMEONE.toString()).doesNotContain("s3cret");
        assertThat(Token.lasting("s3cret", Duration.ofMinutes(1)).toString()).doesNotContain("s3cret");
        assertThat(Call.get(registry.at("/x?sig=s3cret"))
                        .as(Optional.of("Basic s3cret"))
                        .toString())
                .doesNotContain("s3cret");
    }

    @Test
    void aPasswordOfAnyLettersIsSentAsUtf8() {
        registry.requireBasic("someone", "pässwörd€");

        resolve(repository(Credentials.basic("someone", "pässwörd€")));
    }

    private Repository repository(Credentials credentials) {
        return client.repository(Reference.parse(registry.name() + "/" + REPOSITORY + ":1"), credentials);
    }

    private static void resolve(Repository repository) {
        repository.resolve(Platform.parse("linux/amd64"), Duration.ofSeconds(10));
    }

    private static void resolveQuietly(Repository repository) {
        try {
            resolve(repository);
        } catch (RegistryException e) {
            assertThat(e).hasMessageNotContaining("s3cret");
        }
    }

    private static String trace(Throwable thrown) {
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
