package dev.skiff;

/**
 * A directory that outlives the containers that it is mounted in, kept in the home of its Skiff: what a database writes, say, for
 * the next one to find. Any number of containers may have it mounted at once.
 *
 * <pre>{@code
 * Volume data = Volumes.create("data");
 * try (Container db = Containers.run("postgres:16").mount(data, "/var/lib/postgresql/data").start()) { ... }
 * data.remove();
 * }</pre>
 */
public interface Volume {
    /** What it is called: letters, digits, {@code _ . -}, of which the first is a letter or a digit. */
    String name();

    /**
     * Removes it with all that is in it. One that is gone already is fine.
     *
     * @throws StoreException if a container of any JVM has it mounted; it stays as it is then
     */
    void remove();
}
