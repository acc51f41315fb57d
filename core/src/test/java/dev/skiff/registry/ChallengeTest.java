package dev.skiff.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ChallengeTest {
    @Test
    void readsWhatDockerHubSends() {
        List<Challenge> challenges = Challenge.parse(List.of("Bearer realm=\"https://auth.docker.io/token\","
                + "service=\"registry.docker.io\",scope=\"repository:library/node:pull,push\""));

        assertThat(challenges)
                .containsExactly(new Challenge(
                        "bearer",
                        Map.of(
                                "realm", "https://auth.docker.io/token",
                                "service", "registry.docker.io",
                                "scope", "repository:library/node:pull,push")));
    }

    @Test
    void severalChallengesInOneHeaderAreKeptApart() {
        assertThat(Challenge.parse(List.of("Negotiate, Basic realm=\"a, b\" , BEARER Realm = https, Digest")))
                .containsExactly(
                        new Challenge("negotiate", Map.of()),
                        new Challenge("basic", Map.of("realm", "a, b")),
                        new Challenge("bearer", Map.of("realm", "https")),
                        new Challenge("digest", Map.of()));
    }

    @Test
    void quotedPairsAreUndone() {
        assertThat(Challenge.parse(List.of("Basic realm=\"say \\\"hi\\\" \\\\\""))
                        .get(0)
                        .parameter("realm"))
                .hasValue("say \"hi\" \\");
    }

    @Test
    void aSecondRealmCannotReplaceTheFirst() {
        assertThat(Challenge.parse(List.of("Bearer realm=\"one\",realm=\"two\""))
                        .get(0)
                        .parameter("realm"))
                .hasValue("one");
    }

    @Test
    void aTokenIsPreferredToAPassword() {
        List<Challenge> offered = Challenge.parse(List.of("Basic realm=\"x\"", "Bearer realm=\"y\""));

        assertThat(Challenge.choose(offered)).map(Challenge::scheme).hasValue("bearer");
        assertThat(Challenge.choose(List.of())).isEmpty();
    }

    @Test
    void anEndlessHeaderIsNotRead() {
        assertThat(Challenge.parse(List.of("Basic realm=\"" + "x".repeat(10_000) + "\"")))
                .isEmpty();
    }

    @Property
    void anyTextEndsInAList(@ForAll List<String> headers) {
        assertThatCode(() -> Challenge.parse(headers)).doesNotThrowAnyException();
    }
}
