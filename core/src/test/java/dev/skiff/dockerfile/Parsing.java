package dev.skiff.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.skiff.DockerfileException;
import dev.skiff.dockerfile.parser.DockerfileParser;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What tests say all the time. */
public final class Parsing {
    private Parsing() {}

    public static Dockerfile parse(String text) {
        return DockerfileParser.parse("Dockerfile", text.getBytes(StandardCharsets.UTF_8));
    }

    /** The instructions of a single stage, whose FROM is put in front. */
    public static List<Instruction> body(String text) {
        return parse("FROM scratch\n" + text).stages().get(0).instructions();
    }

    /** The only instruction of a single stage, whose FROM is put in front: it begins in line 2. */
    public static <T extends Instruction> T only(Class<T> type, String text) {
        List<Instruction> instructions = body(text);
        assertThat(instructions).hasSize(1);
        return type.cast(instructions.get(0));
    }

    public static String shellText(String text) {
        return ((Command.Shell) only(Instruction.Run.class, text).command()).text();
    }

    public static List<String> raw(List<Word> words) {
        return words.stream().map(Word::raw).toList();
    }

    public static DockerfileException failure(String text) {
        DockerfileException thrown = catchThrowableOfType(DockerfileException.class, () -> parse(text));
        assertThat(thrown).as("error of: " + text).isNotNull();
        return thrown;
    }

    /** The problem with an instruction in a stage. */
    public static String problem(String instruction) {
        return failure("FROM scratch\n" + instruction).problem();
    }
}
