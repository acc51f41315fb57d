package dev.skiff.host;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Knows the directories without which the well-known language runtimes do not start or do not find their own library:
 * Node.js where Debian has taken parts out of it, Python's and Perl's standard libraries, a Java home. Not taken: what
 * users installed beside them (site-packages, vendor modules), as it may be anything.
 */
final class Runtimes {
    private static final Pattern PYTHON = Pattern.compile("python(\\d+\\.\\d+)t?");

    /** Java home's parts that only developers of native code and readers of sources open, and they are half of it. */
    private static final Set<String> NOT_TO_RUN_JAVA = Set.of("jmods", "src.zip", "demo", "man", "docs");

    private final HostRoot root;
    private final Trees trees;

    Runtimes(HostRoot root, Trees trees) {
        this.root = root;
        this.trees = trees;
    }

    /** Adds what belongs to a program, known by the name and place of its file. */
    void add(Path real, Optional<ElfFile> elf) throws IOException {
        String name = HostRoot.name(real);
        Matcher python = PYTHON.matcher(name);
        if (name.equals("node") || name.equals("nodejs")) {
            if (elf.isPresent() && elf.get().needed().stream().anyMatch(library -> library.startsWith("libnode.so"))) {
                addDebianModules();
            }
        } else if (python.matches()) {
            addPython(HostRoot.parent(HostRoot.parent(real)), "python" + python.group(1));
        } else if (name.matches("perl(5\\..*)?")) {
            addPerl();
        } else {
            addJava(real);
        }
    }

    /** What Debian and its children share among all Node programs, and its node loads parts of itself from. */
    void addDebianModules() throws IOException {
        trees.add(Path.of("/usr/share/nodejs"));
        trees.add(Path.of("/usr/lib/nodejs"));
        for (ElfFile.Machine machine : ElfFile.Machine.values()) {
            trees.add(Path.of("/usr/lib/" + machine.kernelName() + "-linux-gnu/nodejs"));
        }
    }

    private void addPython(Path prefix, String version) throws IOException {
        for (String lib : List.of("lib", "lib64")) {
            trees.add(prefix.resolve(lib).resolve(version), Set.of("test", "site-packages", "dist-packages"));
        }
    }

    private void addPerl() throws IOException {
        for (String directory : List.of(
                "/usr/share/perl", // Debian
                "/usr/lib/perl5/core_perl", // Alpine
                "/usr/share/perl5/core_perl",
                "/usr/lib64/perl5", // Fedora
                "/usr/lib/perl5")) {
            trees.add(Path.of(directory));
        }
        for (ElfFile.Machine machine : ElfFile.Machine.values()) {
            Path libraries = Path.of("/usr/lib/" + machine.kernelName() + "-linux-gnu");
            trees.add(libraries.resolve("perl"));
            trees.add(libraries.resolve("perl-base"));
        }
    }

    /** A Java home is told by its class library: {@code lib/modules}, and {@code rt.jar} up to Java 8. */
    private void addJava(Path real) throws IOException {
        Path home = HostRoot.parent(HostRoot.parent(real));
        boolean java = HostRoot.name(HostRoot.parent(real)).equals("bin")
                && (root.stat(home.resolve("lib/modules")).isPresent()
                        || root.stat(home.resolve("lib/rt.jar")).isPresent());
        if (java && !HostRoot.isShared(home)) {
            trees.add(home, NOT_TO_RUN_JAVA);
        }
    }
}
