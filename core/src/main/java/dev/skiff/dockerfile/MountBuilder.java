package dev.skiff.dockerfile;

import dev.skiff.DockerfileException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Takes the fields of a mount one by one, in the order written, and checks what they make together. */
final class MountBuilder {
    private static final List<String> KEYS = List.of(
            "type",
            "from",
            "source",
            "src",
            "target",
            "dst",
            "destination",
            "readonly",
            "ro",
            "readwrite",
            "rw",
            "id",
            "sharing",
            "required",
            "size",
            "mode",
            "uid",
            "gid",
            "env");
    private static final Set<String> TRUE = Set.of("1", "t", "T", "true", "TRUE", "True");
    private static final Set<String> FALSE = Set.of("0", "f", "F", "false", "FALSE", "False");

    private final Word flag;
    private Mount.Type type = Mount.Type.BIND;
    private Optional<String> from = Optional.empty();
    private Optional<String> source = Optional.empty();
    private Optional<String> target = Optional.empty();
    private Optional<Boolean> readOnly = Optional.empty();
    private Optional<String> id = Optional.empty();
    private Optional<Mount.Sharing> sharing = Optional.empty();
    private boolean required;
    private OptionalLong size = OptionalLong.empty();
    private OptionalInt mode = OptionalInt.empty();
    private OptionalInt uid = OptionalInt.empty();
    private OptionalInt gid = OptionalInt.empty();
    private Optional<String> env = Optional.empty();

    MountBuilder(Word flag) {
        this.flag = flag;
    }

    MountBuilder with(List<MountFlag.Field> fields, UnaryOperator<String> expand) {
        for (MountFlag.Field field : fields) {
            if (field.value().isEmpty()) {
                setFlag(field);
            } else {
                String value = field.value().get();
                set(field, field.key().equals("from") ? value : expand.apply(value));
            }
        }
        return this;
    }

    Mount build() {
        checkOwner();
        if (type == Mount.Type.SECRET) {
            checkSecret();
        }
        if (sharing.isPresent() && type != Mount.Type.CACHE) {
            throw flag.error("invalid cache sharing set for " + typeName() + " mount");
        }
        boolean writableByDefault = type == Mount.Type.CACHE || type == Mount.Type.TMPFS;
        return new Mount(
                type,
                from,
                source,
                target,
                readOnly.orElse(!writableByDefault),
                id,
                sharing,
                required,
                size,
                mode,
                uid,
                gid,
                env);
    }

    private void setFlag(MountFlag.Field field) {
        switch (field.key()) {
            case "readonly", "ro" -> readOnly = Optional.of(true);
            case "readwrite", "rw" -> readOnly = Optional.of(false);
            case "required" -> setRequired(field.key(), true);
            default ->
                throw flag.error("invalid field '" + field.text() + "' must be a key=value pair"
                        + Suggestion.didYouMean(field.key(), List.of("readonly", "readwrite", "required")));
        }
    }

    private void set(MountFlag.Field field, String value) {
        String key = field.key();
        switch (key) {
            case "type" -> type = oneOf(Mount.Type.values(), value, "unsupported mount type ");
            case "from" -> from = given(value);
            case "source", "src" -> source = given(value);
            case "target", "dst", "destination" -> target = given(value);
            case "readonly", "ro" -> readOnly = Optional.of(bool(key, value));
            case "readwrite", "rw" -> readOnly = Optional.of(!bool(key, value));
            case "required" -> setRequired(key, bool(key, value));
            case "size" -> setSize(key, value);
            case "id" -> id = given(value);
            case "sharing" -> sharing = Optional.of(oneOf(Mount.Sharing.values(), value, "unsupported sharing value "));
            case "mode" -> mode = OptionalInt.of(number(key, value, 8));
            case "uid" -> uid = OptionalInt.of(number(key, value, 10));
            case "gid" -> gid = OptionalInt.of(number(key, value, 10));
            case "env" -> setEnv(key, value);
            default ->
                throw flag.error(
                        "unexpected key '" + key + "' in '" + field.text() + "'" + Suggestion.didYouMean(key, KEYS));
        }
    }

    private void setRequired(String key, boolean value) {
        if (type != Mount.Type.SECRET && type != Mount.Type.SSH) {
            throw notForType(key);
        }
        required = value;
    }

    private void setSize(String key, String value) {
        if (type != Mount.Type.TMPFS) {
            throw notForType(key);
        }
        size = OptionalLong.of(ByteSize.parse(value)
                .orElseThrow(() -> flag.error("invalid value for size: " + value + "; expected a number of bytes, "
                        + "or one with b, k, m, g or t after it")));
    }

    private void setEnv(String key, String value) {
        if (type != Mount.Type.SECRET) {
            throw notForType(key);
        }
        env = given(value);
    }

    private void checkOwner() {
        boolean allowed = type == Mount.Type.SECRET || type == Mount.Type.SSH || type == Mount.Type.CACHE;
        if (!allowed && (mode.isPresent() || uid.isPresent() || gid.isPresent())) {
            String key = mode.isPresent() ? "mode" : uid.isPresent() ? "uid" : "gid";
            throw flag.error(key + " not allowed for \"" + typeName() + "\" type mounts");
        }
    }

    private void checkSecret() {
        if (from.isPresent()) {
            throw flag.error("secret mount should not have a from");
        }
        if (sharing.isPresent()) {
            throw flag.error("secret mount should not define sharing");
        }
        if (source.isEmpty() && target.isEmpty() && id.isEmpty()) {
            throw flag.error("invalid secret mount. one of source, target required");
        }
        if (source.isPresent() && id.isPresent()) {
            throw flag.error("both source and id can't be set");
        }
    }

    private DockerfileException notForType(String key) {
        return flag.error("unexpected key '" + key + "' for mount type '" + typeName() + "'");
    }

    private <E extends Enum<E>> E oneOf(E[] values, String given, String problem) {
        return Arrays.stream(values)
                .filter(value -> value.name().equalsIgnoreCase(given))
                .findFirst()
                .orElseThrow(() -> flag.error(problem
                        + GoText.quote(given)
                        + Suggestion.didYouMean(
                                given,
                                Arrays.stream(values)
                                        .map(value -> value.name().toLowerCase(Locale.ROOT))
                                        .toList())));
    }

    private boolean bool(String key, String value) {
        if (!TRUE.contains(value) && !FALSE.contains(value)) {
            throw flag.error("invalid value for " + key + ": " + value + "; expected true or false");
        }
        return TRUE.contains(value);
    }

    private int number(String key, String value, int radix) {
        try {
            return Integer.parseUnsignedInt(value, radix);
        } catch (NumberFormatException notANumber) {
            throw flag.error("invalid value " + value + " for " + key);
        }
    }

    private String typeName() {
        return type.name().toLowerCase(Locale.ROOT);
    }

    private static Optional<String> given(String value) {
        return value.isEmpty() ? Optional.empty() : Optional.of(value);
    }
}
