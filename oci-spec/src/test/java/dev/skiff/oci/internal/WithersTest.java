package dev.skiff.oci.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.skiff.oci.DiffId;
import dev.skiff.oci.Digest;
import dev.skiff.oci.Json;
import dev.skiff.oci.Platform;
import dev.skiff.oci.image.Descriptor;
import dev.skiff.oci.runtime.BlockIo;
import dev.skiff.oci.runtime.SeccompArg;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The {@code with...} methods name their component in a string; this calls every one of them. */
class WithersTest {
    private static final Map<Class<?>, Object> SAMPLES = Map.ofEntries(
            Map.entry(String.class, "/a"),
            Map.entry(boolean.class, true),
            Map.entry(int.class, 7),
            Map.entry(Integer.class, 7),
            Map.entry(long.class, 7L),
            Map.entry(Instant.class, Instant.EPOCH),
            Map.entry(Duration.class, Duration.ofSeconds(7)),
            Map.entry(DiffId.class, new DiffId(Digest.sha256(new byte[0]))),
            Map.entry(Platform.class, Platform.of("linux", "amd64")),
            Map.entry(Descriptor.class, Descriptor.of("a/b", new byte[0])),
            Map.entry(SeccompArg.class, SeccompArg.masked(1, 2, 3)),
            Map.entry(BlockIo.class, Json.read("{\"weight\": 7}".getBytes(StandardCharsets.UTF_8), BlockIo.class)));

    @TestFactory
    Stream<DynamicTest> aWitherChangesTheComponentItIsNamedAfterAndNoOther() {
        return records()
                .flatMap(type -> Arrays.stream(type.getMethods()).filter(WithersTest::isWither))
                .map(wither -> DynamicTest.dynamicTest(
                        wither.getDeclaringClass().getSimpleName() + "." + wither.getName(), () -> check(wither)));
    }

    @Test
    void aWitherRejectsNullWithTheNameOfItsComponent() {
        record Point(int x, String name) {}

        assertThatThrownBy(() -> Records.with(new Point(1, "a"), "name", null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("name");
        assertThat(Records.with(new Point(1, "a"), "x", 2)).isEqualTo(new Point(2, "a"));
    }

    @Test
    void aComponentThatCanBeAbsentCanBeTakenAway() {
        record Named(int x, Optional<String> name) {}

        assertThat(Records.without(new Named(1, Optional.of("a")), "name")).isEqualTo(new Named(1, Optional.empty()));
    }

    private static boolean isWither(Method method) {
        return method.getName().matches("with[A-Z].*")
                && !Modifier.isStatic(method.getModifiers())
                && Records.components(method.getDeclaringClass()).stream()
                        .anyMatch(component -> component.getName().equals(nameOf(method)));
    }

    private static String nameOf(Method wither) {
        return Character.toLowerCase(wither.getName().charAt(4))
                + wither.getName().substring(5);
    }

    private static void check(Method wither) throws ReflectiveOperationException {
        Record before = sample(wither.getDeclaringClass());
        Type parameter = wither.getGenericParameterTypes()[0];
        Object content = valueOf(parameter);

        Record after = call(wither, before, content);

        for (RecordComponent component : Records.components(before.getClass())) {
            Object was = component.getAccessor().invoke(before);
            Object is = component.getAccessor().invoke(after);
            if (component.getName().equals(nameOf(wither))) {
                assertThat(is instanceof Optional<?> optional ? optional.orElseThrow() : is)
                        .isEqualTo(content);
            } else {
                assertThat(is).as(component.getName()).isEqualTo(was);
            }
        }
    }

    private static Record call(Method wither, Record before, Object content) throws ReflectiveOperationException {
        try {
            return (Record) wither.invoke(before, content);
        } catch (InvocationTargetException e) {
            throw new AssertionError(wither + " rejects " + content, e.getCause());
        }
    }

    private static Stream<Class<?>> records() {
        return new ClassFileImporter()
                        .withImportOption(new ImportOption.DoNotIncludeTests())
                        .importPackages("dev.skiff.oci.image", "dev.skiff.oci.runtime")
                        .stream()
                        .filter(JavaClass::isRecord)
                        .map(JavaClass::reflect);
    }

    /** Made by the factory with the fewest arguments. */
    private static Record sample(Class<?> type) {
        if (SAMPLES.get(type) instanceof Record known) {
            return known;
        }
        Method factory = Arrays.stream(type.getMethods())
                .filter(method -> Modifier.isStatic(method.getModifiers()) && method.getReturnType() == type)
                .min((a, b) -> a.getParameterCount() - b.getParameterCount())
                .orElseThrow(() -> new AssertionError(type + " has withers and no factory"));
        try {
            Object[] arguments = Arrays.stream(factory.getGenericParameterTypes())
                    .map(WithersTest::valueOf)
                    .toArray();
            return (Record) factory.invoke(null, arguments);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(factory.toString(), e);
        }
    }

    private static Object valueOf(Type type) {
        if (type instanceof ParameterizedType generic) {
            Type last = generic.getActualTypeArguments()[generic.getActualTypeArguments().length - 1];
            return generic.getRawType() == Map.class
                    ? Map.of("a.b", valueOf(last))
                    : generic.getRawType() == Set.class ? Set.of(valueOf(last)) : List.of(valueOf(last));
        }
        Class<?> plain = (Class<?>) type;
        if (SAMPLES.containsKey(plain)) {
            return SAMPLES.get(plain);
        }
        return plain.isEnum() ? plain.getEnumConstants()[1] : sample(plain);
    }
}
