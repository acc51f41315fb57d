package dev.skiff.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A dynamic loader of the host and the directories that it searches when a file names none. Not asked: {@code LD_LIBRARY_PATH},
 * which the image would not have, and glibc's {@code glibc-hwcaps}, which hold only faster twins of what is found anyway.
 *
 * @param musl else it is glibc's
 */
record Loader(ElfFile.Machine machine, boolean musl, List<Path> directories) {
    /** Deeper than any real ld.so.conf includes; a loop ends there. */
    private static final int DEEPEST_INCLUDE = 8;

    static Loader of(String interpreter, ElfFile.Machine machine, HostRoot root) throws IOException {
        boolean musl = HostRoot.name(Path.of(interpreter)).startsWith("ld-musl-");
        return new Loader(machine, musl, musl ? muslDirectories(machine, root) : glibcDirectories(machine, root));
    }

    private static List<Path> muslDirectories(ElfFile.Machine machine, HostRoot root) throws IOException {
        Set<Path> directories = new LinkedHashSet<>();
        for (String line : root.lines(Path.of("/etc/ld-musl-" + machine.kernelName() + ".path"))) {
            List.of(line.split(":")).forEach(directory -> directories.add(Path.of(directory)));
        }
        return directories.isEmpty() ? paths("/lib", "/usr/local/lib", "/usr/lib") : List.copyOf(directories);
    }

    private static List<Path> glibcDirectories(ElfFile.Machine machine, HostRoot root) throws IOException {
        Set<Path> directories = new LinkedHashSet<>();
        readConfiguration(root, Path.of("/etc/ld.so.conf"), directories, 0);
        String multiarch = machine.kernelName() + "-linux-gnu"; // where Debian and Ubuntu have them
        directories.addAll(
                paths("/lib/" + multiarch, "/usr/lib/" + multiarch, "/lib64", "/usr/lib64", "/lib", "/usr/lib"));
        return List.copyOf(directories);
    }

    private static void readConfiguration(HostRoot root, Path file, Set<Path> into, int depth) throws IOException {
        for (String line : root.lines(file)) {
            if (line.matches("include\\s.*") && depth < DEEPEST_INCLUDE) {
                Path pattern =
                        file.resolveSibling(line.substring("include".length()).strip());
                for (Path included : matches(root, pattern)) {
                    readConfiguration(root, included, into, depth + 1);
                }
            } else if (line.startsWith("/")) {
                into.add(Path.of(line));
            }
        }
    }

    /** The files that a pattern names; wildcards are understood in the last component, where distributions have them. */
    private static List<Path> matches(HostRoot root, Path pattern) throws IOException {
        Path directory = HostRoot.parent(pattern);
        List<Path> found = new ArrayList<>();
        if (root.isDirectory(directory) && Files.isReadable(root.onDisk(directory))) {
            var matcher = pattern.getFileSystem().getPathMatcher("glob:" + HostRoot.name(pattern));
            for (Path candidate : root.list(directory)) {
                if (matcher.matches(candidate.getFileName())) {
                    found.add(candidate);
                }
            }
        }
        return found;
    }

    private static List<Path> paths(String... paths) {
        return List.of(paths).stream().map(Path::of).toList();
    }
}
