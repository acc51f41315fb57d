package dev.skiff.dockerfile.parser;

import static dev.skiff.dockerfile.Parsing.only;
import static dev.skiff.dockerfile.Parsing.problem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.dockerfile.Instruction;
import dev.skiff.dockerfile.KeyValue;
import dev.skiff.dockerfile.Word;
import java.util.List;
import org.junit.jupiter.api.Test;

/** ENV, LABEL and ARG. */
class PairsTest {
    @Test
    void wordsArePartedOutsideQuotesAndKeepThem() {
        assertThat(env("ENV a=1 b=\"x y\" c='p q' d=e\\ f")).containsExactly("a=1", "b=\"x y\"", "c='p q'", "d=e\\ f");
    }

    @Test
    void aStrayEscapeAtTheEndIsDropped() {
        assertThat(env("ENV a=b\\\\\\")).containsExactly("a=b\\\\");
        assertThat(env("ENV a=b \\")).containsExactly("a=b");
    }

    @Test
    void singleQuotesKeepEscapesFromEscaping() {
        assertThat(env("ENV a='b\\' c=d")).containsExactly("a='b\\'", "c=d");
    }

    @Test
    void theLegacyFormTakesTheRestOfTheLine() {
        Instruction.Env env = only(Instruction.Env.class, "ENV name  the  value = x  ");

        assertThat(pairs(env.pairs())).containsExactly("name=the  value = x");
        assertThat(env.legacy()).isTrue();
        assertThat(only(Instruction.Label.class, "LABEL a b").legacy()).isTrue();
    }

    @Test
    void everyWordNeedsAnEqualsSign() {
        assertThat(problem("ENV a=b l"))
                .isEqualTo("Syntax error - can't find = in \"l\". Must be of the form: name=value");
        assertThat(problem("ENV a")).isEqualTo("ENV must have two arguments");
        assertThat(problem("LABEL a")).isEqualTo("LABEL must have two arguments");
        assertThat(problem("ENV")).isEqualTo("ENV requires at least one argument");
    }

    @Test
    void namesCannotBeBlank() {
        assertThat(problem("ENV =x")).isEqualTo("ENV names can not be blank");
        assertThat(problem("LABEL =x")).isEqualTo("LABEL names can not be blank");
        assertThat(problem("ARG =x")).isEqualTo("ARG names can not be blank");
    }

    @Test
    void argDeclaresSeveralWithAndWithoutDefault() {
        var declarations = only(Instruction.Arg.class, "ARG a b=1 c= d=\"x y\"").declarations();

        assertThat(declarations).extracting(arg -> arg.name().raw()).containsExactly("a", "b", "c", "d");
        assertThat(declarations)
                .extracting(arg -> arg.defaultValue().map(Word::raw).orElse("unset"))
                .containsExactly("unset", "1", "", "\"x y\"");
        assertThat(problem("ARG")).isEqualTo("ARG requires at least one argument");
    }

    private static List<String> env(String text) {
        return pairs(only(Instruction.Env.class, text).pairs());
    }

    private static List<String> pairs(List<KeyValue> pairs) {
        return pairs.stream().map(pair -> pair.key() + "=" + pair.value()).toList();
    }
}
