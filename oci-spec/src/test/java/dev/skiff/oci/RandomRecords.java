package dev.skiff.oci;

import dev.skiff.oci.image.Descriptor;
import dev.skiff.oci.internal.Records;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** Records of any type, filled with values likely to break something; what a constructor rejects is tried again. */
final class RandomRecords {
    private static final List<String> TEXTS = List.of(
            "/",
            "/app",
            "/a b/ü/\ud83d\ude00",
            "1.2.0",
            "1.0.0",
            "layers",
            "monotonic",
            "memory.high",
            "rwm",
            "",
            "linux",
            "amd64",
            "v7",
            "\"quoted\" \\ back",
            "<a>&</a>\u2028\u2029",
            "\u0001\u001f\u007f\t\r\n",
            "\ufeffmark",
            "\uffff",
            MediaTypes.OCI_MANIFEST,
            MediaTypes.OCI_INDEX,
            MediaTypes.OCI_LAYER_ZSTD);
    private static final List<Long> NUMBERS = List.of(
            0L, 1L, 2L, 7L, 18L, 100L, 1000L, 0xffff_ffffL, -1L, Long.MAX_VALUE, Long.MIN_VALUE, -1000L, 1L << 31);
    private static final int ATTEMPTS = 2000;

    /** Where hardly any other value is accepted: without these, most of the time goes into what is rejected. */
    private static final Map<String, List<Object>> ACCEPTED = Map.of(
            "ociVersion", List.of("1.2.0", "1.0.2-dev"),
            "schemaVersion", List.of(2),
            "cwd", List.of("/", "/app"),
            "path", List.of("/", "/a b/\ud83d\ude00"),
            "maskedPaths", List.of(List.of(), List.of("/proc/kcore", "/sys/\u00fc")),
            "readonlyPaths", List.of(List.of("/proc/sys")),
            "timeOffsets", List.of(Map.of()),
            "unified", List.of(Map.of("memory.high", "max", "io.max", "")),
            "env", List.of(List.of("A=b", "=")));

    private final Random random;

    private RandomRecords(Random random) {
        this.random = random;
    }

    static <T extends Record> Arbitrary<T> of(Class<T> type) {
        return Arbitraries.randomValue(random -> type.cast(new RandomRecords(random).value(type)));
    }

    private Object value(Type type) {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            return collection(generic.getRawType(), arguments[arguments.length - 1]);
        }
        Class<?> plain = (Class<?>) type;
        if (plain.isEnum()) {
            return one(List.of(plain.getEnumConstants()));
        }
        if (plain == String.class) {
            return one(TEXTS);
        }
        if (plain == long.class || plain == Long.class) {
            return one(NUMBERS);
        }
        if (plain == int.class || plain == Integer.class) {
            return one(NUMBERS).intValue();
        }
        if (plain == boolean.class || plain == Boolean.class) {
            return random.nextBoolean();
        }
        if (plain == Instant.class) {
            return Instant.ofEpochSecond(random.nextLong() % 60_000_000_000L, random.nextInt(1_000_000_000));
        }
        if (plain == Duration.class) {
            return Duration.ofNanos(random.nextLong());
        }
        if (plain == UnknownFields.class) {
            return UnknownFields.of(tree(3));
        }
        return record(plain);
    }

    private Object collection(Type raw, Type element) {
        if (raw == Optional.class) {
            return random.nextBoolean() ? Optional.empty() : Optional.of(value(element));
        }
        List<Object> values = new ArrayList<>();
        for (int i = random.nextInt(6) - 2; i > 0; i--) {
            values.add(value(element));
        }
        if (raw == List.class) {
            return values;
        }
        if (raw == Set.class) {
            return new LinkedHashSet<>(values);
        }
        Map<String, Object> entries = new LinkedHashMap<>();
        values.forEach(item -> entries.put(one(TEXTS), item));
        return entries;
    }

    private Object record(Class<?> type) {
        if (type == Digest.class) {
            return Digest.of(one(List.of(Digest.Algorithm.values())), new byte[] {(byte) random.nextInt(4)});
        }
        if (type == Descriptor.class && random.nextInt(10) == 0) {
            return Json.read(Corpus.document("oci-descriptor"), Descriptor.class);
        }
        IllegalArgumentException last = null;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try {
                return Records.create(
                        type,
                        Records.components(type).stream().map(this::component).toArray());
            } catch (IllegalArgumentException e) {
                last = e;
            }
        }
        throw new AssertionError("no luck with " + type, last);
    }

    private Object component(RecordComponent component) {
        List<Object> accepted = ACCEPTED.get(component.getName());
        boolean fits = accepted != null && component.getType().isInstance(accepted.get(0));
        return fits || component.getName().equals("schemaVersion") ? one(accepted) : value(component.getGenericType());
    }

    private Map<String, Object> tree(int depth) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (int i = random.nextInt(6) - 3; i > 0; i--) {
            Object leaf = one(List.of("text", true, 5L, JsonText.NULL, List.of(), new BigDecimal("-1.50E+7")));
            fields.put("io.example." + one(TEXTS), depth > 0 && random.nextBoolean() ? List.of(tree(depth - 1)) : leaf);
        }
        return fields;
    }

    private <T> T one(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }
}
