package dev.skiff.host;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The first line of a script: who reads it (execve(2), "Interpreter scripts").
 *
 * @param interpreter a path
 * @param program what env(1) looks up on {@code PATH}, when that is the interpreter
 */
record Script(String interpreter, Optional<String> program) {
    /** As much of the line as Linux looks at. */
    private static final int LONGEST_LINE = 256;

    static Optional<Script> read(Path file) throws IOException {
        byte[] start;
        try (InputStream in = Files.newInputStream(file)) {
            start = in.readNBytes(LONGEST_LINE);
        }
        String line =
                new String(start, StandardCharsets.UTF_8).lines().findFirst().orElse("");
        return parse(line);
    }

    static Optional<Script> parse(String line) {
        if (!line.startsWith("#!")) {
            return Optional.empty();
        }
        List<String> words = List.of(line.substring(2).strip().split("\\s+"));
        String interpreter = words.get(0);
        if (interpreter.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> program = Optional.empty();
        if (interpreter.endsWith("/env")) {
            program = words.stream()
                    .skip(1)
                    .filter(word -> !word.startsWith("-") && !word.contains("="))
                    .findFirst();
        }
        return Optional.of(new Script(interpreter, program));
    }
}
