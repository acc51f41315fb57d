package dev.skiff;

import java.util.Objects;

/**
 * Whose namespace a container uses instead of one of its own: it then sees, and can reach, what is in there. By default every
 * container has its own.
 *
 * <pre>{@code
 * Run debugger = Containers.run(tools).pid(Sharing.with(app)).network(Sharing.with(app));
 * }</pre>
 */
public sealed interface Sharing {
    /** The host's. */
    static Sharing host() {
        return new Host();
    }

    /** That of another container, which has to run while this one is started. */
    static Sharing with(Container container) {
        return new With(Objects.requireNonNull(container, "container"));
    }

    /** See {@link Sharing#host}. */
    record Host() implements Sharing {
        @Override
        public String toString() {
            return "host";
        }
    }

    /** See {@link Sharing#with}. */
    record With(Container container) implements Sharing {
        @Override
        public String toString() {
            return "container " + container.id();
        }
    }
}
