package dev.skiff.dockerfile.ignore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.skiff.DockerfileException;
import dev.skiff.dockerfile.ByteText;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IgnoreRulesTest {
    @ParameterizedTest
    @CsvSource({
        // literal paths, whole and relative to the context
        "a, a, true",
        "a, b/a, false",
        "a, ab, false",
        "a/b, a/b, true",
        "a/b, a, false",
        // a match of a parent counts
        "a, a/b/c, true",
        "a/b, a/b/c/d, true",
        // wildcards never cross a slash
        "*.md, a.md, true",
        "*.md, d/a.md, false",
        "*, a/b, true",
        "*/*.md, d/a.md, true",
        "*/*.md, d/e/a.md, false",
        "?, a, true",
        "a?b, a/b, false",
        "[a-c], b, true",
        "[a-c], d, false",
        "[^a], b, true",
        "[^a], a, false",
        "a[^x]b, a/b, false",
        "dir/*, dir, false",
        "dir/*, dir/a, true",
        // two stars: any depth, none too
        "**/a, a, true",
        "**/a, x/a, true",
        "**/a, x/y/a, true",
        "**/a, xa, false",
        "**/*.md, a.md, true",
        "**/*.md, x/y/a.md, true",
        "**, anything/at/all, true",
        "a/**, a/b/c, true",
        "a/**, a, false",
        "a/**/b, a/b, true",
        "a/**/b, a/x/y/b, true",
        "a/**/b, ab, false",
        "**/a/**, x/a/y/z, true",
        "**/a/**, x/a, false",
        "a**, abc/d, true",
        "**.md, x/y/a.md, true",
        "**/**/a, x/a, true",
        // escapes
        "\\*, *, true",
        "\\*, a, false",
        "\\!a, !a, true",
        // cleaned
        "/a, a, true",
        "./a, a, true",
        "a/, a, true",
        "a//b, a/b, true",
        "a/../b, b, true",
        "  a  , a, true",
        // without effect
        "., a, false",
        "dir2/.., dir2, false",
        "../a, a, false",
        "/, a, false"
    })
    void matches(String pattern, String path, boolean excluded) {
        assertThat(rules(pattern).excludes(path)).isEqualTo(excluded);
    }

    @Test
    void commentsBlankLinesAndAByteOrderMarkAreNoPatterns() {
        IgnoreRules rules = rules("\uFEFFa\r\n#b\r\n\r\n   \r\n #c\r\n");

        assertThat(rules.excludes("a")).isTrue();
        assertThat(rules.excludes("b")).isFalse();
        assertThat(rules.excludes("#b")).isFalse();
        assertThat(rules.excludes("#c"))
                .as("only a # at the very start is a comment")
                .isTrue();
    }

    @Test
    void theLastMatchWins() {
        IgnoreRules rules = rules("*.md\n!README.md\nREADME.m*\n!READ*\n");

        assertThat(rules.excludes("a.md")).isTrue();
        assertThat(rules.excludes("README.md")).isFalse();
        assertThat(rules("!a\na\n").excludes("a")).isTrue();
    }

    @Test
    void anExceptionBringsBackBelowAnExcludedDirectory() {
        IgnoreRules rules = rules("dir\n!dir/sub\n");

        assertThat(rules.excludes("dir")).isTrue();
        assertThat(rules.excludes("dir/a")).isTrue();
        assertThat(rules.excludes("dir/sub")).isFalse();
        assertThat(rules.excludes("dir/sub/b/c")).isFalse();
    }

    @Test
    void anExceptionForADirectoryThatIsNotLeftOutBringsBackNothingBelow() {
        IgnoreRules rules = rules("**/*.log\n!logs\ndir\n!dir\n");

        assertThat(rules.excludes("logs")).isFalse();
        assertThat(rules.excludes("logs/a.log")).isTrue();
        assertThat(rules.excludes("dir/a"))
                .as("this one was left out, so the exception counts below it")
                .isFalse();
        assertThat(rules("logs/*\n!logs\n").excludes("logs/a")).isTrue();
    }

    @Test
    void anExceptionWithBlanksAndALeadingSlashIsCleaned() {
        assertThat(rules("*\n! /a/./b/ \n").excludes("a/b")).isFalse();
    }

    @Test
    void everythingButSomeFiles() {
        IgnoreRules rules = rules("**\n!src/**/*.java\n!pom.xml\n");

        assertThat(rules.excludes("pom.xml")).isFalse();
        assertThat(rules.excludes("src/a/b/C.java")).isFalse();
        assertThat(rules.excludes("src/a/b/c.txt")).isTrue();
    }

    @Test
    void aDirectoryNeedsNoListingWhenNothingBelowCanBeIn() {
        IgnoreRules rules = rules("node_modules\n*.tmp\ndir\nother\n!dir/sub/*.txt\n!*.keep\n");

        assertThat(rules.root().nothingBelow()).isFalse();
        assertThat(rules.root().enter("node_modules").nothingBelow()).isTrue();
        assertThat(rules.root().enter("src").nothingBelow()).isFalse();
        assertThat(rules.root().enter("dir").nothingBelow()).isFalse();
        assertThat(rules.root().enter("dir").excluded()).isTrue();
        assertThat(rules.root().enter("dir").enter("sub").nothingBelow()).isFalse();
        assertThat(rules.root().enter("dir").enter("sub").enter("x").nothingBelow())
                .isTrue();
        assertThat(rules.root().enter("other").nothingBelow()).isTrue();
    }

    @Test
    void anExceptionAtAnyDepthKeepsDirectoriesListed() {
        assertThat(rules("dir\n!**/keep\n").root().enter("dir").nothingBelow()).isFalse();
        assertThat(rules("!dir/a\ndir\n").root().enter("dir").nothingBelow())
                .as("an exception before the pattern brings nothing back")
                .isTrue();
    }

    @Test
    void walkingAgreesWithAskingForThePath() {
        IgnoreRules.Directory sub = rules("dir\n!dir/sub\n").root().enter("dir").enter("sub");

        assertThat(sub.excluded()).isFalse();
        assertThat(sub.excludes("b")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "[a", "[]", "[]a]", "[a-]", "[-a]", "a\\", "[^]", "[a\\"})
    void aMalformedPatternIsAnErrorWithItsLine(String pattern) {
        DockerfileException thrown =
                catchThrowableOfType(DockerfileException.class, () -> rules("x\n  " + pattern + "\n"));

        assertThat(thrown.problem()).isEqualTo("syntax error in pattern");
        assertThat(thrown.file()).isEqualTo(".dockerignore");
        assertThat(thrown.line()).isEqualTo(2);
        assertThat(thrown.column()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"!", "! "})
    void anExceptionOfNothingIsRefused(String pattern) {
        assertThatThrownBy(() -> rules(pattern)).hasMessageContaining("illegal exclusion pattern: \"!\"");
    }

    @Test
    void namesThatAreNotUtf8AreMatchedByteForByte() {
        String name = ByteText.decode(new byte[] {'a', (byte) 0xE9, 'b'});

        assertThat(rules("a?b").excludes(name)).isTrue();
        assertThat(IgnoreRules.parse(".dockerignore", new byte[] {'a', (byte) 0xE9, '*'})
                        .excludes(name))
                .isTrue();
    }

    @Test
    void patternsOfExcludeFlagsWorkAlike() {
        IgnoreRules rules = IgnoreRules.of(List.of("*.md", "!a.md", " "));

        assertThat(rules.excludes("b.md")).isTrue();
        assertThat(rules.excludes("a.md")).isFalse();
        assertThat(IgnoreRules.of(List.of()).isEmpty()).isTrue();
        assertThatThrownBy(() -> IgnoreRules.of(List.of("["))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aPatternMadeToBacktrackIsMatchedInTime() {
        String pattern = "*a".repeat(1_000) + "b";
        IgnoreRules rules = rules("**/" + pattern + "\n");

        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(5),
                () -> assertThat(rules.excludes("a".repeat(4_000) + "b")).isTrue());
    }

    @Test
    void fiftyThousandFilesAreMatchedInTime() {
        IgnoreRules rules = rules("""
                .git
                **/node_modules
                *.log
                **/*.tmp
                target/**
                !target/app.jar
                docs/*/x?
                **/[Bb]in
                .env*
                Dockerfile*
                """);

        int kept = Assertions.assertTimeoutPreemptively(Duration.ofSeconds(2), () -> {
            int count = 0;
            for (int d = 0; d < 500; d++) {
                IgnoreRules.Directory directory = rules.root().enter("src").enter("package" + d);
                for (int f = 0; f < 100; f++) {
                    count += directory.excludes("SomeFileName" + f + ".java") ? 0 : 1;
                }
            }
            return count;
        });
        assertThat(kept).isEqualTo(50_000);
    }

    private static IgnoreRules rules(String text) {
        return IgnoreRules.parse(".dockerignore", text.getBytes(StandardCharsets.UTF_8));
    }
}
