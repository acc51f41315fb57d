package dev.skiff.dockerfile.ignore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceGlobTest {
    @ParameterizedTest
    @CsvSource({
        "a/b, a/b",
        "../../a, a",
        "/a, a",
        "a/../../b/./c/, b/c",
        "., ''",
        "/, ''",
        "a\\*b, a\\*b",
    })
    void aPathIsTakenBelowTheRootItCannotLeave(String source, String base) {
        SourceGlob glob = SourceGlob.of(source);

        assertThat(glob.isLiteral()).isTrue();
        assertThat(glob.base()).isEqualTo(base);
    }

    @Test
    void aPatternIsSearchedFromTheLastDirectoryWithoutWildcard() {
        SourceGlob glob = SourceGlob.of("/src/main/*/x?.c");

        assertThat(glob.isLiteral()).isFalse();
        assertThat(glob.base()).isEqualTo("src/main");
        assertThat(glob.matches("a/x1.c")).isTrue();
        assertThat(glob.matches("a/b/x1.c")).isFalse();
        assertThat(glob.mayMatchBelow("")).isTrue();
        assertThat(glob.mayMatchBelow("a")).isTrue();
        assertThat(glob.mayMatchBelow("a/b")).isFalse();
    }

    @Test
    void theSamplesPatternFindsTheFilesItMeans() {
        SourceGlob glob = SourceGlob.of("package*.json");

        assertThat(glob.base()).isEmpty();
        assertThat(glob.matches("package.json")).isTrue();
        assertThat(glob.matches("package-lock.json")).isTrue();
        assertThat(glob.matches("node_modules/package.json")).isFalse();
        assertThat(glob.mayMatchBelow("node_modules")).isFalse();
    }

    @Test
    void twoStarsAreNothingSpecial() {
        assertThat(SourceGlob.of("**/a").matches("x/a")).isTrue();
        assertThat(SourceGlob.of("**/a").matches("x/y/a")).isFalse();
        assertThat(SourceGlob.of("**/a").matches("a")).isFalse();
    }

    @Test
    void aLiteralBracketIsWrittenAsAClass() {
        assertThat(SourceGlob.of("arr[[]0].txt").matches("arr[0].txt")).isTrue();
    }

    @Test
    void aMalformedPatternIsRefused() {
        assertThatThrownBy(() -> SourceGlob.of("a[")).hasMessage("syntax error in pattern");
    }
}
