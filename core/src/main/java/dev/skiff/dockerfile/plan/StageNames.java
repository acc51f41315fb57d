package dev.skiff.dockerfile.plan;

import dev.skiff.dockerfile.Stage;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/** Stages by name, case aside. A name may be given again: then it means the nearest before the place it is used at. */
final class StageNames {
    private final Map<String, NavigableSet<Integer>> indexes = new HashMap<>();

    StageNames(List<Stage> stages) {
        for (Stage stage : stages) {
            stage.name()
                    .ifPresent(name -> indexes.computeIfAbsent(name, none -> new TreeSet<>())
                            .add(stage.index()));
        }
    }

    /** The last stage of that name before an index. */
    Optional<Integer> before(String name, int index) {
        NavigableSet<Integer> sameName = indexes.get(name.toLowerCase(Locale.ROOT));
        return sameName == null ? Optional.empty() : Optional.ofNullable(sameName.lower(index));
    }

    /** The last stage of that name. */
    Optional<Integer> last(String name) {
        return before(name, Integer.MAX_VALUE);
    }
}
