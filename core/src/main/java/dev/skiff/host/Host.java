package dev.skiff.host;

import dev.skiff.HostProgramException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The machine that programs are taken from.
 *
 * <p>Covered: ELF programs for x86_64 and aarch64 on glibc and musl with all that they are linked to; scripts with their
 * interpreter; packages of Node.js; the standard libraries of Python and Perl; Java homes. Not covered: what a program opens
 * by a path or name of its own (helpers that it starts, data in {@code /usr/share}, time zones, locales but C.UTF-8, gconv
 * modules, NSS services other than files and dns), what a shell script calls, and modules that users installed for Python and
 * Perl. Name such programs too, or {@code COPY} the rest.
 */
public final class Host {
    private final HostRoot root;
    private final SearchPath searchPath;

    private Host(Path root, String searchPath) {
        this.root = new HostRoot(root);
        this.searchPath = new SearchPath(searchPath);
    }

    /** The machine that this runs on, with the {@code PATH} of this process. */
    public static Host current() {
        Optional<String> path = Optional.ofNullable(System.getenv("PATH")).filter(text -> !text.isEmpty());
        return new Host(HostRoot.TOP, path.orElse(SearchPath.DEFAULT));
    }

    /** A directory that looks like a machine's root; links in it are followed as if it were. */
    static Host at(Path root, String searchPath) {
        return new Host(root, searchPath);
    }

    /**
     * Finds all that an image of these programs needs. Reads the headers of binaries and lists directories, but reads no
     * content: about 50 ms for the 2,500 files of {@code node} and {@code npm}.
     *
     * @param programs names to be looked up on {@code PATH}, or absolute paths
     * @throws HostProgramException when any of them, or what it needs to start, is not there
     * @throws IllegalArgumentException for no programs, or a relative path
     */
    public HostImage image(List<String> programs) throws IOException {
        Set<String> asked = new LinkedHashSet<>(programs);
        check(asked);
        HostFiles files = new HostFiles(root);
        Libraries libraries = new Libraries(root, files);
        Trees trees = new Trees(root, files);
        Programs taken = new Programs(root, searchPath, files, libraries, trees);
        BaseFiles base = new BaseFiles(root, files);
        for (String program : asked) {
            taken.add(program);
        }
        if (!taken.missing().isEmpty()) {
            throw new HostProgramException(message(asked, taken.problems()), taken.missing(), searchPath.text());
        }
        ElfFile.Machine machine = libraries
                .machine()
                .orElseThrow(() -> new HostProgramException(
                        message(asked, List.of("no program among them is for x86_64 or aarch64")),
                        List.copyOf(asked),
                        searchPath.text()));
        base.add();
        addUsualPaths(taken, base);
        addPluginNeeds(trees, libraries, files);
        if (!libraries.foundByGlibc().isEmpty()) {
            base.addLocale();
            base.make(Path.of("/etc/ld.so.cache"), LoaderCache.write(libraries.foundByGlibc(), machine));
        }
        return new HostImage(
                List.copyOf(asked),
                machine.architecture(),
                SearchPath.ofImage(List.copyOf(taken.found().values())),
                files.entries(),
                files.omitted());
    }

    private static void check(Set<String> programs) {
        if (programs.isEmpty()) {
            throw new IllegalArgumentException("programs: name at least one, such as \"sh\"");
        }
        for (String program : programs) {
            boolean plain = !program.isEmpty() && !program.contains("/") && !program.contains("\0");
            if (!plain && !(program.startsWith("/") && !program.contains("\0"))) {
                throw new IllegalArgumentException(
                        "programs: a name to look up on PATH or an absolute path, not \"" + program + "\"");
            }
        }
    }

    private String message(Set<String> asked, List<String> problems) {
        return "image of " + String.join(", ", asked) + " from this host: "
                + problems.stream().distinct().collect(Collectors.joining("; "))
                + " (PATH searched: " + searchPath.text() + ")";
    }

    /** Scripts begin with {@code #!/bin/sh} and {@code #!/usr/bin/env} wherever a host keeps the two. */
    private void addUsualPaths(Programs taken, BaseFiles base) throws IOException {
        Path sh = taken.found().get("sh");
        if (sh != null) {
            base.link(Path.of("/bin/sh"), sh);
        }
        Path env = taken.found().get("env");
        if (env != null) {
            base.link(Path.of("/usr/bin/env"), env);
        }
    }

    /** What a plug-in lacks is no error: often no one loads it, or its program brings what it needs. */
    private static void addPluginNeeds(Trees trees, Libraries libraries, HostFiles files) throws IOException {
        Set<String> names = new LinkedHashSet<>();
        for (Path plugin : trees.plugins()) {
            names.add(HostRoot.name(plugin));
        }
        for (Path plugin : trees.plugins()) {
            for (Libraries.Missing library : libraries.addPlugin(plugin)) {
                if (!names.contains(library.library())) {
                    files.omit(library.library() + ": not found, and " + library.neededBy() + " would need it");
                }
            }
        }
    }
}
