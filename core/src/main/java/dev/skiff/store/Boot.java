package dev.skiff.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** Which start of this machine it is: after another one, what had not been on the disk is lost. */
final class Boot {
    private static final Path FILE = Path.of("/proc/sys/kernel/random/boot_id"); // random(4)

    /** Its id. Where the kernel tells none it is this JVM's own, and others then take nothing on trust. */
    static final String ID = read();

    private Boot() {}

    private static String read() {
        try {
            return Files.readString(FILE).strip();
        } catch (IOException e) {
            return UUID.randomUUID().toString();
        }
    }
}
