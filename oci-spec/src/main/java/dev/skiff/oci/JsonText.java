package dev.skiff.oci;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.skiff.oci.internal.Texts;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * From the bytes of a document to its tree: {@code Map<String, Object>}, {@code List<Object>}, {@link String},
 * {@link Boolean}, {@link Long}, {@link BigInteger} beyond it, {@link BigDecimal}, and {@link #NULL}. The only class that
 * knows Jackson, of which the streaming part is enough.
 */
final class JsonText {
    static final Object NULL = new Object() {
        @Override
        public String toString() {
            return "null";
        }
    };

    private static final int MAX_DEPTH = 64;
    private static final int MAX_STRING = 1 << 20;
    private static final int MAX_NUMBER = 100;
    private static final int MAX_VALUES = 250_000; // a tree costs some hundred bytes for each

    // No table of field names: it would live on between documents and be filled by strangers.
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(MAX_STRING)
                    .maxNumberLength(MAX_NUMBER)
                    .build())
            .build();

    private final JsonParser parser;
    private int values;

    private JsonText(JsonParser parser) {
        this.parser = parser;
    }

    /** The tree of exactly one document. */
    static Object parse(byte[] document) {
        CharBuffer text = decode(document);
        try (JsonParser parser = FACTORY.createParser(text.array(), text.arrayOffset(), text.length())) {
            JsonText reader = new JsonText(parser);
            reader.next(JsonPath.ROOT);
            Object tree = reader.value(JsonPath.ROOT);
            if (reader.next(JsonPath.ROOT) != JsonToken.NOT_AVAILABLE) {
                throw new JsonException(JsonPath.ROOT, "expected the end, found more after the document", null);
            }
            return tree;
        } catch (IOException e) {
            throw new AssertionError("closing a parser of text in memory", e);
        }
    }

    // Jackson would guess UTF-16 and UTF-32 too, and let malformed UTF-8 pass: another reader might see another
    // document.
    private static CharBuffer decode(byte[] document) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(document));
        } catch (CharacterCodingException e) {
            throw new JsonException(JsonPath.ROOT, "expected UTF-8, found other bytes", e);
        }
    }

    private JsonToken next(JsonPath at) {
        try {
            JsonToken token = parser.nextToken();
            return token == null ? JsonToken.NOT_AVAILABLE : token;
        } catch (JsonProcessingException e) {
            throw new JsonException(at, "not JSON: " + e.getOriginalMessage() + position(e), e);
        } catch (IOException e) {
            throw new AssertionError("reading text in memory", e);
        }
    }

    private static String position(JsonProcessingException e) {
        return e.getLocation() == null
                ? ""
                : " (line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr() + ")";
    }

    /** The value that begins at the current token. */
    private Object value(JsonPath at) {
        if (++values > MAX_VALUES) {
            throw new JsonException(at, "more than " + MAX_VALUES + " values in one document", null);
        }
        JsonToken token = parser.hasCurrentToken() ? parser.currentToken() : JsonToken.NOT_AVAILABLE;
        return switch (token) {
            case START_OBJECT -> object(at);
            case START_ARRAY -> array(at);
            case VALUE_STRING, VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> scalar(at, token);
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> NULL;
            default -> throw new JsonException(at, "expected a value, found nothing", null);
        };
    }

    private Map<String, Object> object(JsonPath at) {
        Map<String, Object> fields = new LinkedHashMap<>();
        while (next(at) == JsonToken.FIELD_NAME) {
            String name = wellFormed(at, currentText(at));
            JsonPath field = at.field(name);
            next(field);
            // What a key given twice means depends on the reader, so a digest would no longer name one meaning.
            if (fields.put(name, value(field)) != null) {
                throw new JsonException(field, "given twice in one object", null);
            }
        }
        return fields;
    }

    private List<Object> array(JsonPath at) {
        List<Object> items = new ArrayList<>();
        while (next(at) != JsonToken.END_ARRAY) {
            items.add(value(at.index(items.size())));
        }
        return items;
    }

    private Object scalar(JsonPath at, JsonToken token) {
        String text = currentText(at);
        if (token == JsonToken.VALUE_STRING) {
            return wellFormed(at, text);
        }
        try {
            if (token == JsonToken.VALUE_NUMBER_FLOAT) {
                return new BigDecimal(text);
            }
            BigInteger number = new BigInteger(text);
            return number.bitLength() < Long.SIZE ? (Object) number.longValue() : number;
        } catch (NumberFormatException e) {
            throw new JsonException(at, "a number out of all bounds: " + text, e);
        }
    }

    // Strings are read only here, which is where Jackson checks their length and finds bad escapes.
    private String currentText(JsonPath at) {
        try {
            return parser.getText();
        } catch (JsonProcessingException e) {
            throw new JsonException(at, "not JSON: " + e.getOriginalMessage() + position(e), e);
        } catch (IOException e) {
            throw new AssertionError("reading text in memory", e);
        }
    }

    // Escapes can spell half a surrogate pair, which no UTF-8 can: it could not be written again.
    private static String wellFormed(JsonPath at, String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (!Character.isSupplementaryCodePoint(text.codePointAt(i))) {
                    throw new JsonException(at, "expected text, found half a surrogate pair", null);
                }
                i++;
            }
        }
        return text;
    }

    /** A tree in few words, for a message. */
    static String describe(Object tree) {
        if (tree instanceof Map<?, ?>) {
            return "an object";
        }
        if (tree instanceof List<?>) {
            return "an array";
        }
        return tree instanceof String text ? Texts.excerpt(text) : tree.toString();
    }
}
