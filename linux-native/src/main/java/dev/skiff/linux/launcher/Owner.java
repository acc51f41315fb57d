package dev.skiff.linux.launcher;

import dev.skiff.linux.proc.ProcessStat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which JVM a launcher belongs to, and all that are forked off it. It stands in their command line, for that is the one thing that
 * anybody can read of a process that cannot be dumped: proc_pid_cmdline(5).
 *
 * @param pid of the JVM
 * @param startTime of that, for numbers are given again: field 22 of proc_pid_stat(5)
 * @param numbering the process namespace whose number that is
 */
record Owner(long pid, long startTime, String numbering) {
    private static final Path NUMBERING = Path.of("/proc/self/ns/pid");
    private static final Pattern WORDS = Pattern.compile("jvm=(\\d{1,18}),started=(\\d{1,18}),in=(\\S+)");

    /** What a process is called that is to become a launcher: it is the JVM's own program until then, with its command line. */
    private static final Pattern SPAWNING = Pattern.compile("skiff-(\\d{1,7})\\.\\d");

    /** The name of a child of the JVM that has not executed the launcher yet: prctl(2), PR_SET_NAME. */
    static String spawning(long jvm, int serial) {
        return "skiff-" + jvm + "." + serial;
    }

    /** Whether a process of that name and that parent was to become a launcher, and has lost the JVM that it was a child of. */
    static boolean isForsaken(String name, long parent) {
        Matcher parts = SPAWNING.matcher(name);
        return parts.matches() && Long.parseLong(parts.group(1)) != parent;
    }

    static Owner thisJvm() {
        long pid = ProcessHandle.current().pid();
        return new Owner(pid, ProcessStat.of(pid).startTime(), numberingHere());
    }

    static String numberingHere() {
        try {
            return Files.readSymbolicLink(NUMBERING).toString();
        } catch (IOException e) {
            throw new UncheckedIOException("ask for the process namespace of this JVM", e);
        }
    }

    /** Of a launcher's command line with {@code name} as its first word; empty for any other. */
    static Optional<Owner> of(String commandLine, String name) {
        String[] words = commandLine.split("\0", -1);
        if (words.length < 2 || !words[0].equals(name)) {
            return Optional.empty();
        }
        Matcher parts = WORDS.matcher(words[1]);
        return parts.matches()
                ? Optional.of(new Owner(Long.parseLong(parts.group(1)), Long.parseLong(parts.group(2)), parts.group(3)))
                : Optional.empty();
    }

    /** The command line of a launcher of that name. */
    List<String> words(String name) {
        return List.of(name, "jvm=" + pid + ",started=" + startTime + ",in=" + numbering);
    }

    /** Whether it is known to be dead: one that has its number in another process namespace is not known here. */
    boolean isGone() {
        if (!numbering.equals(numberingHere())) {
            return false;
        }
        ProcessStat now = ProcessStat.of(pid);
        return now.startTime() != startTime || (!now.runs() && !hasThreads());
    }

    /** A process whose first thread has ended looks like a zombie while others go on. */
    private boolean hasThreads() {
        try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
            return threads.count() > 1;
        } catch (IOException | UncheckedIOException e) {
            return false; // gone meanwhile
        }
    }
}
