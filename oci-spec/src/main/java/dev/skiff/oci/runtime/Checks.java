package dev.skiff.oci.runtime;

import dev.skiff.oci.internal.Texts;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;

/** What several records of this package demand of their components. */
final class Checks {
    static final long MAX_UINT32 = 0xffff_ffffL;

    private Checks() {}

    static void range(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " must be from " + least + " to " + most + ", got " + value);
        }
    }

    static void id(String name, int id) {
        range(name, id, 0, Integer.MAX_VALUE);
    }

    /**
     * The kernel would stop reading at the NUL, and so see another text than whoever checked it. The text itself is not
     * shown: it may be a secret of the environment.
     */
    static void noNul(String name, String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(name + " cannot hold a NUL character");
        }
    }

    static void notEmpty(String name, String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException(name + " must not be empty");
        }
    }

    static void path(String name, String path) {
        notEmpty(name, path);
        noNul(name, path);
    }

    static void absolute(String name, String path) {
        noNul(name, path);
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException(name + " must be an absolute path, got " + Texts.excerpt(path));
        }
    }

    static <T> void distinct(String name, Collection<T> values, Function<T, Object> key) {
        Set<Object> seen = new HashSet<>();
        for (T value : values) {
            if (!seen.add(key.apply(value))) {
                throw new IllegalArgumentException(name + " has " + key.apply(value) + " twice");
            }
        }
    }
}
