package dev.skiff.dockerfile.plan;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/** Finds stages that need each other in a circle. */
final class Circles {
    private Circles() {}

    /**
     * A node on a circle, the lowest of it, if there is one.
     *
     * @param dependencies for each node those that it needs
     */
    static OptionalInt find(List<? extends Collection<Integer>> dependencies) {
        Set<Integer> left = withoutBuildable(dependencies);
        if (left.isEmpty()) {
            return OptionalInt.empty();
        }
        // Each node left needs another one left: going on from one to the next ends in a circle.
        LinkedHashSet<Integer> path = new LinkedHashSet<>();
        int node = left.iterator().next();
        while (path.add(node)) {
            node = dependencies.get(node).stream()
                    .filter(left::contains)
                    .findFirst()
                    .orElseThrow();
        }
        int entry = node;
        return path.stream()
                .dropWhile(visited -> visited != entry)
                .mapToInt(Integer::intValue)
                .min();
    }

    // Takes away every node whose needs are met, then those whose needs are met by them, and so on.
    private static Set<Integer> withoutBuildable(List<? extends Collection<Integer>> dependencies) {
        int[] unmet = new int[dependencies.size()];
        List<List<Integer>> neededBy = new ArrayList<>();
        dependencies.forEach(none -> neededBy.add(new ArrayList<>()));
        Set<Integer> left = new TreeSet<>();
        Deque<Integer> buildable = new ArrayDeque<>();
        for (int node = 0; node < unmet.length; node++) {
            left.add(node);
            unmet[node] = dependencies.get(node).size();
            if (unmet[node] == 0) {
                buildable.add(node);
            }
            for (int dependency : dependencies.get(node)) {
                neededBy.get(dependency).add(node);
            }
        }
        while (!buildable.isEmpty()) {
            int built = buildable.remove();
            left.remove(built);
            for (int node : neededBy.get(built)) {
                if (--unmet[node] == 0) {
                    buildable.add(node);
                }
            }
        }
        return left;
    }
}
