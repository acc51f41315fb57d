package dev.skiff.oci;

import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Values that a document holds as one word or number. */
final class Scalars {
    private static final Codec UNSIGNED = new Whole(
            BigInteger.ZERO,
            BigInteger.ONE.shiftLeft(Long.SIZE).subtract(BigInteger.ONE),
            BigInteger::longValue,
            value -> new BigInteger(Long.toUnsignedString((Long) value)));

    private static final Codec INT =
            whole(Integer.MIN_VALUE, Integer.MAX_VALUE, BigInteger::intValue, value -> ((Integer) value).longValue());
    private static final Codec LONG = whole(Long.MIN_VALUE, Long.MAX_VALUE, BigInteger::longValue, Long.class::cast);
    private static final Codec BOOLEAN = new Flag();

    private static final Map<Class<?>, Codec> CODECS = Map.ofEntries(
            Map.entry(boolean.class, BOOLEAN),
            Map.entry(Boolean.class, BOOLEAN),
            Map.entry(int.class, INT),
            Map.entry(Integer.class, INT),
            Map.entry(long.class, LONG),
            Map.entry(Long.class, LONG),
            Map.entry(
                    Duration.class, // in nanoseconds, as Go has it
                    whole(
                            Long.MIN_VALUE,
                            Long.MAX_VALUE,
                            number -> Duration.ofNanos(number.longValue()),
                            value -> ((Duration) value).toNanos())),
            Map.entry(String.class, new Text("a string", text -> text)),
            Map.entry(Instant.class, new Text("a time such as 2024-05-01T12:30:00Z", Scalars::time)),
            Map.entry(Digest.class, new Text("a digest such as sha256:<64 hex digits>", Digest::parse)),
            Map.entry(Reference.class, new Text("an image reference", Reference::parse)),
            Map.entry(DiffId.class, new Text("a digest such as sha256:<64 hex digits>", DiffId::parse)));

    private Scalars() {}

    static Optional<Codec> of(Class<?> type, boolean unsigned) {
        boolean isLong = type == long.class || type == Long.class;
        return isLong && unsigned ? Optional.of(UNSIGNED) : Optional.ofNullable(CODECS.get(type));
    }

    private static Object time(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static Codec whole(long least, long most, Function<BigInteger, Object> read, Function<Object, Long> write) {
        return new Whole(BigInteger.valueOf(least), BigInteger.valueOf(most), read, write::apply);
    }

    private record Text(String expected, Function<String, Object> parse) implements Codec {
        @Override
        public Object fromTree(Object tree, JsonPath at) {
            if (!(tree instanceof String text)) {
                throw JsonException.expected(at, expected, tree);
            }
            try {
                return parse.apply(text);
            } catch (IllegalArgumentException e) {
                throw new JsonException(
                        at, "expected " + expected + ", found " + JsonText.describe(tree) + ": " + e.getMessage(), e);
            }
        }

        @Override
        public Object toTree(Object value) {
            return value.toString();
        }
    }

    private record Whole(
            BigInteger least, BigInteger most, Function<BigInteger, Object> read, Function<Object, Object> write)
            implements Codec {
        @Override
        public Object fromTree(Object tree, JsonPath at) {
            BigInteger number = tree instanceof Long small ? BigInteger.valueOf(small) : null;
            if (tree instanceof BigInteger big) {
                number = big;
            }
            if (number != null && number.compareTo(least) >= 0 && number.compareTo(most) <= 0) {
                return read.apply(number);
            }
            throw JsonException.expected(at, "a whole number from " + least + " to " + most, tree);
        }

        @Override
        public Object toTree(Object value) {
            return write.apply(value);
        }
    }

    private record Flag() implements Codec {
        @Override
        public Object fromTree(Object tree, JsonPath at) {
            if (tree instanceof Boolean) {
                return tree;
            }
            throw JsonException.expected(at, "true or false", tree);
        }

        @Override
        public Object toTree(Object value) {
            return value;
        }
    }
}
