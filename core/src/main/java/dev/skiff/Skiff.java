package dev.skiff;

import dev.skiff.login.DockerLogins;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Images and containers with a home on the disk. Most programs never see one: {@link Images} and {@link Containers} use the
 * one that is shared by the whole JVM. A private one has its own home and executor, and closes its containers when it is
 * closed:
 *
 * <pre>{@code
 * try (Skiff skiff = Skiff.builder().store(Path.of("target/skiff")).open()) {
 *     skiff.containers().run("busybox").command("echo", "hello").await().orThrow();
 * }
 * }</pre>
 *
 * <p>The home is {@code $SKIFF_HOME}, else {@code /var/lib/skiff} for root, else {@code $XDG_DATA_HOME/skiff}, else {@code
 * ~/.local/share/skiff}. Any number of JVMs may use one home.
 */
public final class Skiff implements AutoCloseable {
    private static final ReentrantLock SHARED_LOCK = new ReentrantLock();
    private static @Nullable Skiff shared;

    private final Path home;
    private final Executor executor;
    private final Credentials credentials;
    private final @Nullable ExecutorService own;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Engine engine;
    private boolean closed;

    private Skiff(Builder settings) {
        this.home = settings.home;
        this.credentials = settings.credentials;
        Executor given = settings.executor;
        this.own = given == null ? daemons() : null;
        this.executor = given == null ? Objects.requireNonNull(own) : given;
    }

    /**
     * The one that {@link Images} and {@link Containers} use. It is opened when it is first needed, and what it runs ends with
     * this JVM.
     */
    public static Skiff shared() {
        SHARED_LOCK.lock();
        try {
            Skiff skiff = shared;
            if (skiff == null || skiff.isClosed()) {
                skiff = new Skiff(builder());
                Runtime.getRuntime().addShutdownHook(new Thread(skiff::discard, "skiff-shutdown"));
                shared = skiff;
            }
            return skiff;
        } finally {
            SHARED_LOCK.unlock();
        }
    }

    /** Describes a private one. */
    public static Builder builder() {
        return new Builder(Home.standard(), null, DockerLogins.ofThisUserIfAny());
    }

    /** How a private Skiff is to be; every step gives a new value. */
    @CheckReturnValue
    public static final class Builder {
        private final Path home;
        private final @Nullable Executor executor;
        private final Credentials credentials;

        private Builder(Path home, @Nullable Executor executor, Credentials credentials) {
            this.home = home;
            this.executor = executor;
            this.credentials = credentials;
        }

        /** Another home, made if it is not there: images, layers, containers and the build cache are below it. */
        public Builder store(Path newHome) {
            return new Builder(newHome.toAbsolutePath().normalize(), executor, credentials);
        }

        /**
         * Runs asynchronous work and callbacks, instead of threads of Skiff's own. It must not run tasks on the thread that
         * hands them in, and stays the caller's to shut down. On Java 21, one of virtual threads does well.
         */
        public Builder executor(Executor newExecutor) {
            return new Builder(home, Objects.requireNonNull(newExecutor, "executor"), credentials);
        }

        /**
         * Who to be towards registries where an operation does not say: when a build gets its base images, when a container is run
         * by an image's name, in pulls and pushes. The default are the logins of {@link Credentials#dockerConfig}, as far as
         * there are any.
         */
        public Builder credentials(Credentials newCredentials) {
            return new Builder(home, executor, Objects.requireNonNull(newCredentials, "credentials"));
        }

        /**
         * Opens it: the home is made or checked, and what containers of dead JVMs have left is removed.
         *
         * @throws StoreException if the home cannot be used
         */
        public Skiff open() {
            Skiff skiff = new Skiff(this);
            try {
                skiff.engine();
                return skiff;
            } catch (RuntimeException | Error e) {
                skiff.close();
                throw e;
            }
        }
    }

    private static ExecutorService daemons() {
        AtomicInteger number = new AtomicInteger();
        return Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "skiff-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Its images. */
    public SkiffImages images() {
        return new SkiffImages(this::engine);
    }

    /** Its containers. */
    public SkiffContainers containers() {
        return new SkiffContainers(this::engine);
    }

    /** Its volumes. */
    public SkiffVolumes volumes() {
        return new SkiffVolumes(this::engine);
    }

    /**
     * What this host offers, feature by feature, each with what to do where it is missing: the kernel, each namespace, the filter
     * of system calls, capabilities, the version of control groups and who may use which controller, limits, security modules. It is
     * tried out: a container without a program is made and removed, which takes some milliseconds.
     */
    public HostReport diagnose() {
        return engine().runner().diagnose();
    }

    /** Its parts, opened by the first who needs them. */
    Engine engine() {
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("this Skiff is closed");
            }
            Engine opened = engine;
            if (opened == null) {
                opened = new Engine(home, executor, credentials);
                engine = opened;
            }
            return opened;
        } finally {
            lock.unlock();
        }
    }

    private boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** What was open, for one to close it. */
    private @Nullable Engine shut() {
        lock.lock();
        try {
            Engine opened = closed ? null : engine;
            closed = true;
            return opened;
        } finally {
            lock.unlock();
        }
    }

    private void discard() {
        Engine opened = shut();
        if (opened != null) {
            opened.discard();
        }
    }

    /** Closes its containers side by side, as {@link Container#close} does, and lets everything else go. Twice is fine. */
    @Override
    public void close() {
        Engine opened = shut();
        try {
            if (opened != null) {
                opened.close();
            }
        } finally {
            if (own != null) {
                own.shutdown();
            }
        }
    }

    /** Its home. */
    @Override
    public String toString() {
        return "Skiff in " + home;
    }
}
