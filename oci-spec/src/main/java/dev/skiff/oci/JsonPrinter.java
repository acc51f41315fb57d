package dev.skiff.oci;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * From a tree, as {@link JsonText} makes it, to the one spelling of it: no white space, fields as they come, and in strings
 * only what JSON must escape escaped. By hand, because Jackson's answer to characters beyond 16 bits depends on its version.
 */
final class JsonPrinter {
    private final StringBuilder out = new StringBuilder();

    private JsonPrinter() {}

    /**
     * The bytes of this tree.
     *
     * @throws IllegalArgumentException for text that is not Unicode: half a surrogate pair
     */
    static byte[] print(Object tree) {
        JsonPrinter printer = new JsonPrinter();
        printer.value(tree);
        try {
            ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(printer.characters()));
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return bytes;
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("text with half a surrogate pair cannot be written as JSON", e);
        }
    }

    private void value(Object tree) {
        if (tree instanceof Map<?, ?> fields) {
            object(fields);
        } else if (tree instanceof List<?> items) {
            array(items);
        } else if (tree instanceof String text) {
            string(text);
        } else {
            out.append(tree); // numbers, true, false, null
        }
    }

    private void object(Map<?, ?> fields) {
        String separator = "{";
        for (Map.Entry<?, ?> field : fields.entrySet()) {
            out.append(separator);
            string((String) field.getKey());
            out.append(':');
            value(field.getValue());
            separator = ",";
        }
        out.append(fields.isEmpty() ? "{}" : "}");
    }

    private void array(List<?> items) {
        String separator = "[";
        for (Object item : items) {
            out.append(separator);
            value(item);
            separator = ",";
        }
        out.append(items.isEmpty() ? "[]" : "]");
    }

    /** As an array, which is encoded faster. */
    private char[] characters() {
        char[] characters = new char[out.length()];
        out.getChars(0, characters.length, characters, 0);
        return characters;
    }

    private void string(String text) {
        out.append('"');
        int plain = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c == '"' || c == '\\') {
                out.append(text, plain, i);
                escape(c);
                plain = i + 1;
            }
        }
        out.append(text, plain, text.length()).append('"');
    }

    private void escape(char c) {
        switch (c) {
            case '"', '\\' -> out.append('\\').append(c);
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            default -> out.append(String.format("\\u%04x", (int) c));
        }
    }
}
