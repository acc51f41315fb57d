package dev.skiff.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Who holds the flock(2) of a file, as /proc/locks says it (proc_locks(5)); good enough for a message, not to decide by. */
final class LockHolders {
    private static final Path LOCKS = Path.of("/proc/locks");

    private LockHolders() {}

    /** Such as {@code process 4711 (java)}; empty when it is not known. */
    static String describe(Path lock) {
        try (Stream<String> lines = Files.lines(LOCKS)) {
            String file = name(lock);
            // "7: FLOCK  ADVISORY  WRITE 4711 fe:00:1234 0 EOF"; one who only waits has "->" after the number
            return lines.map(line -> line.trim().split("\\s+"))
                    .filter(parts -> parts.length > 5 && parts[1].equals("FLOCK") && parts[5].equals(file))
                    .map(parts -> describe(Long.parseLong(parts[4])))
                    .distinct()
                    .collect(Collectors.joining(", "));
        } catch (IOException | RuntimeException e) {
            return ""; // only a message is at stake
        }
    }

    /** The device and inode as the kernel prints them there. */
    private static String name(Path lock) throws IOException {
        long device = (Long) Files.getAttribute(lock, "unix:dev", LinkOption.NOFOLLOW_LINKS);
        long inode = (Long) Files.getAttribute(lock, "unix:ino", LinkOption.NOFOLLOW_LINKS);
        long major = ((device >>> 8) & 0xfff) | ((device >>> 32) & 0xffff_f000L);
        long minor = (device & 0xff) | ((device >>> 12) & 0xffff_ff00L);
        return String.format("%02x:%02x:%d", major, minor, inode);
    }

    private static String describe(long pid) {
        if (pid == ProcessHandle.current().pid()) {
            return "this JVM";
        }
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().command())
                .map(command -> "process " + pid + " (" + command + ")")
                .orElse("process " + pid);
    }
}
