package dev.skiff.samples.runtime;

import dev.skiff.linux.abi.Signal;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Signals to this JVM. The JDK has one way to handle them, {@code sun.misc.Signal} of its module {@code jdk.unsupported}, which compilers
 * warn of by name; so it is found by reflection.
 */
final class Signals {
    /** What others send to a command in the foreground and mean for what runs in there. */
    private static final List<String> MEANT_FOR_IT =
            List.of("HUP", "INT", "QUIT", "USR1", "USR2", "ALRM", "TERM", "CONT", "TSTP", "TTIN", "TTOU", "PWR");

    private Signals() {}

    /** Hands those on that others send us, but for those that the JVM needs for itself. */
    static void handOn(Consumer<Signal> to) {
        for (String name : MEANT_FOR_IT) {
            Signal signal = Signal.of(name);
            handle(name, () -> to.accept(signal));
        }
    }

    /**
     * Has that be done for each signal of that name, on a thread of the JVM's; nothing if the JVM needs it for itself.
     *
     * @param name without {@code SIG}
     */
    static void handle(String name, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object ours = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                        if (method.getDeclaringClass() == handler) {
                            action.run();
                            return null;
                        }
                        return method.invoke(action, arguments); // equals and its like
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), ours);
        } catch (InvocationTargetException e) {
            if (!(Objects.requireNonNull(e.getCause()) instanceof IllegalArgumentException)) {
                throw new AssertionError("handle SIG" + name, e);
            }
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("sun.misc.Signal is not as it was", e);
        }
    }
}
