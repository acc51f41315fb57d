package dev.skiff.oci;

import java.io.IOException;
import java.io.InputStream;

/**
 * Reads and writes the documents of this library, strictly.
 *
 * <p>Any record can be one. Its components are the fields, in order. {@link java.util.Optional}, {@link java.util.List},
 * {@link java.util.Set}, {@link java.util.Map} and {@code boolean} components may be missing, and are not written when
 * empty or false; all others must be there. {@link JsonField} says what else is to be said. A component of type
 * {@link UnknownFields} keeps the fields that the record does not know; without one they are dropped. What the record's
 * constructor rejects with an {@link IllegalArgumentException} is rejected with a {@link JsonException} that adds the
 * place. A record of another module is reached if that module opens its package to {@code dev.skiff.oci}.
 *
 * <p>Documents come from strangers. Rejected are: more than {@value #MAX_BYTES} bytes, other bytes than UTF-8, deep
 * nesting, endless numbers, floods of values, anything after the document, a key given twice, a key that differs from a
 * known one only in case, and any value that is not of the expected type.
 */
public final class Json {
    /** The size, in bytes, up to which documents are read and written. Registries have the same limit for manifests. */
    public static final int MAX_BYTES = 4 << 20;

    private Json() {}

    /**
     * The document as a record.
     *
     * @throws JsonException when it is not one; says where and why
     */
    public static <T extends Record> T read(byte[] document, Class<T> type) {
        if (document.length > MAX_BYTES) {
            throw new JsonException(JsonPath.ROOT, "longer than " + MAX_BYTES + " bytes", null);
        }
        return type.cast(RecordCodec.of(type).fromTree(JsonText.parse(document), JsonPath.ROOT));
    }

    /**
     * Reads the stream to its end, or to the first byte too many, and returns the document as a record. The stream stays
     * open.
     *
     * @throws JsonException when it is not one; says where and why
     */
    public static <T extends Record> T read(InputStream document, Class<T> type) throws IOException {
        return read(document.readNBytes(MAX_BYTES + 1), type);
    }

    /**
     * The bytes of a document: equal records give equal bytes, in any JVM, so a digest of them means something. Fields come
     * in the order of the specification, unknown ones after them, keys of maps sorted; no white space.
     *
     * @throws IllegalArgumentException when they are more than {@link #read(byte[], Class)} would accept
     */
    public static byte[] write(Record document) {
        byte[] bytes = JsonPrinter.print(RecordCodec.of(document.getClass()).toTree(document));
        if (bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException(document.getClass().getSimpleName() + " would take " + bytes.length
                    + " bytes as JSON; documents end at " + MAX_BYTES);
        }
        return bytes;
    }
}
