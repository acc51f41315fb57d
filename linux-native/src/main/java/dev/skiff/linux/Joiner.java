package dev.skiff.linux;

import dev.skiff.linux.launcher.RootAgent;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Forks what joins containers that another JVM may have made. An ordinary user's containers are in the user namespace of the JVM that
 * made them, and from one's own there is no way into another's. So whoever joins them comes from outside of all user namespaces, where
 * their owner has all rights in each of them (user_namespaces(7), "Capabilities"), and enters that one first.
 */
final class Joiner implements AutoCloseable {
    private final ReentrantLock lock = new ReentrantLock();
    private final LinuxHost host;
    private @Nullable RootAgent outside;

    Joiner(LinuxHost host) {
        this.host = host;
    }

    /** Whether what it forks has to enter a container's user namespace first. */
    boolean fromOutside() {
        return host.hasOwnUsers();
    }

    RootAgent agent() {
        if (!fromOutside()) {
            return host.root();
        }
        lock.lock();
        try {
            if (outside == null) {
                outside = spawn();
            }
            return outside;
        } finally {
            lock.unlock();
        }
    }

    private static RootAgent spawn() {
        RootAgent agent = RootAgent.spawn();
        try {
            agent.ready(false);
            return agent;
        } catch (RuntimeException e) {
            agent.close();
            throw e;
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (outside != null) {
                outside.close();
            }
        } finally {
            lock.unlock();
        }
    }
}
