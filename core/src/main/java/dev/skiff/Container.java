package dev.skiff;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * A container that was started. It ends when it is closed, when its process ends, and with this JVM, however that ends;
 * only closing removes what it used:
 *
 * <pre>{@code
 * try (Container web = Containers.run(image).publish(8080, 3000).start()) {
 *     System.out.println(web.http(3000)); // http://127.0.0.1:8080
 * }
 * }</pre>
 */
public interface Container extends AutoCloseable {
    /** 32 hex digits that no other container has; the first 12 are its host name. */
    String id();

    /** What it is doing just now. */
    ContainerState state();

    /**
     * The port of the host that leads to this one of the container: how to learn which free one it got.
     *
     * @throws IllegalArgumentException if that port is not published
     */
    int hostPort(int containerPort);

    /**
     * Where a published port is reached from this host, such as {@code http://127.0.0.1:8080}.
     *
     * @throws IllegalArgumentException if that port is not published
     */
    URI http(int containerPort);

    /**
     * A command to be run in it while it runs, beside its own process.
     *
     * @param argv the program, looked up in the container's {@code PATH}, and its arguments; nothing is split or expanded, for
     *     that name a shell: {@code exec("sh", "-c", "ls *.txt")}
     */
    Exec exec(String... argv);

    /**
     * Copies a file, or a directory with all below it, into the running container, as {@code docker cp} does: into
     * {@code destination} if that is a directory there, else under that name; missing directories are made. What is copied
     * belongs to root, and keeps its mode and time. Mounts and volumes of the container are seen as it sees them.
     *
     * @param source of the host; a path that ends with {@code /.} stands for what is in that directory
     * @param destination absolute, in the container; no link there leads out of it
     * @throws SkiffException if one of them is not there or cannot be written
     */
    void copyTo(Path source, String destination);

    /**
     * Copies a file, or a directory with all below it, out of the container, in the same way. What is copied belongs to who runs
     * this JVM; set-user-id bits, devices and sockets stay behind.
     *
     * @param source absolute, in the container; {@code /.} at its end stands for what is in that directory
     */
    void copyFrom(String source, Path destination);

    /** How it is held in: what was got of what Skiff can do on this host, and of what was asked for. */
    Isolation isolation();

    /** What it writes. */
    Logs logs();

    /**
     * Waits until its process ends by itself.
     *
     * @throws InterruptedOperationException if this thread is interrupted; the container goes on
     */
    @CanIgnoreReturnValue
    ExitStatus await();

    /**
     * Whether the kernel has killed any of its processes because the container needed more memory than it may have, known once
     * it has ended: {@code OOMKilled} of {@code docker inspect}. If that was its first process, the status says so too.
     */
    boolean oomKilled();

    /** Completed with how its process ended. Cancelling it does nothing to the container. */
    CompletableFuture<ExitStatus> onExit();

    /**
     * Asks its process to end, with the signal that the image names or else {@code TERM}, and kills it after that time; at once
     * if the process has no handler for the signal, which the kernel then never delivers to the first process of a container.
     * What it wrote can be read until it is closed.
     *
     * @throws InterruptedOperationException if this thread is interrupted; the container has been killed then
     */
    @CanIgnoreReturnValue
    ExitStatus stop(Duration grace);

    /**
     * Stops all of its processes where they are; they get no time of the processor until {@link #resume}. Paused twice is paused.
     * A paused container can be stopped and closed.
     *
     * @throws SkiffException if it has ended, or if this host has nothing to stop them with
     */
    void pause();

    /**
     * Lets its processes go on; of one that is not paused it is nothing.
     *
     * @throws SkiffException if it has ended
     */
    void resume();

    /**
     * Sets other limits while it runs; what these do not mention stays as it is. A limit of memory below what is in use makes
     * the kernel take back what it can, and then kill.
     *
     * @throws SkiffException if it has ended, if this host cannot limit that for this user, or if the kernel does not take the value
     */
    void update(Limits limits);

    /** What it uses just now, with all that was executed in it. Of one that has ended there is nothing. */
    ContainerStats stats();

    /**
     * Sends its process a signal; nothing if it has ended.
     *
     * @param name such as {@code HUP}, {@code SIGUSR1} or {@code RTMIN+3}
     * @throws IllegalArgumentException if there is no such signal
     */
    void signal(String name);

    /**
     * Stops it with 10 seconds of grace, and removes all that it used but what it wrote to mounts. What cannot be removed is
     * logged, and left for the next Skiff that opens the same home. Twice is fine.
     */
    @Override
    void close();
}
