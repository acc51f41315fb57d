package dev.skiff.oci;

import dev.skiff.oci.internal.Records;
import java.lang.reflect.RecordComponent;
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

    private final Class<?> type;
    private final List<Field> fields = new ArrayList<>();
    private final Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

    private RecordCodec(Class<?> type) {
        this.type = type;
        for (RecordComponent component : Records.components(type)) {
            Field field = Field.of(component);
            fields.add(field);
            if (!field.unknown()) {
                names.add(field.name);
            }
        }
    }

    static RecordCodec of(Class<?> type) {
        return CODECS.get(type);
    }

    @Override
    public Object fromTree(Object tree, JsonPath at) {
        Map<String, Object> rest = new LinkedHashMap<>(Codecs.object(tree, at));
        Object[] values = new Object[fields.size()];
        for (int i = 0; i < values.length; i++) {
            Field field = fields.get(i);
            values[i] = field.unknown() ? UnknownFields.none() : field.read(rest.remove(field.name), at);
        }
        rest.keySet().forEach(name -> rejectTwin(name, at));
        for (int i = 0; i < values.length; i++) {
            if (fields.get(i).unknown()) {
                values[i] = UnknownFields.of(rest);
            }
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
                    at.field(name), "differs from a field of the specification only in upper and lower case", null);
        }
    }

    @Override
    public Object toTree(Object value) {
        Map<String, Object> tree = new LinkedHashMap<>();
        Map<String, Object> unknown = Map.of();
        Object[] values = Records.values((Record) value);
        for (int i = 0; i < values.length; i++) {
            Field field = fields.get(i);
            if (field.unknown()) {
                unknown = ((UnknownFields) values[i]).fields();
            } else if (!values[i].equals(field.whenMissing)) {
                tree.put(field.name, field.codec.toTree(values[i]));
            }
        }
        tree.putAll(unknown);
        return tree;
    }

    /**
     * One component.
     *
     * @param whenMissing the value of a field that is not there, which is then not written either; null if it must be there
     * @param whenNull the value of a field that is {@code null}, as writers in Go spell empty lists; null if it must not be
     */
    private record Field(
            String name,
            Class<?> type,
            Codec codec,
            @Nullable Object whenMissing,
            @Nullable Object whenNull) {
        static Field of(RecordComponent component) {
            Class<?> type = component.getType();
            JsonField spelling = component.getAnnotation(JsonField.class);
            String name = spelling == null || spelling.value().isEmpty() ? component.getName() : spelling.value();
            if (type == UnknownFields.class) {
                return new Field(name, type, Scalars.of(String.class, false).orElseThrow(), null, null);
            }
            Object empty = emptyOf(type);
            boolean required = spelling != null && spelling.required();
            return new Field(
                    name, type, Codecs.of(component.getGenericType(), spelling), required ? null : empty, empty);
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

        boolean unknown() {
            return type == UnknownFields.class;
        }

        Object read(@Nullable Object tree, JsonPath at) {
            Object stand = tree == null ? whenMissing : tree == JsonText.NULL ? whenNull : null;
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
