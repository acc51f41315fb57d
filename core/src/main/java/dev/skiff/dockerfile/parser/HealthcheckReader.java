package dev.skiff.dockerfile.parser;

import dev.skiff.dockerfile.Blanks;
import dev.skiff.dockerfile.GoDuration;
import dev.skiff.dockerfile.GoText;
import dev.skiff.dockerfile.Instruction;
import dev.skiff.dockerfile.Word;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** HEALTHCHECK: its flags, its kind, its command. */
final class HealthcheckReader {
    private static final Duration SHORTEST = Duration.ofMillis(1);

    private final InstructionLine line;
    private final Flags flags;

    private HealthcheckReader(InstructionLine line) {
        this.line = line;
        this.flags = Flags.of(line, "interval", "timeout", "start-period", "start-interval", "retries");
    }

    static Instruction.Healthcheck read(InstructionLine line) {
        return new HealthcheckReader(line).read();
    }

    private Instruction.Healthcheck read() {
        String rest = line.rest();
        int kindEnd = 0;
        while (kindEnd < rest.length() && !Blanks.isSpace(rest.charAt(kindEnd))) {
            kindEnd++;
        }
        if (kindEnd == 0) {
            throw line.error("HEALTHCHECK requires at least one argument");
        }
        String kind = rest.substring(0, kindEnd).toUpperCase(Locale.ROOT);
        int command = Blanks.skipSpaces(rest, kindEnd);
        return switch (kind) {
            case "NONE" -> none(command);
            case "CMD" -> check(command);
            default -> throw line.errorAt(0, "Unknown type " + GoText.quote(kind) + " in HEALTHCHECK (try CMD)");
        };
    }

    private Instruction.Healthcheck none(int argument) {
        if (argument < line.rest().length()) {
            throw line.errorAt(argument, "HEALTHCHECK NONE takes no arguments");
        }
        return new Instruction.Healthcheck(
                line.span(), List.of("NONE"), Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO, 0);
    }

    private Instruction.Healthcheck check(int command) {
        return new Instruction.Healthcheck(
                line.span(),
                test(command),
                duration("interval"),
                duration("timeout"),
                duration("start-period"),
                duration("start-interval"),
                retries());
    }

    private List<String> test(int command) {
        String text = line.rest().substring(command);
        Optional<JsonArray> array = Arguments.json(line, command);
        List<String> test = new ArrayList<>();
        test.add(array.isPresent() ? "CMD" : "CMD-SHELL");
        test.addAll(array.map(JsonArray::strings).orElseGet(() -> text.isEmpty() ? List.of() : List.of(text)));
        if (test.size() == 1) {
            throw line.error("Missing command after HEALTHCHECK CMD");
        }
        return test;
    }

    private Duration duration(String flag) {
        Optional<Word> given = flags.valueUnlessEmpty(flag);
        if (given.isEmpty()) {
            return Duration.ZERO;
        }
        Word value = given.get();
        Duration duration = GoDuration.parse(value.raw())
                .orElseThrow(() -> value.error("invalid duration " + GoText.quote(value.raw()) + " for --" + flag
                        + "; expected for example 30s or 1m30s"));
        if (!duration.isZero() && duration.compareTo(SHORTEST) < 0) {
            throw value.error("Interval " + GoText.quote(flag) + " cannot be less than 1ms");
        }
        return duration;
    }

    private int retries() {
        Optional<Word> given = flags.valueUnlessEmpty("retries");
        if (given.isEmpty()) {
            return 0;
        }
        Word value = given.get();
        try {
            int retries = Integer.parseInt(value.raw());
            if (retries < 0) {
                throw value.error("--retries cannot be negative (" + retries + ")");
            }
            return retries;
        } catch (NumberFormatException notANumber) {
            throw value.error("--retries must be a number, not: " + value.raw());
        }
    }
}
