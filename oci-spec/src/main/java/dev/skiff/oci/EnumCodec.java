package dev.skiff.oci;

import java.util.LinkedHashMap;
import java.util.Map;

/** A closed set of words; a constant is spelled by its {@link JsonField} or by its name. */
final class EnumCodec implements Codec {
    private final Map<String, Object> constants = new LinkedHashMap<>();

    EnumCodec(Class<?> type) {
        for (Object constant : type.getEnumConstants()) {
            constants.put(spelling((Enum<?>) constant), constant);
        }
    }

    static String spelling(Enum<?> constant) {
        try {
            JsonField spelling =
                    constant.getDeclaringClass().getField(constant.name()).getAnnotation(JsonField.class);
            return spelling == null ? constant.name() : spelling.value();
        } catch (NoSuchFieldException e) {
            throw new AssertionError("an enum constant is a field: " + constant, e);
        }
    }

    boolean knows(String word) {
        return constants.containsKey(word);
    }

    @Override
    public Object fromTree(Object tree, JsonPath at) {
        Object constant = constants.get(tree);
        if (constant == null) {
            throw JsonException.expected(at, "one of " + String.join(", ", constants.keySet()), tree);
        }
        return constant;
    }

    @Override
    public Object toTree(Object value) {
        return spelling((Enum<?>) value);
    }
}
