package dev.skiff.oci;

import dev.skiff.oci.internal.Texts;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A place in a document, printed as {@code $.layers[2].digest}. Cheap to make: one is made for every value, few are printed. */
final class JsonPath {
    static final JsonPath ROOT = new JsonPath(null, "", 0);

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]{0,99}");

    private final @Nullable JsonPath parent;
    private final @Nullable String name;
    private final int index;

    private JsonPath(@Nullable JsonPath parent, @Nullable String name, int index) {
        this.parent = parent;
        this.name = name;
        this.index = index;
    }

    JsonPath field(String name) {
        return new JsonPath(this, name, 0);
    }

    JsonPath index(int index) {
        return new JsonPath(this, null, index);
    }

    @Override
    public String toString() {
        if (parent == null) {
            return "$";
        }
        if (name == null) {
            return parent + "[" + index + "]";
        }
        return parent + (PLAIN.matcher(name).matches() ? "." + name : "[" + Texts.excerpt(name) + "]");
    }
}
