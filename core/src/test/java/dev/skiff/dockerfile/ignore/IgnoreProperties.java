package dev.skiff.dockerfile.ignore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.DockerfileException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

class IgnoreProperties {
    @Property(tries = 5_000)
    void matchingAgreesWithANaiveReference(
            @ForAll @Size(max = 5) List<@net.jqwik.api.From("patterns") String> patterns,
            @ForAll("paths") String path) {
        assertThat(IgnoreRules.of(patterns).excludes(path)).isEqualTo(naive(patterns, path));
    }

    @Property(tries = 5_000)
    void aDirectoryThatNeedsNoListingHasNothingInBelow(
            @ForAll @Size(max = 5) List<@net.jqwik.api.From("patterns") String> patterns,
            @ForAll("paths") String directory,
            @ForAll("paths") String below) {
        IgnoreRules.Directory entered = IgnoreRules.of(patterns).root();
        for (String name : directory.split("/", -1)) {
            entered = entered.enter(name);
        }
        assertThat(entered.excluded()).isEqualTo(naive(patterns, directory));
        if (entered.nothingBelow()) {
            assertThat(naive(patterns, directory + "/" + below)).isTrue();
        }
    }

    @Property
    void anyBytesEndInRulesOrOurException(@ForAll byte[] bytes) {
        try {
            assertThat(IgnoreRules.parse(".dockerignore", bytes).excludes("a/b"))
                    .isIn(true, false);
        } catch (DockerfileException expected) {
            assertThat(expected.file()).isEqualTo(".dockerignore");
        }
    }

    @Property
    void copyPatternsAgreeWithANaiveReference(@ForAll("patterns") String pattern, @ForAll("paths") String path) {
        String clean = CleanPath.belowRoot(pattern);
        SourceGlob glob = SourceGlob.of(pattern);
        String base = glob.base();
        boolean below = base.isEmpty() || path.startsWith(base + "/");
        boolean found = glob.isLiteral()
                ? path.equals(base)
                : below && glob.matches(path.substring(base.isEmpty() ? 0 : base.length() + 1));

        assertThat(found).isEqualTo(Pattern.matches(plainRegex(clean), path));
    }

    // The rule as it is written down: in order, the last pattern that matches the path or a parent of it decides.
    private static boolean naive(List<String> patterns, String path) {
        boolean excluded = false;
        for (String pattern : patterns) {
            boolean bringsBack = pattern.startsWith("!");
            String regex = regex(CleanPath.of(bringsBack ? pattern.substring(1) : pattern));
            if (parentsAndSelf(path).stream().anyMatch(each -> Pattern.matches(regex, each))) {
                excluded = !bringsBack;
            }
        }
        return excluded;
    }

    private static List<String> parentsAndSelf(String path) {
        List<String> all = new ArrayList<>();
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            all.add(path.substring(0, slash));
        }
        all.add(path);
        return all;
    }

    private static String regex(String pattern) {
        String rest = pattern;
        boolean anySuffix = rest.matches("\\*\\*[^/*?\\[\\]][^*?\\[\\]]*");
        if (anySuffix) {
            return ".*" + plainRegex(rest.substring(2));
        }
        StringBuilder regex = new StringBuilder();
        while (!rest.isEmpty()) {
            int stars = rest.indexOf("**");
            if (stars < 0) {
                return regex + plainRegex(rest);
            }
            regex.append(plainRegex(rest.substring(0, stars)));
            rest = rest.substring(stars + 2);
            rest = rest.startsWith("/") ? rest.substring(1) : rest;
            regex.append(rest.isEmpty() ? ".*" : "(?:.*/)?");
        }
        return regex.toString();
    }

    private static String plainRegex(String pattern) {
        return pattern.replace(".", "\\.")
                .replace("?", "[^/]")
                .replace("*", "[^/]*")
                .replace("[^a]", "[^a/]")
                .replace("[^/][^/]*", "[^/][^/]*");
    }

    @Provide
    Arbitrary<String> patterns() {
        Arbitrary<String> pieces = Arbitraries.of("a", "b", ".", "*", "**", "/", "?", "[ab]", "[^a]", "**/", "/**");
        Arbitrary<String> body = pieces.list().ofMinSize(1).ofMaxSize(6).map(parts -> String.join("", parts));
        return Arbitraries.of("", "", "!").flatMap(sign -> body.map(text -> sign + text));
    }

    @Provide
    Arbitrary<String> paths() {
        return Arbitraries.of("a", "b", "ab", "a.b", "c", "aa")
                .list()
                .ofMinSize(1)
                .ofMaxSize(4)
                .map(names -> String.join("/", names));
    }
}
