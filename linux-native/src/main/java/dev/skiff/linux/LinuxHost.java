package dev.skiff.linux;

import dev.skiff.linux.launcher.RootAgent;
import dev.skiff.linux.libc.Identity;
import dev.skiff.linux.user.UserNamespace;
import java.util.Optional;

/**
 * The kernel as this JVM may use it: with root's own rights, or with those of the root of a user namespace that an
 * ordinary user makes. All that Skiff does to the kernel goes through one of these. Thread-safe; closing it ends the
 * processes that it started.
 */
public final class LinuxHost implements AutoCloseable {
    private final RootAgent root;
    private final Optional<UserNamespace> namespace;

    private LinuxHost(RootAgent root, Optional<UserNamespace> namespace) {
        this.root = root;
        this.namespace = namespace;
    }

    /**
     * Starts the launcher, as an ordinary user in a user namespace.
     *
     * @throws SyscallException naming what the kernel refused
     */
    public static LinuxHost open() {
        RootAgent root = RootAgent.spawn();
        try {
            Optional<UserNamespace> namespace =
                    Identity.user() == 0 ? Optional.empty() : Optional.of(UserNamespace.enter(root));
            root.ready();
            return new LinuxHost(root, namespace);
        } catch (RuntimeException e) {
            root.close();
            throw e;
        }
    }

    /** Whether all is done in a user namespace, as an ordinary user. */
    public boolean rootless() {
        return namespace.isPresent();
    }

    /** What overlayfs's own extended attributes begin with here; a user namespace may not set the {@code trusted} ones. */
    public String overlayXattrPrefix() {
        return rootless() ? "user.overlay." : "trusted.overlay.";
    }

    @Override
    public void close() {
        root.close();
    }
}
