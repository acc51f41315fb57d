package dev.skiff.linux;

import dev.skiff.linux.container.NamespaceFiles;
import dev.skiff.linux.libc.Landlock;
import dev.skiff.oci.runtime.NamespaceType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntSupplier;

/**
 * What a kernel says that it has, in its files below {@code /proc} and {@code /sys}. Nothing is tried, so what is not here is missing,
 * and what is here may still be forbidden to this user.
 */
public final class KernelFeatures {
    private static final int MOST_BYTES = 65536;

    private final Path root;
    private final IntSupplier landlock;

    private KernelFeatures(Path root, IntSupplier landlock) {
        this.root = root;
        this.landlock = landlock;
    }

    /** Of the kernel that this JVM runs on. */
    public static KernelFeatures ofThisHost() {
        return new KernelFeatures(Path.of("/"), Landlock::version);
    }

    /** Of a kernel whose {@code proc} and {@code sys} are in that directory, to see what would be said of another host. */
    public static KernelFeatures below(Path root) {
        return new KernelFeatures(root, () -> 0);
    }

    private Optional<String> read(String file) {
        Path path = root.resolve(file);
        try (var in = Files.newInputStream(path)) {
            return Optional.of(new String(in.readNBytes(MOST_BYTES), StandardCharsets.ISO_8859_1).trim());
        } catch (IOException e) {
            return Optional.empty(); // which is the answer: this kernel does not have it
        }
    }

    /** What {@code uname -r} says; empty where {@code /proc} is not mounted. */
    public String release() {
        return read("proc/sys/kernel/osrelease").orElse("");
    }

    /** The value of a kernel parameter, such as {@code kernel/unprivileged_userns_clone}: sysctl(8). */
    public Optional<String> parameter(String path) {
        return read("proc/sys/" + path);
    }

    /** The namespaces that it was built with: namespaces(7). */
    public Set<NamespaceType> namespaces() {
        Set<NamespaceType> types = EnumSet.noneOf(NamespaceType.class);
        NamespaceFiles.NAMES.forEach((type, file) -> {
            if (Files.exists(root.resolve("proc/self/ns").resolve(file))) {
                types.add(type);
            }
        });
        return types;
    }

    /** The parameter that bounds how many of them there may be, below {@code /proc/sys}. */
    public static String bound(NamespaceType type) {
        return "user/max_" + NamespaceFiles.NAMES.get(type) + "_namespaces";
    }

    /** Whether none of them may be made, though the kernel has them. */
    public boolean forbids(NamespaceType type) {
        return parameter(bound(type)).filter(most -> most.equals("0")).isPresent();
    }

    /** What a filter of system calls can answer; empty where the kernel has no filters: seccomp(2). */
    public List<String> filterActions() {
        return read("proc/sys/kernel/seccomp/actions_avail")
                .map(words -> List.of(words.split("\\s+", -1)))
                .orElse(List.of());
    }

    /**
     * The security modules that are at work, and how each is set: {@code AppArmor} and {@code SELinux}, which confine a process by a
     * profile or a label, and {@code Yama} and {@code Landlock}.
     */
    public Map<String, String> securityModules() {
        Map<String, String> found = new LinkedHashMap<>();
        if (read("sys/module/apparmor/parameters/enabled")
                .filter(text -> text.startsWith("Y"))
                .isPresent()) {
            found.put("AppArmor", "enabled");
        }
        read("sys/fs/selinux/enforce")
                .ifPresent(text -> found.put("SELinux", text.startsWith("1") ? "enforcing" : "permissive"));
        read("proc/sys/kernel/yama/ptrace_scope").ifPresent(scope -> found.put("Yama", "ptrace_scope " + scope));
        int version = landlock.getAsInt();
        if (version > 0) {
            found.put("Landlock", "version " + version);
        }
        return found;
    }

    /** Whether it knows that file system, such as {@code overlay}; one that is a module is known once that is loaded. */
    public boolean knowsFileSystem(String type) {
        return read("proc/filesystems")
                .map(text -> text.lines().anyMatch(line -> line.trim().equals("nodev\t" + type)))
                .orElse(false);
    }
}
