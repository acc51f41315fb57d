package dev.skiff.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReferenceTest {
    private static final String HEX = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @ParameterizedTest
    @CsvSource({
        "node:18-alpine, docker.io/library/node:18-alpine, node:18-alpine",
        "node, docker.io/library/node:latest, node:latest",
        "docker.io/node, docker.io/library/node:latest, node:latest",
        "index.docker.io/library/node:18, docker.io/library/node:18, node:18",
        "team/app:1.0, docker.io/team/app:1.0, team/app:1.0",
        "library/team/app, docker.io/library/team/app:latest, library/team/app:latest",
        "localhost/app, localhost/app:latest, localhost/app:latest",
        "localhost:5000, docker.io/library/localhost:5000, localhost:5000",
        "localhost:5000/app:2, localhost:5000/app:2, localhost:5000/app:2",
        "registry.example.com/a/b/c, registry.example.com/a/b/c:latest, registry.example.com/a/b/c:latest",
        "Team/app, Team/app:latest, Team/app:latest",
        "10.0.0.1/app, 10.0.0.1/app:latest, 10.0.0.1/app:latest",
        "[::1]:5000/app, [::1]:5000/app:latest, [::1]:5000/app:latest",
        "a__b/c-----d:T_1.-, docker.io/a__b/c-----d:T_1.-, a__b/c-----d:T_1.-",
        "docker.io/odd.name/app, docker.io/odd.name/app:latest, docker.io/odd.name/app:latest",
    })
    void whatIsLeftOutIsFilledInAsDockerDoes(String written, String canonical, String familiar) {
        Reference reference = Reference.parse(written);

        assertThat(reference).hasToString(canonical);
        assertThat(reference.familiar()).isEqualTo(familiar);
        assertThat(Reference.parse(canonical)).isEqualTo(reference);
    }

    @Test
    void aDigestNeedsNoTagAndMayHaveOne() {
        Reference pinned = Reference.parse("node@sha256:" + HEX);
        Reference both = Reference.parse("localhost:5000/node:18@sha256:" + HEX);

        assertThat(pinned.tag()).isEmpty();
        assertThat(pinned).hasToString("docker.io/library/node@sha256:" + HEX);
        assertThat(both.tag()).contains("18");
        assertThat(both.digest()).contains(Digest.parse("sha256:" + HEX));
        assertThat(both.repository()).isEqualTo("localhost:5000/node");
        assertThat(both.familiar()).isEqualTo("localhost:5000/node:18@sha256:" + HEX);
    }

    @Test
    void anotherTagOfTheRepositoryIsNoLongerTheSameContent() {
        Reference pinned = Reference.parse("node:18@sha256:" + HEX);

        assertThat(pinned.withTag("20")).isEqualTo(Reference.parse("node:20"));
        assertThat(Reference.parse("node:18").withDigest(Digest.parse("sha256:" + HEX)))
                .isEqualTo(pinned);
    }

    @Test
    void anUpperCaseRepositoryIsToldWhatToWriteInstead() {
        ReferenceSyntaxException e =
                catchThrowableOfType(ReferenceSyntaxException.class, () -> Reference.parse("team/MyApp:1"));

        assertThat(e).hasMessageContaining("the repository must be in lower case, try \"team/myapp\"");
        assertThat(e.input()).contains("MyApp");
        assertThatThrownBy(() -> Reference.parse("Node")).hasMessageContaining("lower case");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                "@",
                ":tag",
                "a:",
                "a@",
                "a:b:c",
                "a/",
                "/a",
                "//",
                "a//b",
                "a b",
                "a\n",
                "a/../b",
                "../a",
                "a/./b",
                "-a",
                "a-",
                "a_",
                "a..b",
                "a___b",
                "a._b",
                "http://example.com/a",
                "a?b",
                "a#b",
                "user:pw@host/a",
                "exa_mple.com/a",
                "-host.com/a",
                "host-.com/a",
                "host.com:port/a",
                "a:.b",
                "a:-b",
                "a:b c",
                "a:\u00fc",
                "\u00fc",
                "a@sha256:12",
                "a@md5:d41d8cd98f00b204e9800998ecf8427e",
                HEX,
                "a@sha256:../../x",
                "a@sha256:" + HEX + "@sha256:" + HEX,
            })
    void whatDockerWouldRejectIsRejected(String text) {
        assertThatThrownBy(() -> Reference.parse(text))
                .isInstanceOf(ReferenceSyntaxException.class)
                .hasMessageContaining(" is no image reference: ");
    }

    @Test
    void lengthsEndWhereDockersEnd() {
        assertThat(Reference.parse("a".repeat(247)).path()).hasSize(255);
        assertThat(Reference.parse("a:" + "t".repeat(128)).tag().orElseThrow()).hasSize(128);
        assertThatThrownBy(() -> Reference.parse("x/" + "a".repeat(254))).hasMessageContaining("more than 255");
        assertThatThrownBy(() -> Reference.parse("a:" + "t".repeat(129))).hasMessageContaining("1 to 128");
        assertThatThrownBy(() -> Reference.parse("a/".repeat(1_000_000) + "a"))
                .isInstanceOf(ReferenceSyntaxException.class)
                .hasMessageContaining("more than 255");
    }

    @Test
    void anIdIsNotMistakenForAName() {
        assertThatThrownBy(() -> Reference.parse(HEX)).hasMessageContaining("64 hex digits are an id");
    }

    @Property
    void everyReferenceIsReadBackFromItsTextAndFromItsShortText(@ForAll("references") Reference reference) {
        assertThat(Reference.parse(reference.toString())).isEqualTo(reference);
        assertThat(Reference.parse(reference.familiar())).isEqualTo(reference);
    }

    @Property
    void anyTextEndsInAReferenceOrInOurException(@ForAll("texts") String text) {
        try {
            Reference reference = Reference.parse(text);
            assertThat(Reference.parse(reference.familiar())).isEqualTo(reference);
        } catch (ReferenceSyntaxException e) {
            assertThat(e.input()).isNotNull();
        }
    }

    @Provide
    Arbitrary<Reference> references() {
        Arbitrary<String> domain =
                Arbitraries.of("docker.io", "localhost", "localhost:5000", "ghcr.io", "UPPER", "[fe80::1]:80", "a.b.c");
        Arbitrary<String> path = Arbitraries.of("library", "localhost", "a", "b.c", "d__e", "0", "f--g")
                .list()
                .ofMinSize(2)
                .ofMaxSize(4)
                .map(parts -> String.join("/", parts));
        Arbitrary<Optional<String>> tag =
                Arbitraries.of("latest", "1.0", "_", "A-b").optional();
        Arbitrary<Digest> digest = Arbitraries.of(Digest.Algorithm.values()).map(a -> Digest.of(a, new byte[0]));
        return Combinators.combine(domain, path, tag, digest, Arbitraries.of(true, false))
                .as((d, p, t, content, pinned) ->
                        new Reference(d, p, t, t.isEmpty() || pinned ? Optional.of(content) : Optional.empty()));
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.of(
                        "a",
                        "B",
                        "/",
                        ":",
                        "@",
                        ".",
                        "_",
                        "-",
                        "localhost",
                        "docker.io",
                        "library",
                        "sha256:" + HEX,
                        "[",
                        "]")
                .list()
                .ofMaxSize(8)
                .map(parts -> String.join("", parts));
    }
}
