package dev.skiff.linux.cgroup;

import dev.skiff.linux.systemd.Systemd;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * How a group is got from the systemd of this host: as a scope around the process that all containers are forked off. It lasts as
 * long as one of them does, and the JVM itself stays where it is.
 *
 * @param systemd who is asked
 * @param launcher the process that is moved there
 * @param proc where process information is mounted
 */
public record Delegation(Systemd systemd, long launcher, Path proc) {
    private static final AtomicInteger SERIAL = new AtomicInteger();
    private static final Duration LONGEST = Duration.ofSeconds(5);
    private static final long PAUSE_NANOS = 1_000_000;
    private static final String UNIFIED = "0::";

    /** By the systemd of this user, if there is one. */
    public static Optional<Delegation> find(int user, long launcher) {
        return Systemd.find(user).map(systemd -> new Delegation(systemd, launcher, Path.of("/proc")));
    }

    /** Asks for a scope, and waits until the launcher is in it. */
    Path scope(Path mount) {
        return scope(
                mount,
                new ScopeName(Optional.empty(), "skiff-" + launcher + "-" + SERIAL.incrementAndGet() + ".scope"));
    }

    /** The same, of that name. */
    public Path scope(Path mount, ScopeName asked) {
        String name = asked.unit();
        systemd.delegate(name, asked.slice(), launcher);
        long end = System.nanoTime() + LONGEST.toNanos();
        while (System.nanoTime() < end) {
            String group = group();
            if (group.endsWith("/" + name)) {
                return mount.resolve(group.substring(1));
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        throw new IllegalStateException("systemd took the order for the control group " + name
                + " but did not carry it out within " + LONGEST.toSeconds() + " s; see systemctl status " + name);
    }

    private String group() {
        return GroupFiles.read(proc.resolve(Long.toString(launcher)).resolve("cgroup"))
                .lines()
                .filter(line -> line.startsWith(UNIFIED))
                .map(line -> line.substring(UNIFIED.length()))
                .findFirst()
                .orElse("/");
    }
}
