package dev.skiff.registry;

import dev.skiff.oci.Json;
import dev.skiff.oci.JsonException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The reasons in the body of a refusal (distribution-spec, "Error Codes"). A body that is none of that kind, or too long
 * for one, holds no reasons: the status has to do.
 */
record ErrorBody(List<Item> errors) {
    static final int LONGEST = 1 << 20;

    private static final int LONGEST_MESSAGE = 200;
    private static final Pattern CODE = Pattern.compile("[A-Z][A-Z0-9_]{0,63}");

    /** One reason. */
    record Item(Optional<String> code, Optional<String> message) {}

    static ErrorBody read(Reply reply) {
        try (reply) {
            byte[] body = reply.bytes(LONGEST);
            return body.length > LONGEST ? new ErrorBody(List.of()) : Json.read(body, ErrorBody.class);
        } catch (IOException | JsonException e) {
            return new ErrorBody(List.of());
        }
    }

    List<String> codes() {
        return errors.stream()
                .flatMap(item -> item.code().stream())
                .filter(code -> CODE.matcher(code).matches())
                .limit(8)
                .toList();
    }

    /** What to put behind a status in a message: the codes, then the first words that the registry has for a person. */
    String suffix() {
        StringBuilder suffix = new StringBuilder();
        codes().forEach(code -> suffix.append(' ').append(code));
        errors.stream()
                .flatMap(item -> item.message().stream())
                .findFirst()
                .ifPresent(message -> suffix.append(": ").append(oneLine(message)));
        return suffix.toString();
    }

    private static String oneLine(String message) {
        String shown = message.length() > LONGEST_MESSAGE ? message.substring(0, LONGEST_MESSAGE) + "..." : message;
        return shown.replaceAll("\\p{Cntrl}", " ").strip();
    }
}
