package dev.skiff.oci;

import org.jspecify.annotations.Nullable;

/**
 * Says that a document is not what it should be, and where: the message names the place, what was expected there and what
 * was found. Such a document came from outside; nothing of it was used.
 */
public final class JsonException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String path;

    /** For what can be told only of the document as a whole, once it has been read. */
    public JsonException(String path, String problem) {
        super(path + ": " + problem);
        this.path = path;
    }

    JsonException(JsonPath path, String problem, @Nullable Throwable cause) {
        super(path + ": " + problem, cause);
        this.path = path.toString();
    }

    static JsonException expected(JsonPath path, String expected, Object found) {
        return new JsonException(path, "expected " + expected + ", found " + JsonText.describe(found), null);
    }

    /** The place in the document, such as {@code $.layers[2].digest}; {@code $} is the document itself. */
    public String path() {
        return path;
    }
}
