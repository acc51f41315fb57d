package dev.skiff.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryFile;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.skiff.DockerfileException;
import dev.skiff.dockerfile.check.CheckInput;
import dev.skiff.dockerfile.check.Checks;
import dev.skiff.dockerfile.expand.Environment;
import dev.skiff.dockerfile.expand.Expander;
import dev.skiff.dockerfile.ignore.CleanPath;
import dev.skiff.dockerfile.ignore.IgnoreRules;
import dev.skiff.dockerfile.parser.DockerfileParser;
import dev.skiff.dockerfile.plan.StageGraph;
import dev.skiff.oci.Platform;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Any bytes end in a value or in our exception, which says where. Run as they are, these tests go through what is checked
 * in beside them, in {@code LanguageFuzzTestInputs}: the corpus, and whatever the fuzzer has ever found. To look for more:
 *
 * <pre>
 * mvn -B -Pfuzz -pl core -am test -Dtest='LanguageFuzzTest#parsing' -Dsurefire.failIfNoSpecifiedTests=false
 * </pre>
 *
 * <p>The fuzzer puts what makes a test fail into that directory, and keeps its own corpus in {@code .cifuzz-corpus}.
 */
class LanguageFuzzTest {
    private static final Platform PLATFORM = Platform.of("linux", "amd64");

    @FuzzTest(maxDuration = "5m")
    @DictionaryFile(resourcePath = "LanguageFuzzTest.dict")
    void parsing(byte[] bytes) {
        try {
            Dockerfile file = DockerfileParser.parse("Dockerfile", bytes);
            assertThat(file.print()).isEqualTo(bytes);
            plan(file);
            Checks.of(file, CheckInput.offline(Map.of(), PLATFORM, IgnoreRules.NONE))
                    .forEach(finding -> assertThat(finding.line())
                            .isBetween(1, file.source().lines()));
        } catch (DockerfileException expected) {
            saysWhere(expected);
        }
    }

    private static void plan(Dockerfile file) {
        Expander expander = new Expander(file.escape());
        StageGraph graph = StageGraph.of(file, word -> expander.expand(word, Environment.EMPTY), Set.of());
        assertThat(graph.neededFor(graph.target(Optional.empty()))).isNotEmpty();
    }

    @FuzzTest(maxDuration = "5m")
    void expanding(byte[] bytes) {
        Word word = word(ByteText.decode(bytes));
        Map<String, String> variables =
                Map.of("a", "b$a/c", "b", "", "c", "aXbXa*?\\", "d", "\uDC80\u00E9\uD83D\uDE00");
        for (char escape : new char[] {'\\', '`'}) {
            try {
                new Expander(escape).process(word, Environment.of(variables));
            } catch (DockerfileException expected) {
                saysWhere(expected);
            }
        }
    }

    /** The first line is a path, the others are rules. */
    @FuzzTest(maxDuration = "5m")
    void ignoring(byte[] bytes) {
        String text = ByteText.decode(bytes);
        int lineFeed = text.indexOf('\n');
        String path = CleanPath.belowRoot(text.substring(0, Math.max(0, lineFeed)));
        if (path.isEmpty()) {
            return;
        }
        try {
            IgnoreRules rules = IgnoreRules.parse(".dockerignore", ByteText.encode(text.substring(lineFeed + 1)));
            IgnoreRules.Directory directory = rules.root();
            for (String name : path.split("/", -1)) {
                directory = directory.enter(name);
            }
            assertThat(directory.excluded()).isEqualTo(rules.excludes(path));
            if (directory.nothingBelow()) {
                assertThat(rules.excludes(path + "/below")).isTrue();
            }
        } catch (DockerfileException expected) {
            saysWhere(expected);
        }
    }

    private static Word word(String text) {
        return new Word(
                text, Parsing.parse("FROM a\n").stages().get(0).from().span().start());
    }

    private static void saysWhere(DockerfileException exception) {
        assertThat(exception.line()).isPositive();
        assertThat(exception.column()).isPositive();
        assertThat(exception.problem()).isNotBlank();
    }
}
