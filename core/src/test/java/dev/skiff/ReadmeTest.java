package dev.skiff;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README tells people to type can be typed. */
class ReadmeTest {
    private static final Path README = Path.of("..", "README.md");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```java\\n(.*?)^```$");
    private static final Pattern IMPORT = Pattern.compile("(?m)^import .*$");

    @Test
    void theExamplesOfTheReadmeCompile(@TempDir Path classes) throws IOException {
        List<String> examples = BLOCK.matcher(Files.readString(README))
                .results()
                .map(found -> found.group(1))
                .toList();
        assertThat(examples).hasSizeGreaterThanOrEqualTo(2);
        for (String example : examples) {
            assertThat(errors(example, classes)).as(example).isEmpty();
        }
    }

    private static String errors(String example, Path classes) {
        String imports =
                IMPORT.matcher(example).results().map(MatchResult::group).collect(Collectors.joining("\n"));
        String source = "import dev.skiff.*; import java.nio.file.Path; import java.util.*;" + imports
                + "class Example { Path dockerfile; Image image; Container container; String token; void example() throws Exception {"
                + IMPORT.matcher(example).replaceAll("") + "} }";
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter said = new StringWriter();
        List<String> options =
                List.of("-proc:none", "-d", classes.toString(), "-classpath", System.getProperty("java.class.path"));
        boolean compiles = compiler.getTask(said, null, null, options, null, List.of(file(source)))
                .call();
        return compiles ? "" : said.toString();
    }

    private static JavaFileObject file(String source) {
        return new SimpleJavaFileObject(URI.create("string:///Example.java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return source;
            }
        };
    }
}
