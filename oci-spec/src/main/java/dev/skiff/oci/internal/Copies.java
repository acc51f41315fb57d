package dev.skiff.oci.internal;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Unmodifiable copies in an order that depends on the content alone. {@link Map#copyOf} and {@link Set#copyOf} iterate
 * differently in every run of the JVM, so the same document would have another digest each time.
 */
public final class Copies {
    private Copies() {}

    public static <T> List<T> list(Collection<? extends T> values) {
        return List.copyOf(values);
    }

    /** Sorted: by text, or for an enum by declaration. */
    public static <T extends Comparable<? super T>> Set<T> set(Collection<? extends T> values) {
        return Collections.unmodifiableSet(new TreeSet<>(list(values)));
    }

    /** Sorted by key. */
    public static <V> Map<String, V> map(Map<String, ? extends V> values) {
        list(values.values()); // rejects a null value
        return Collections.unmodifiableMap(new TreeMap<>(values));
    }
}
