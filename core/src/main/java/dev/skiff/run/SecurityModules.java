package dev.skiff.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The Linux security modules that can confine a container here. */
final class SecurityModules {
    private static final Path APPARMOR = Path.of("/sys/module/apparmor/parameters/enabled");
    private static final Path SELINUX = Path.of("/sys/fs/selinux/enforce");

    private SecurityModules() {}

    /** Those that are switched on. */
    static List<String> active() {
        List<String> active = new ArrayList<>();
        if (says(APPARMOR, "Y")) {
            active.add("AppArmor");
        }
        if (Files.exists(SELINUX)) {
            active.add("SELinux");
        }
        return active;
    }

    private static boolean says(Path file, String text) {
        try {
            return Files.readString(file).startsWith(text);
        } catch (IOException absent) {
            return false;
        }
    }
}
