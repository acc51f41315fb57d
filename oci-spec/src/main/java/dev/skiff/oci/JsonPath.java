package dev.skiff.oci;

import dev.skiff.oci.internal.Texts;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A place in a document, printed as {@code $.layers[2].digest}. */
final class JsonPath {
    static final JsonPath ROOT = new JsonPath(null, "$");

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]{0,99}");

    private final @Nullable JsonPath parent;
    private final String step;

    private JsonPath(@Nullable JsonPath parent, String step) {
        this.parent = parent;
        this.step = step;
    }

    JsonPath field(String name) {
        return new JsonPath(this, PLAIN.matcher(name).matches() ? "." + name : "[" + Texts.excerpt(name) + "]");
    }

    JsonPath index(int index) {
        return new JsonPath(this, "[" + index + "]");
    }

    @Override
    public String toString() {
        return parent == null ? step : parent + step;
    }
}
