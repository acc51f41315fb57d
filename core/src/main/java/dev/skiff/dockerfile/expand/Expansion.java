package dev.skiff.dockerfile.expand;

import java.util.List;
import java.util.Set;

/**
 * What a word came to.
 *
 * @param text the value
 * @param words the same, parted at white space that is not quoted
 * @param unset the variables that were named and are not set
 */
public record Expansion(String text, List<String> words, Set<String> unset) {
    public Expansion {
        words = List.copyOf(words);
        unset = Set.copyOf(unset);
    }
}
