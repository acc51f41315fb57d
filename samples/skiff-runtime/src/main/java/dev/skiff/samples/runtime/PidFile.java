package dev.skiff.samples.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Where callers look for the process id of what was made: whole or not there. */
final class PidFile {
    private PidFile() {}

    static void write(Path file, long pid) throws IOException {
        Path fresh = file.resolveSibling("." + file.getFileName() + ".new");
        Files.writeString(fresh, Long.toString(pid));
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
