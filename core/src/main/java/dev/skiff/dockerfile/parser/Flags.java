package dev.skiff.dockerfile.parser;

import dev.skiff.dockerfile.Suggestion;
import dev.skiff.dockerfile.Word;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The flags of one instruction, checked against those it knows, and asked for by name. */
final class Flags {
    private final Map<String, List<Flag>> given = new HashMap<>();

    private record Flag(Word whole, Optional<Word> value) {}

    private Flags() {}

    /** Flags of an instruction that has none. */
    static void none(InstructionLine line) {
        of(line, List.of(), List.of());
    }

    /** Flags that may be given once each. */
    static Flags of(InstructionLine line, String... known) {
        return of(line, List.of(known), List.of());
    }

    /** Flags that may be given once, and flags that may be repeated. */
    static Flags of(InstructionLine line, List<String> single, List<String> repeatable) {
        List<String> known = new ArrayList<>(single);
        known.addAll(repeatable);
        Flags flags = new Flags();
        for (Word word : line.flags()) {
            int equals = word.raw().indexOf('=');
            String name = word.raw().substring(0, equals < 0 ? word.raw().length() : equals);
            if (!known.contains(name.substring(2))) {
                throw word.error("unknown flag: " + name
                        + Suggestion.didYouMean(
                                name, known.stream().map(flag -> "--" + flag).toList()));
            }
            List<Flag> sameName = flags.given.computeIfAbsent(name.substring(2), none -> new ArrayList<>());
            if (!sameName.isEmpty() && !repeatable.contains(name.substring(2))) {
                throw word.error("duplicate flag specified: " + name);
            }
            sameName.add(new Flag(
                    word,
                    equals < 0 ? Optional.empty() : Optional.of(line.line().tail(word, equals + 1))));
        }
        return flags;
    }

    /** The value of a flag, if it is given. */
    Optional<Word> value(String name) {
        return values(name).stream().findFirst();
    }

    /** The value of a flag that may also be given empty, which is as if it were not given. */
    Optional<Word> valueUnlessEmpty(String name) {
        return value(name).filter(value -> !value.raw().isEmpty());
    }

    /** All values of a flag that may be repeated. */
    List<Word> values(String name) {
        List<Word> values = new ArrayList<>();
        for (Flag flag : given.getOrDefault(name, List.of())) {
            values.add(flag.value().orElseThrow(() -> flag.whole().error("missing a value on flag: --" + name)));
        }
        return values;
    }

    /** A flag that is on when given bare, if it is given. */
    Optional<Boolean> bool(String name) {
        return given.getOrDefault(name, List.of()).stream()
                .findFirst()
                .map(flag -> flag.value().map(value -> bool(name, value)).orElse(true));
    }

    private static boolean bool(String name, Word value) {
        return switch (value.raw().toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            case "" -> throw value.error("missing a value on flag: --" + name);
            default -> throw value.error("expecting boolean value for flag --" + name + ", not: " + value.raw());
        };
    }
}
