package dev.skiff.build.context;

import dev.skiff.linux.RawPath;
import dev.skiff.work.Aside;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * What the directories of a context hold, each listed once. Those that are expected are listed by whoever the executor can spare
 * until somebody asks.
 *
 * @param <T> a listing
 */
final class Listings<T> {
    private final Function<RawPath, T> list;
    private final Executor executor;
    private final Map<RawPath, Aside<T>> listings = new ConcurrentHashMap<>();

    Listings(Function<RawPath, T> list, Executor executor) {
        this.list = list;
        this.executor = executor;
    }

    T of(RawPath directory) {
        try {
            return listing(directory).get();
        } catch (IOException e) {
            throw new AssertionError("a listing throws what a build does", e);
        }
    }

    private Aside<T> listing(RawPath directory) {
        return listings.computeIfAbsent(directory, path -> new Aside<>("list /" + path, () -> list.apply(path)));
    }

    /** Somebody will ask for these, in about this order. */
    void expect(List<RawPath> directories) {
        List<Aside<T>> expected = directories.stream().map(this::listing).toList();
        new Aside<>("list ahead", () -> {
                    expected.forEach(Aside::run);
                    return expected;
                })
                .offerTo(executor);
    }

    /** Those that have been made. */
    Map<RawPath, T> made() {
        Map<RawPath, T> made = new HashMap<>();
        listings.forEach((path, listing) -> {
            if (listing.isDone()) {
                made.put(path, of(path));
            }
        });
        return made;
    }
}
