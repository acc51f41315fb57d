package dev.skiff.dockerfile.expand;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.DockerfileException;
import dev.skiff.dockerfile.Parsing;
import dev.skiff.dockerfile.Word;
import java.util.Map;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;

class ExpanderProperties {
    @Property
    void anyTextEndsInAValueOrOurException(@ForAll("shellLike") String text) {
        try {
            assertThat(expand(text, Map.of("a", "b$a", "b", ""))).isNotNull();
        } catch (DockerfileException expected) {
            assertThat(expected.line()).isEqualTo(1);
        }
    }

    @Property
    void aTextInSingleQuotesIsItself(@ForAll String text) {
        String inner = text.replace("'", "");
        assertThat(expand("'" + inner + "'", Map.of())).isEqualTo(inner);
    }

    @Property
    void aTextWithoutSpecialCharactersIsItself(
            @ForAll @CharRange(from = '%', to = '&') @CharRange(from = '(', to = '[') String text) {
        assertThat(expand(text, Map.of())).isEqualTo(text);
    }

    @Property
    void aValueIsNotExpandedAgain(@ForAll("shellLike") String value) {
        assertThat(expand("$v${v}\"$v\"", Map.of("v", value))).isEqualTo(value.repeat(3));
    }

    @Property
    void patternsMatchAsTheEquivalentRegularExpressions(
            @ForAll @Chars({'a', 'b', '*', '?'}) @StringLength(max = 8) String pattern,
            @ForAll @Chars({'a', 'b', 'c'}) @StringLength(max = 12) String value) {
        String greedy = pattern.replace("?", ".").replace("*", ".*");
        String reluctant = pattern.replace("?", ".").replace("*", ".*?");
        Map<String, String> variables = Map.of("v", value, "p", pattern);

        assertThat(expand("${v##$p}", variables)).isEqualTo(value.replaceFirst("^" + greedy, ""));
        assertThat(expand("${v/$p/X}", variables)).isEqualTo(value.replaceFirst(greedy, "X"));
        assertThat(expand("${v%%$p}", variables)).isEqualTo(shortestRest(value, greedy));
        if (!pattern.startsWith("#")) {
            assertThat(expand("${v#$p}", variables)).isEqualTo(value.replaceFirst("^" + reluctant, ""));
        }
        assertThat(expand("${v%$p}", variables)).isEqualTo(longestRest(value, greedy));
    }

    private static String shortestRest(String value, String regex) {
        for (int start = 0; start <= value.length(); start++) {
            if (Pattern.matches(regex, value.substring(start))) {
                return value.substring(0, start);
            }
        }
        return value;
    }

    private static String longestRest(String value, String regex) {
        for (int start = value.length(); start >= 0; start--) {
            if (Pattern.matches(regex, value.substring(start))) {
                return value.substring(0, start);
            }
        }
        return value;
    }

    @Provide
    Arbitrary<String> shellLike() {
        return Arbitraries.of(
                        "$",
                        "{",
                        "}",
                        "${",
                        "a",
                        "b",
                        ":",
                        "-",
                        "+",
                        "?",
                        "#",
                        "%",
                        "/",
                        "\\",
                        "'",
                        "\"",
                        " ",
                        "*",
                        "\u00E9",
                        "1",
                        "\uD83D\uDE00",
                        "\uDC80",
                        "\n")
                .list()
                .ofMaxSize(24)
                .map(parts -> String.join("", parts));
    }

    private static String expand(String text, Map<String, String> variables) {
        Word word = new Word(
                text, Parsing.parse("FROM a\n").stages().get(0).from().span().start());
        return new Expander('\\').expand(word, Environment.of(variables));
    }
}
