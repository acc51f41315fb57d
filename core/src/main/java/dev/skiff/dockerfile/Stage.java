package dev.skiff.dockerfile;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One stage: its FROM and what follows up to the next FROM.
 *
 * @param index position in the file, from 0: what {@code COPY --from=0} means
 */
public record Stage(int index, Instruction.From from, List<Instruction> instructions) {
    public Stage {
        instructions = List.copyOf(instructions);
    }

    /** The name it was given with AS, in lower case: names are compared without regard to case. */
    public Optional<String> name() {
        return from.name().map(name -> name.raw().toLowerCase(Locale.ROOT));
    }

    /** Its name, else its number: how messages call it. */
    public String label() {
        return name().orElseGet(() -> Integer.toString(index));
    }
}
