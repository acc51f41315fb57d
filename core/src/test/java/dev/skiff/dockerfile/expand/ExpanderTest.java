package dev.skiff.dockerfile.expand;

import static dev.skiff.dockerfile.Parsing.only;
import static dev.skiff.dockerfile.Parsing.parse;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.skiff.DockerfileException;
import dev.skiff.dockerfile.ArgDeclaration;
import dev.skiff.dockerfile.Dockerfile;
import dev.skiff.dockerfile.Instruction;
import dev.skiff.dockerfile.Word;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpanderTest {
    private static final Map<String, String> VARIABLES = Map.of(
            "x",
            "value",
            "e",
            "",
            "sp",
            "a  b c",
            "path",
            "/usr/local/lib/libx.so.1",
            "star",
            "a*b",
            "n_1",
            "one",
            "\u00E4",
            "umlaut",
            "dots",
            "a.b.c",
            "p",
            "lib");
    private static final Environment ENVIRONMENT = Environment.of(VARIABLES);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                // Plain
                "$x | value",
                "${x} | value",
                "a${x}b$x | avaluebvalue",
                "$xy | ~~",
                "$n_1- | one-",
                "$\u00E4 | umlaut",
                "$unset | ~~",
                "[$e] | []",
                // Names that a shell has of its own are taken and are empty
                "a$$b | ab",
                "a$1b | ab",
                "a$12b | ab",
                "a$0b | ab",
                "a$@$*$#$?$-$!b | ab",
                // A dollar that starts nothing stays
                "$ | $",
                "a$ | a$",
                "$.a | $.a",
                "$/ | $/",
                // Quotes
                "'$x' | $x",
                "\"$x\" | value",
                "\"a  b\" | a  b",
                "'a\\b' | a\\b",
                "a'b'\"c\" | abc",
                "\"it's\" | it's",
                "'\"' | \"",
                "\"\" | ~~",
                // Escapes
                "a\\tb | atb",
                "\\$x | $x",
                "\\\\$x | \\value",
                "a\\ b | a b",
                "\\'$x\\' | 'value'",
                "a\\ | a",
                "\"a\\tb\" | a\\tb",
                "\"\\$x\" | $x",
                "\"\\\"\" | \"",
                "\"\\\\\" | \\",
                // Defaults and alternatives
                "${unset:-w} | w",
                "${e:-w} | w",
                "${x:-w} | value",
                "${unset-w} | w",
                "[${e-w}] | []",
                "${x:+w} | w",
                "[${e:+w}] | []",
                "[${unset:+w}] | []",
                "${e+w} | w",
                "[${unset+w}] | []",
                "${x:?m} | value",
                "${x?m} | value",
                "[${e?m}] | []",
                // Operands are words themselves
                "${unset:-$x} | value",
                "${unset:-${u2:-${x}}} | value",
                "${unset:-a b} | a b",
                "${unset:-'}'} | }",
                "${unset:-\"$x\"} | value",
                "${unset:-\\}} | }",
                "${x:+${unset:-$x}}! | value!",
                // Taking off the front and the back
                "${path#*/} | usr/local/lib/libx.so.1",
                "${path##*/} | libx.so.1",
                "${path%/*} | /usr/local/lib",
                "[${path%%/*}] | []",
                "${path%.*} | /usr/local/lib/libx.so",
                "${path%%.*} | /usr/local/lib/libx",
                "${dots#?.} | b.c",
                "${dots##*.} | c",
                "${dots%.?} | a.b",
                "${dots#nope} | a.b.c",
                "${star#*\\*} | b",
                "${star%\\**} | a",
                "${path##*/${p}} | x.so.1",
                "[${unset#a}] | []",
                // Replacing
                "${path/lib/X} | /usr/local/X/libx.so.1",
                "${path//lib/X} | /usr/local/X/Xx.so.1",
                "${path//\\//-} | -usr-local-lib-libx.so.1",
                "${dots//./} | abc",
                "${dots/a*c/X} | X",
                "${dots//?/-} | -----",
                "${dots/z/X} | a.b.c",
                "${dots/\"\"/X} | Xa.b.c",
                "${star/\\*/$x} | avalueb",
                "${path/$p/$x} | /usr/local/value/libx.so.1",
                "${dots//./\\/} | a\\/b\\/c",
                "${dots//./$1} | abc",
                "[${unset//a/b}] | []"
            })
    void expands(String word, String expected) {
        assertThat(expand(word)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'a | unexpected end of statement while looking for matching single-quote",
                "\"a | unexpected end of statement while looking for matching double-quote",
                "${ | syntax error: missing '}'",
                "${x | syntax error: missing '}'",
                "${x:-w | syntax error: missing '}'",
                "${x: | syntax error: missing '}'",
                "${x#a | syntax error: missing '}'",
                "${x/a/b | syntax error: missing '}'",
                "${x//ww} | syntax error: missing '/' in ${}",
                "${} | syntax error: bad substitution",
                "${:x} | syntax error: bad substitution",
                "${{x} | syntax error: bad substitution",
                "${x=w} | unsupported modifier (=) in substitution",
                "${x:=w} | unsupported modifier (:=) in substitution",
                "${x:#w} | unsupported modifier (:#) in substitution",
                "${x^} | unsupported modifier (^) in substitution",
                "${unset:?} | unset: is not allowed to be unset",
                "${e:?} | e: is not allowed to be empty",
                "${unset?} | unset: is not allowed to be unset",
                "${unset:?say $x} | unset: say value",
                "${x#\\a} | invalid pattern (\\a) in substitution: invalid escape '\\a'",
                "${x#a\\\\\\\\\\c} | invalid escape '\\c'"
            })
    void refuses(String word, String problem) {
        assertThat(failure(word).problem()).startsWith("failed to process ").contains(": " + problem.strip());
    }

    @Test
    void anErrorIsAtTheWord() {
        Instruction.Env env = only(Instruction.Env.class, "ENV a=b \\\n   c=${d:?none}\n");

        DockerfileException thrown = catchThrowableOfType(
                DockerfileException.class,
                () -> new Expander('\\').expand(env.pairs().get(1).value(), Environment.EMPTY));

        assertThat(thrown.line()).isEqualTo(3);
        assertThat(thrown.column()).isEqualTo(6);
        assertThat(thrown.problem()).isEqualTo("failed to process \"${d:?none}\": d: none");
    }

    @Test
    void withABacktickAsEscapeABackslashIsText() {
        Expander expander = new Expander('`');

        assertThat(expander.expand(word("c:\\$x `$x \"`$\" `` a`b"), ENVIRONMENT))
                .isEqualTo("c:\\value $x $ ` ab");
    }

    @Test
    void wordsArePartedAfterExpansionOutsideQuotes() {
        Expander expander = new Expander('\\');

        assertThat(expander.expandToWords(word("$sp \"$sp\" d\\ e ${x}f"), ENVIRONMENT))
                .containsExactly("a", "b", "c", "a  b c", "d e", "valuef");
        assertThat(expander.expandToWords(word(" $e "), ENVIRONMENT)).isEmpty();
    }

    @Test
    void theNamesThatAreNotSetAreTold() {
        assertThat(new Expander('\\')
                        .process(word("$x $u ${v:-a} $e"), ENVIRONMENT)
                        .unset())
                .containsExactlyInAnyOrder("u", "v");
    }

    @Test
    void aHeredocBodyIsExpandedWithItsQuotesKept() {
        assertThat(heredoc("COPY <<EOF /x\n'$x' \"${x}\" \\$x \\\\ ${unset:-w}\nEOF\n"))
                .isEqualTo("'value' \"value\" $x \\ w\n");
    }

    @Test
    void theBodyOfAQuotedHeredocIsNotTouched() {
        assertThat(heredoc("COPY <<'EOF' /x\n'$x' \\$x \\\\\nEOF\n")).isEqualTo("'$x' \\$x \\\\\n");
    }

    @Test
    void aHeredocBodyIsEscapedByABackslashWhateverTheDirective() {
        Dockerfile file = parse("# escape=`\nFROM a\nCOPY <<EOF /x\n\\$x `$x\nEOF\n");
        Instruction.Copy copy =
                (Instruction.Copy) file.stages().get(0).instructions().get(0);

        assertThat(new Expander(file.escape())
                        .expandHeredoc(copy.files().heredocs().get(0), ENVIRONMENT))
                .isEqualTo("$x `value\n");
    }

    @Test
    void argumentsThatContainEachOtherManyTimesEndInAnError() {
        StringBuilder text = new StringBuilder("ARG a0=0123456789\n");
        for (int i = 1; i < 100; i++) {
            text.append("ARG a")
                    .append(i)
                    .append('=')
                    .append(("$a" + (i - 1)).repeat(10))
                    .append('\n');
        }
        Dockerfile file = parse(text + "FROM a\n");

        DockerfileException thrown = assertTimeoutPreemptively(Duration.ofSeconds(1), () -> evaluate(file));

        assertThat(thrown.problem()).contains("expands to more than");
        assertThat(thrown.line()).isLessThan(10);
    }

    @Test
    void manyLongVariablesTogetherEndInAnError() {
        StringBuilder text = new StringBuilder("ARG a=" + "x".repeat(60_000) + "\nARG b=" + "$a".repeat(16) + "\n");
        for (int i = 0; i < 10_000; i++) {
            text.append("ARG c").append(i).append("=$b\n");
        }
        Dockerfile file = parse(text + "FROM a\n");

        DockerfileException thrown = assertTimeoutPreemptively(Duration.ofSeconds(2), () -> evaluate(file));

        assertThat(thrown.problem()).contains("many times over");
    }

    @Test
    void patternsThatTakeForEverEndInAnError() {
        Environment environment = Environment.of(Map.of("v", "a".repeat(1_000_000)));
        String word = ("${v//" + "?".repeat(3_000) + "b/}").repeat(10);

        assertThat(assertTimeoutPreemptively(
                                Duration.ofSeconds(2), () -> failure(new Expander('\\'), word, environment))
                        .problem())
                .contains("too much work");
    }

    @Test
    void substitutionsNestedForEverEndInAnError() {
        assertThat(failure("${a:-".repeat(10_000)).problem()).contains("nested");
    }

    private static DockerfileException evaluate(Dockerfile file) {
        Expander expander = new Expander(file.escape());
        Map<String, String> values = new HashMap<>();
        return catchThrowableOfType(DockerfileException.class, () -> {
            for (Instruction.Arg arg : file.globalArgs()) {
                for (ArgDeclaration declared : arg.declarations()) {
                    Word value = declared.defaultValue().orElseThrow();
                    values.put(declared.name().raw(), expander.expand(value, Environment.of(values)));
                }
            }
        });
    }

    private static String heredoc(String text) {
        Instruction.Copy copy = only(Instruction.Copy.class, text);
        return new Expander('\\').expandHeredoc(copy.files().heredocs().get(0), ENVIRONMENT);
    }

    private static String expand(String word) {
        return new Expander('\\').expand(word(word), ENVIRONMENT);
    }

    private static DockerfileException failure(String word) {
        return failure(new Expander('\\'), word, ENVIRONMENT);
    }

    private static DockerfileException failure(Expander expander, String word, Environment environment) {
        DockerfileException thrown =
                catchThrowableOfType(DockerfileException.class, () -> expander.expand(word(word), environment));
        assertThat(thrown).as("error of " + word).isNotNull();
        return thrown;
    }

    private static Word word(String raw) {
        return new Word(raw, parse("FROM a\n").stages().get(0).from().span().start());
    }
}
