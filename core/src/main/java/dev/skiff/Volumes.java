package dev.skiff;

import java.util.List;
import java.util.Optional;

/** The door to volumes: those of the {@linkplain Skiff#shared() shared Skiff}. */
public final class Volumes {
    private Volumes() {}

    /**
     * The volume of that name, made if it is not there.
     *
     * @param name letters, digits, {@code _ . -}, of which the first is a letter or a digit
     * @throws IllegalArgumentException for another name
     */
    public static Volume create(String name) {
        return Skiff.shared().volumes().create(name);
    }

    /** The volume of that name, if it is there. */
    public static Optional<Volume> find(String name) {
        return Skiff.shared().volumes().find(name);
    }

    /** All volumes, by name. */
    public static List<Volume> list() {
        return Skiff.shared().volumes().list();
    }
}
