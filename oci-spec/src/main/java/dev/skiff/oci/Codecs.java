package dev.skiff.oci;

import dev.skiff.oci.internal.Texts;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Finds the {@link Codec} of a type, and has those of the collections. */
final class Codecs {
    private Codecs() {}

    /** For the declared type of a component; {@code spelling} is its annotation, if it has one. */
    static Codec of(Type type, @Nullable JsonField spelling) {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            return collection(generic.getRawType(), of(arguments[arguments.length - 1], spelling), spelling);
        }
        Class<?> plain = (Class<?>) type;
        if (plain.isEnum()) {
            return new EnumCodec(plain);
        }
        Optional<Codec> scalar = Scalars.of(plain, spelling != null && spelling.unsigned());
        if (scalar.isPresent()) {
            return scalar.get();
        }
        if (plain.isRecord()) {
            return new Nested(plain);
        }
        throw new AssertionError("no JSON for " + plain.getName());
    }

    private static Codec collection(Type raw, Codec element, @Nullable JsonField spelling) {
        if (raw == Optional.class) {
            return new Present(element);
        }
        if (raw == List.class) {
            return new Items(element, false);
        }
        if (raw == Set.class) {
            return set(element, spelling);
        }
        if (raw == Map.class) {
            return new Entries(element);
        }
        throw new AssertionError("no JSON for " + raw.getTypeName());
    }

    private static Codec set(Codec element, @Nullable JsonField spelling) {
        if (spelling != null && spelling.keys()) {
            return new Keys(element);
        }
        Items items = new Items(element, true);
        return spelling != null && spelling.knownOnly() ? new KnownWords(items, (EnumCodec) element) : items;
    }

    /** Looked up when it is used: a record may hold records of its own type. */
    private record Nested(Class<?> type) implements Codec {
        @Override
        public Object fromTree(Object tree, JsonPath at) {
            return RecordCodec.of(type).fromTree(tree, at);
        }

        @Override
        public Object toTree(Object value) {
            return RecordCodec.of(type).toTree(value);
        }
    }

    private record Present(Codec element) implements Codec {
        @Override
        public Object fromTree(Object tree, JsonPath at) {
            return Optional.of(element.fromTree(tree, at));
        }

        @Override
        public Object toTree(Object value) {
            return element.toTree(((Optional<?>) value).orElseThrow());
        }
    }

    private record Items(Codec element, boolean distinct) implements Codec {
        @Override
        public Object fromTree(Object tree, JsonPath at) {
            if (!(tree instanceof List<?> items)) {
                throw JsonException.expected(at, "an array", tree);
            }
            List<Object> values = new ArrayList<>(items.size());
            for (Object item : items) {
                values.add(element.fromTree(item, at.index(values.size())));
            }
            return distinct ? new LinkedHashSet<>(values) : values;
        }

        @Override
        public Object toTree(Object value) {
            Collection<?> values = distinct ? new TreeSet<Object>((Set<?>) value) : (List<?>) value;
            return values.stream().map(element::toTree).toList();
        }
    }

    /** What newer kernels have words for is not known here, and no mistake. */
    private record KnownWords(Items items, EnumCodec words) implements Codec {
        private static final System.Logger LOG = System.getLogger(KnownWords.class.getName());

        @Override
        public Object fromTree(Object tree, JsonPath at) {
            return tree instanceof List<?> all
                    ? items.fromTree(
                            all.stream().filter(word -> isKnown(word, at)).toList(), at)
                    : items.fromTree(tree, at);
        }

        private boolean isKnown(Object word, JsonPath at) {
            boolean known = !(word instanceof String text) || words.knows(text);
            if (!known) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        at + ": left out, for it is not known: " + Texts.excerpt((String) word));
            }
            return known;
        }

        @Override
        public Object toTree(Object value) {
            return items.toTree(value);
        }
    }

    private record Keys(Codec element) implements Codec {
        @Override
        public Object fromTree(Object tree, JsonPath at) {
            Set<Object> values = new LinkedHashSet<>();
            for (Map.Entry<String, Object> entry : object(tree, at).entrySet()) {
                JsonPath place = at.field(entry.getKey());
                if (!JsonText.NULL.equals(entry.getValue())) {
                    object(entry.getValue(), place);
                }
                values.add(element.fromTree(entry.getKey(), place));
            }
            return values;
        }

        @Override
        public Object toTree(Object value) {
            Map<String, Object> tree = new TreeMap<>();
            for (Object key : (Set<?>) value) {
                tree.put((String) element.toTree(key), Map.of());
            }
            return tree;
        }
    }

    private record Entries(Codec element) implements Codec {
        @Override
        public Object fromTree(Object tree, JsonPath at) {
            Map<String, Object> values = new LinkedHashMap<>();
            object(tree, at).forEach((key, item) -> values.put(key, element.fromTree(item, at.field(key))));
            return values;
        }

        @Override
        public Object toTree(Object value) {
            Map<String, Object> tree = new TreeMap<>();
            ((Map<?, ?>) value).forEach((key, item) -> tree.put((String) key, element.toTree(item)));
            return tree;
        }
    }

    @SuppressWarnings("unchecked") // a map in a tree has no other types
    static Map<String, Object> object(Object tree, JsonPath at) {
        if (tree instanceof Map<?, ?>) {
            return (Map<String, Object>) tree;
        }
        throw JsonException.expected(at, "an object", tree);
    }
}
