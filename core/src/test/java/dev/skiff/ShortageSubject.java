package dev.skiff;

import dev.skiff.linux.testing.HostState;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.TreeSet;

/** A JVM that has less than it needs, and says what came of it, line by line: {@code ok}, or {@code failed} and the exception. */
final class ShortageSubject {
    private final Path home;

    private ShortageSubject(Path home) {
        this.home = home;
    }

    /**
     * Does one of these things.
     *
     * @param args a home that has the image busybox, and what to do
     */
    public static void main(String[] args) throws Exception {
        ShortageSubject subject = new ShortageSubject(Path.of(args[0]));
        switch (args[1]) {
            case "descriptors" -> subject.descriptors();
            case "limits" -> subject.limits();
            default -> throw new IllegalArgumentException(args[1]);
        }
    }

    /** Runs a container with no descriptor left, with one, and so on until it works three times. */
    private void descriptors() throws IOException {
        try (Skiff skiff = Skiff.builder().store(home).open()) {
            say(() -> run(skiff, Limits.none())); // so that classes are loaded, and the launcher is there
            failOnce(skiff);
            open();
            Deque<InputStream> taken = new ArrayDeque<>();
            int works = 0;
            for (int free = 0; works < 3; free++) {
                takeAll(taken);
                for (int i = 0; i < free; i++) {
                    taken.pop().close();
                }
                Set<String> before = open();
                works += say(() -> run(skiff, Limits.none())) ? 1 : 0;
                Set<String> after = open();
                after.removeAll(before);
                if (!after.isEmpty() && !before.isEmpty()) {
                    System.out.println("leak: " + after + " with " + free + " free");
                }
            }
            for (InputStream each : taken) {
                each.close();
            }
            say(() -> run(skiff, Limits.none()));
        }
    }

    /** A class is read from a file: those that only a failure needs could not be, without a descriptor. */
    private static void failOnce(Skiff skiff) {
        try {
            skiff.containers().run("busybox").command("no-such-command").await();
            throw new AssertionError("a command that is not there has run");
        } catch (CommandNotFoundException e) {
            return;
        }
    }

    private static void takeAll(Deque<InputStream> taken) {
        try {
            while (true) {
                taken.push(new FileInputStream("/dev/null"));
            }
        } catch (IOException e) {
            return; // EMFILE
        }
    }

    private static Set<String> open() {
        try {
            return HostState.held(ProcessHandle.current().pid());
        } catch (IOException e) {
            return new TreeSet<>(); // not one left to look with
        }
    }

    /** Where the groups cannot be written to. */
    private void limits() {
        try (Skiff skiff = Skiff.builder().store(home).open()) {
            say(() -> run(skiff, Limits.none()));
            say(() -> run(skiff, Limits.none().memory(64 << 20)));
            say(() -> run(skiff, Limits.none().memory(64 << 20), Safeguard.MEMORY_LIMIT));
        }
    }

    private static void run(Skiff skiff, Limits limits, Safeguard... lacking) {
        skiff.containers()
                .run("busybox")
                .command("true")
                .limits(limits)
                .mayLack(lacking)
                .await()
                .orThrow();
    }

    private static boolean say(Runnable work) {
        try {
            work.run();
            System.out.println("ok");
            return true;
        } catch (SkiffException e) {
            System.out.println("failed " + e.toString().replace('\n', ' '));
        } catch (RuntimeException | Error e) {
            System.out.println("bad " + e.toString().replace('\n', ' '));
            e.printStackTrace();
        }
        return false;
    }
}
