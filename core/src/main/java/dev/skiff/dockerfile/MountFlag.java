package dev.skiff.dockerfile;

import dev.skiff.DockerfileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A {@code --mount} as written: comma-separated {@code key=value} fields. Where it mounts from is known before the
 * build, since the stages depend on it; all the rest may hold variables, so it is checked when they are put in.
 */
public record MountFlag(Word value, List<Field> fields) {
    public MountFlag {
        fields = List.copyOf(fields);
    }

    /** A key in lower case, its value if there was a {@code =}, and the text of both for messages. */
    public record Field(String key, Optional<String> value, String text) {}

    /**
     * Splits the value of the flag.
     *
     * @throws DockerfileException when it is no comma-separated list, or {@code from} holds a variable
     */
    public static MountFlag parse(Word value) {
        List<Field> fields = new ArrayList<>();
        for (String text : splitAtCommas(value)) {
            int equals = text.indexOf('=');
            String key = (equals < 0 ? text : text.substring(0, equals)).toLowerCase(Locale.ROOT);
            fields.add(new Field(key, equals < 0 ? Optional.empty() : Optional.of(text.substring(equals + 1)), text));
        }
        MountFlag flag = new MountFlag(value, fields);
        if (flag.from().filter(MountFlag::hasVariable).isPresent()) {
            throw value.error("'from' doesn't support variable expansion, define alias stage instead");
        }
        return flag;
    }

    /** The stage, image or named context that it mounts from, if it says one. */
    public Optional<String> from() {
        return fields.stream()
                .filter(field -> field.key().equals("from"))
                .flatMap(field -> field.value().stream())
                .reduce((first, last) -> last);
    }

    /**
     * The mount, each value expanded by the function given.
     *
     * @throws DockerfileException for a key, value or combination that makes no sense
     */
    public Mount resolve(UnaryOperator<String> expand) {
        return new MountBuilder(value).with(fields, expand).build();
    }

    private static boolean hasVariable(String text) {
        int dollar = text.indexOf('$');
        return dollar >= 0 && dollar + 1 < text.length();
    }

    // A field may be quoted, to hold a comma; a quote in it is then doubled (RFC 4180).
    private static List<String> splitAtCommas(Word word) {
        String text = word.raw();
        List<String> fields = new ArrayList<>();
        int at = 0;
        while (at <= text.length()) {
            StringBuilder field = new StringBuilder();
            if (at < text.length() && text.charAt(at) == '"') {
                at = readQuoted(word, at + 1, field);
            } else {
                int comma = text.indexOf(',', at);
                int end = comma < 0 ? text.length() : comma;
                field.append(text, at, end);
                at = end;
                if (field.indexOf("\"") >= 0) {
                    throw word.error("failed to parse csv mounts: bare \" in non-quoted field");
                }
            }
            fields.add(field.toString());
            at++;
        }
        return fields;
    }

    private static int readQuoted(Word word, int from, StringBuilder field) {
        String text = word.raw();
        int at = from;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c != '"') {
                field.append(c);
            } else if (at < text.length() && text.charAt(at) == '"') {
                field.append('"');
                at++;
            } else if (at == text.length() || text.charAt(at) == ',') {
                return at;
            } else {
                break;
            }
        }
        throw word.error("failed to parse csv mounts: extraneous or missing \" in quoted-field");
    }
}
