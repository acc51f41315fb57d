package dev.skiff.dockerfile.check;

import dev.skiff.DockerfileException;
import dev.skiff.dockerfile.Heredoc;
import dev.skiff.dockerfile.Word;
import dev.skiff.dockerfile.expand.Environment;
import dev.skiff.dockerfile.expand.Expander;
import dev.skiff.dockerfile.expand.Expansion;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What a word comes to, and the variables it names.
 *
 * @param text its value
 * @param words the value parted at white space that is not quoted
 * @param set the variables that it names and that are set
 * @param unset the others, in the order in which it names them
 */
record WordUse(String text, List<String> words, Set<String> set, Set<String> unset) {
    /** Expands a word; nothing if that fails, which is for the build to say. */
    static Optional<WordUse> of(Word word, Environment environment, Expander expander) {
        Recorder recorder = new Recorder(environment);
        return attempt(recorder, () -> expander.process(word, recorder));
    }

    /** Expands what a heredoc file holds. */
    static Optional<WordUse> of(Heredoc heredoc, Environment environment, Expander expander) {
        Recorder recorder = new Recorder(environment);
        return attempt(recorder, () -> {
            String text = expander.expandHeredoc(heredoc, recorder);
            return new Expansion(text, List.of(), Set.of());
        });
    }

    private static Optional<WordUse> attempt(Recorder recorder, Supplier<Expansion> expand) {
        try {
            Expansion expansion = expand.get();
            return Optional.of(new WordUse(expansion.text(), expansion.words(), recorder.set, recorder.unset));
        } catch (DockerfileException notExpandable) {
            return Optional.empty();
        }
    }

    /** Whether any variable is named. */
    boolean hasVariables() {
        return !set.isEmpty() || !unset.isEmpty();
    }

    /** Keeps in mind what was asked for. */
    private static final class Recorder implements Environment {
        private final Environment environment;
        private final Set<String> set = new LinkedHashSet<>();
        private final Set<String> unset = new LinkedHashSet<>();

        Recorder(Environment environment) {
            this.environment = environment;
        }

        @Override
        public Optional<String> get(String name) {
            Optional<String> value = environment.get(name);
            (value.isPresent() ? set : unset).add(name);
            return value;
        }
    }
}
