package dev.skiff.benchmarks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;

/** Times of the same work done again and again. */
final class Figures {
    private static final double MICROSECONDS = 1000.0;

    private final String name;
    private final List<Long> nanos = new ArrayList<>();

    Figures(String name) {
        this.name = name;
    }

    void time(Callable<?> work) throws Exception {
        long begin = System.nanoTime();
        work.call();
        add(System.nanoTime() - begin);
    }

    void add(long time) {
        nanos.add(time);
    }

    double median() {
        List<Long> sorted = new ArrayList<>(nanos);
        Collections.sort(sorted);
        return sorted.get(sorted.size() / 2) / MICROSECONDS;
    }

    @Override
    public String toString() {
        return String.format(
                "%-44s median %8.0f us, min %8.0f us, %d rounds",
                name, median(), Collections.min(nanos) / MICROSECONDS, nanos.size());
    }
}
