package dev.skiff.dockerfile.expand;

import java.util.Map;
import java.util.Optional;

/** The variables that words may name. An unset variable is not the same as an empty one. */
@FunctionalInterface
public interface Environment {
    /** No variable is set. */
    Environment EMPTY = name -> Optional.empty();

    /** The value, or empty when the variable is not set. */
    Optional<String> get(String name);

    /** The variables of a map, as it is at the time of asking. */
    static Environment of(Map<String, String> variables) {
        return name -> Optional.ofNullable(variables.get(name));
    }
}
