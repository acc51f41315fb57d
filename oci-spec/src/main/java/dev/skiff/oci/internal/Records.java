package dev.skiff.oci.internal;

import java.lang.reflect.Constructor;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Takes records apart and puts them together. Some sixty records with up to fifteen components each would need
 * thousands of lines of repeated constructor calls for their {@code with...} methods; here each is one line, and one test
 * calls them all.
 */
public final class Records {
    private static final ClassValue<Shape> SHAPES = new ClassValue<>() {
        @Override
        protected Shape computeValue(Class<?> type) {
            return Shape.of(type);
        }
    };

    private Records() {}

    /** The components in the order of their declaration. */
    public static List<RecordComponent> components(Class<?> type) {
        return SHAPES.get(type).components;
    }

    /** The values of all components, in order. */
    public static Object[] values(Record value) {
        Shape shape = SHAPES.get(value.getClass());
        return shape.components.stream()
                .map(component -> shape.read(component, value))
                .toArray();
    }

    /** A new record; what its constructor throws comes through as it is. */
    public static <R> R create(Class<R> type, Object[] values) {
        return type.cast(SHAPES.get(type).create(values));
    }

    /** A copy of {@code record} with one component changed; where that is an {@link Optional}, {@code value} is what it holds. */
    public static <R extends Record> R with(R record, String component, Object value) {
        Objects.requireNonNull(value, component);
        Shape shape = SHAPES.get(record.getClass());
        boolean optional = shape.components.get(shape.indexOf(component)).getType() == Optional.class;
        return replace(record, component, optional ? Optional.of(value) : value);
    }

    /** A copy of {@code record} with one component, an {@link Optional}, empty. */
    public static <R extends Record> R without(R record, String component) {
        return replace(record, component, Optional.empty());
    }

    private static <R extends Record> R replace(R record, String component, Object value) {
        Object[] values = values(record);
        values[SHAPES.get(record.getClass()).indexOf(component)] = value;
        @SuppressWarnings("unchecked") // records are final: the class of a record is R itself
        Class<R> type = (Class<R>) record.getClass();
        return create(type, values);
    }

    private record Shape(List<RecordComponent> components, Constructor<?> constructor) {
        static Shape of(Class<?> type) {
            RecordComponent[] components = type.getRecordComponents();
            Class<?>[] parameters =
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
            try {
                Constructor<?> constructor = type.getDeclaredConstructor(parameters);
                constructor.setAccessible(true);
                for (RecordComponent component : components) {
                    component.getAccessor().setAccessible(true);
                }
                return new Shape(List.of(components), constructor);
            } catch (InaccessibleObjectException e) {
                throw new IllegalArgumentException(
                        type.getName() + " is out of reach; its module-info needs: opens " + type.getPackageName()
                                + " to " + Records.class.getModule().getName(),
                        e);
            } catch (NoSuchMethodException e) {
                throw new AssertionError(type + " is a record without its canonical constructor", e);
            }
        }

        int indexOf(String name) {
            for (int i = 0; i < components.size(); i++) {
                if (components.get(i).getName().equals(name)) {
                    return i;
                }
            }
            throw new AssertionError(constructor.getDeclaringClass() + " has no component " + name);
        }

        Object read(RecordComponent component, Record value) {
            try {
                return component.getAccessor().invoke(value);
            } catch (ReflectiveOperationException e) {
                throw new LinkageError("reading " + component + " of " + value.getClass(), e);
            }
        }

        Object create(Object[] values) {
            try {
                return constructor.newInstance(values);
            } catch (InvocationTargetException e) {
                if (e.getCause() instanceof RuntimeException rejected) {
                    throw rejected;
                }
                throw new AssertionError(constructor + " failed", e.getCause());
            } catch (InstantiationException | IllegalAccessException e) {
                throw new LinkageError("calling " + constructor, e);
            }
        }
    }
}
