package dev.skiff.oci;

import dev.skiff.oci.internal.Records;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A record as an object: its components are the fields, in their order; the rest goes to its {@link UnknownFields}. */
final class RecordCodec implements Codec {
    private static final ClassValue<RecordCodec> CODECS = new ClassValue<>() {
        @Override
        protected RecordCodec computeValue(Class<?> type) {
            return new RecordCodec(type);
        }
    };

    private static final int NOWHERE = -1;

    private final Class<?> type;
    private final List<Field> fields = new ArrayList<>();
    private final Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    private final int components;
    private final int unknownFields;

    private RecordCodec(Class<?> type) {
        this.type = type;
        List<RecordComponent> declared = Records.components(type);
        int unknown = NOWHERE;
        for (int i = 0; i < declared.size(); i++) {
            if (declared.get(i).getType() == UnknownFields.class) {
                unknown = i;
            } else {
                fields.add(Field.of(i, declared.get(i)));
            }
        }
        fields.forEach(field -> names.add(field.name));
        this.components = declared.size();
        this.unknownFields = unknown;
    }

    static RecordCodec of(Class<?> type) {
        return CODECS.get(type);
    }

    @Override
    public Object fromTree(Object tree, JsonPath at) {
        Map<String, Object> rest = new LinkedHashMap<>(Codecs.object(tree, at));
        Object[] values = new Object[components];
        for (Field field : fields) {
            values[field.index] = field.read(rest.remove(field.name), at);
        }
        rest.keySet().forEach(name -> rejectTwin(name, at));
        if (unknownFields != NOWHERE) {
            values[unknownFields] = UnknownFields.of(rest);
        }
        try {
            return Records.create(type, values);
        } catch (IllegalArgumentException e) {
            throw new JsonException(at, String.valueOf(e.getMessage()), e);
        }
    }

    // Tools written in Go take "Layers" for "layers": to them the document would say something else than to us.
    private void rejectTwin(String name, JsonPath at) {
        if (names.contains(name)) {
            throw new JsonException(
                    at.field(name), "differs only in case from a field that means something here", null);
        }
    }

    @Override
    public Object toTree(Object value) {
        Map<String, Object> tree = new LinkedHashMap<>();
        Object[] values = Records.values((Record) value);
        for (Field field : fields) {
            Object content = values[field.index];
            if (!content.equals(field.unwritten)) {
                tree.put(field.name, field.codec.toTree(content));
            }
        }
        if (unknownFields != NOWHERE) {
            ((UnknownFields) values[unknownFields]).fields().forEach(tree::putIfAbsent);
        }
        return tree;
    }

    /**
     * One component.
     *
     * @param whenMissing the value of a field that is not there; null if it must be there
     * @param whenNull the value of a field that is {@code null}, as writers in Go spell empty lists; null if it must not be
     * @param unwritten the value that is not written, as its absence says it; null if every value is
     */
    private record Field(
            int index,
            String name,
            Codec codec,
            @Nullable Object whenMissing,
            @Nullable Object whenNull,
            @Nullable Object unwritten) {
        static Field of(int index, RecordComponent component) {
            JsonField spelling = component.getAnnotation(JsonField.class);
            String name = spelling == null || spelling.value().isEmpty() ? component.getName() : spelling.value();
            Codec codec = Codecs.of(component.getGenericType(), spelling);
            if (spelling != null && !spelling.absent().isEmpty()) {
                Object tree = JsonText.parse(spelling.absent().getBytes(StandardCharsets.UTF_8));
                Object absent = codec.fromTree(tree, JsonPath.ROOT);
                return new Field(index, name, codec, absent, absent, null);
            }
            Object empty = emptyOf(component.getType());
            Object missing = spelling != null && spelling.required() ? null : empty;
            return new Field(index, name, codec, missing, empty, missing);
        }

        private static @Nullable Object emptyOf(Class<?> type) {
            if (type == Optional.class) {
                return Optional.empty();
            }
            if (type == List.class) {
                return List.of();
            }
            if (type == Set.class) {
                return Set.of();
            }
            if (type == Map.class) {
                return Map.of();
            }
            return type == boolean.class ? Boolean.FALSE : null;
        }

        Object read(@Nullable Object tree, JsonPath at) {
            Object stand = tree == null ? whenMissing : JsonText.NULL.equals(tree) ? whenNull : null;
            if (stand != null) {
                return stand;
            }
            if (tree == null) {
                throw new JsonException(at.field(name), "expected, but not there", null);
            }
            return codec.fromTree(tree, at.field(name));
        }
    }
}
