package dev.skiff;

import java.util.Locale;

/**
 * Whether a container gets out of its own network, to whatever the host reaches. What carries it are programs that need no rights:
 * pasta(1) or slirp4netns(1), whichever is installed, in a process beside the container that ends with it. It opens connections as
 * any program of this user does. The way in is not touched by it: published ports are published either way.
 *
 * <pre>{@code
 * Run offline = Containers.run(image).outbound(Outbound.none());
 * Run debug = Containers.run(image).outbound(Outbound.required().reachingHost());
 * }</pre>
 */
public final class Outbound {
    private final Kind kind;
    private final boolean host;

    private enum Kind {
        AUTOMATIC,
        NONE,
        REQUIRED
    }

    private Outbound(Kind kind, boolean host) {
        this.kind = kind;
        this.host = host;
    }

    /**
     * For an ordinary user, a way out where there is a program for it, and otherwise none: {@link Container#isolation} says which, and
     * why. For root, none: its containers have a loopback interface and their published ports. This is the default.
     */
    public static Outbound automatic() {
        return new Outbound(Kind.AUTOMATIC, false);
    }

    /** None: the container has a loopback interface and its published ports. */
    public static Outbound none() {
        return new Outbound(Kind.NONE, false);
    }

    /** A way out; without one the container is not started. */
    public static Outbound required() {
        return new Outbound(Kind.REQUIRED, false);
    }

    /**
     * The same, and the host's own loopback interface as {@code host.containers.internal}. Whatever listens there, trusting that
     * nobody but this machine can connect, is open to the container then.
     *
     * @throws IllegalStateException if it is {@link #none}
     */
    public Outbound reachingHost() {
        if (isNone()) {
            throw new IllegalStateException("with no way out, the host is not to be reached either");
        }
        return new Outbound(kind, true);
    }

    /** Whether there is to be none. */
    public boolean isNone() {
        return kind == Kind.NONE;
    }

    /** Whether the container is not to start without. */
    public boolean isRequired() {
        return kind == Kind.REQUIRED;
    }

    /** Whether the host's loopback interface is to be reached. */
    public boolean isReachingHost() {
        return host;
    }

    @Override
    public String toString() {
        return kind.name().toLowerCase(Locale.ROOT) + (host ? ", reaching the host" : "");
    }
}
