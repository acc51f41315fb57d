package dev.skiff.host;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Finds the shared libraries of programs as ld.so(8) would: RPATH of the file and of those that asked for it, RUNPATH,
 * then the loader's directories. What glibc opens by itself at run time comes along.
 */
final class Libraries {
    /**
     * Opened by name, not linked: name look-up (separate files before glibc 2.34, kept for old programs since) and what
     * {@code pthread_cancel} and {@code pthread_exit} unwind with.
     */
    private static final List<String> OPENED_BY_GLIBC =
            List.of("libgcc_s.so.1", "libnss_dns.so.2", "libnss_files.so.2");

    private final HostRoot root;
    private final HostFiles files;
    private final Map<Path, Optional<ElfFile>> parsed = new HashMap<>();
    private final Map<String, Loader> loaders = new HashMap<>();
    private final TreeMap<String, Path> foundByGlibc = new TreeMap<>();
    private final Set<Path> done = new HashSet<>();
    private Optional<Loader> first = Optional.empty();

    Libraries(HostRoot root, HostFiles files) {
        this.root = root;
        this.files = files;
    }

    /** A library that is not on the host, and the file that needs it. */
    record Missing(String library, Path neededBy) {}

    /** A file to be loaded, the path that it is loaded by, and the RPATHs of those that asked for it. */
    private record Load(ElfFile elf, Path path, List<Path> inherited) {}

    /** The machine of the first program; the image is for that one. */
    Optional<ElfFile.Machine> machine() {
        return first.map(Loader::machine);
    }

    /** The libraries that glibc's loader finds with no help from the file that asks: by name, the path loaded. */
    Map<String, Path> foundByGlibc() {
        return foundByGlibc;
    }

    Optional<ElfFile> parse(Path real) throws IOException {
        Optional<ElfFile> known = parsed.get(real);
        if (known == null) {
            known = ElfFile.read(root.onDisk(real));
            parsed.put(real, known);
        }
        return known;
    }

    /** Adds the loader of a program and all that it loads; returns what is not there. */
    List<Missing> addProgram(ElfFile elf, Path real) throws IOException {
        if (elf.interpreter().isEmpty()) {
            remember(new Loader(elf.machine(), false, List.of()));
            return List.of(); // static
        }
        String interpreter = elf.interpreter().get();
        if (files.add(Path.of(interpreter)).isEmpty()) {
            return List.of(new Missing(interpreter, real));
        }
        Loader loader = loaders.get(interpreter);
        if (loader == null) {
            loader = Loader.of(interpreter, elf.machine(), root);
            loaders.put(interpreter, loader);
            remember(loader);
            if (!loader.musl()) {
                addOpenedByGlibc(loader);
            }
        }
        return addNeeds(elf, real, loader);
    }

    private void remember(Loader loader) {
        if (first.isEmpty() || first.get().directories().isEmpty()) {
            first = Optional.of(loader);
        }
    }

    private void addOpenedByGlibc(Loader loader) throws IOException {
        for (String name : OPENED_BY_GLIBC) {
            Optional<Path> found = find(name, List.of(), loader);
            if (found.isPresent()) {
                Optional<ElfFile> elf = take(found.get());
                if (elf.isPresent()) {
                    addNeeds(elf.get(), found.get(), loader);
                }
            }
        }
    }

    /**
     * Adds what a plug-in needs that some program may load: a Node addon, a Python extension module. It may be there for a
     * machine that is not this one, or be content with what its program has loaded already.
     */
    List<Missing> addPlugin(Path real) throws IOException {
        Optional<ElfFile> elf = parse(real);
        if (elf.isEmpty()
                || first.isEmpty()
                || elf.get().machine() != first.get().machine()) {
            return List.of();
        }
        return addNeeds(elf.get(), real, first.get());
    }

    private List<Missing> addNeeds(ElfFile program, Path path, Loader loader) throws IOException {
        List<Missing> missing = new ArrayList<>();
        if (!done.add(path)) {
            return missing;
        }
        Map<String, Path> loaded = new HashMap<>();
        Deque<Load> queue = new ArrayDeque<>();
        queue.add(new Load(program, path, List.of()));
        while (!queue.isEmpty()) {
            Load load = queue.remove();
            List<Path> handedOn = handedOn(load, loader);
            for (String name : load.elf().needed()) {
                if (loaded.containsKey(name)) {
                    continue;
                }
                Optional<Path> found = find(name, searched(load, handedOn, loader), loader);
                Optional<ElfFile> elf = found.isEmpty() ? Optional.empty() : take(found.get());
                if (elf.isPresent()) {
                    loaded.put(name, found.get());
                    queue.add(new Load(elf.get(), found.get(), handedOn));
                } else if (!loader.musl() || !isPartOfMusl(name)) {
                    missing.add(new Missing(name, load.path()));
                }
            }
        }
        return missing;
    }

    private Optional<ElfFile> take(Path found) throws IOException {
        Optional<Path> real = files.add(found);
        if (real.isEmpty()) {
            return Optional.empty();
        }
        return parse(real.get());
    }

    /** musl is libc, libm, libpthread and so on in one, and never looks for a file of these names. */
    private static boolean isPartOfMusl(String name) {
        return name.matches("lib(c|pthread|rt|m|dl|util|xnet)\\..*");
    }

    /** The directories that a file hands on to all that it loads. */
    private static List<Path> handedOn(Load load, Loader loader) {
        boolean runpath = !load.elf().runpath().isEmpty();
        if (runpath && !loader.musl()) {
            return load.inherited(); // glibc then ignores its RPATH
        }
        List<Path> all = new ArrayList<>(
                expand(runpath ? load.elf().runpath() : load.elf().rpath(), load.path()));
        all.addAll(load.inherited());
        return all;
    }

    /** The directories where what a file needs is looked for before the loader's own. */
    private static List<Path> searched(Load load, List<Path> handedOn, Loader loader) {
        // For glibc a RUNPATH is the file's own affair, and hides every RPATH from it (ld.so(8)); musl knows one kind.
        return load.elf().runpath().isEmpty() || loader.musl()
                ? handedOn
                : expand(load.elf().runpath(), load.path());
    }

    private static List<Path> expand(List<String> directories, Path path) {
        String origin = HostRoot.parent(path).toString();
        return directories.stream()
                .map(directory -> directory.replace("${ORIGIN}", origin).replace("$ORIGIN", origin))
                .map(Path::of)
                .filter(Path::isAbsolute)
                .map(Path::normalize)
                .toList();
    }

    private Optional<Path> find(String name, List<Path> directories, Loader loader) throws IOException {
        if (name.contains("/")) {
            Path path = Path.of(name);
            return path.isAbsolute() && fits(path, loader) ? Optional.of(path) : Optional.empty();
        }
        Optional<Path> found = findIn(directories, name, loader);
        if (found.isPresent()) {
            return found;
        }
        found = findIn(loader.directories(), name, loader);
        if (found.isPresent() && !loader.musl()) {
            foundByGlibc.put(name, found.get());
        }
        return found;
    }

    private Optional<Path> findIn(List<Path> directories, String name, Loader loader) throws IOException {
        for (Path directory : directories) {
            Path candidate = directory.resolve(name);
            if (fits(candidate, loader)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    /** Loaders pass over files of another machine, and go on to the next directory. */
    private boolean fits(Path candidate, Loader loader) throws IOException {
        Optional<HostRoot.Trail> trail = root.follow(candidate);
        if (trail.isEmpty()) {
            return false;
        }
        Path real = trail.get().target();
        if (!root.isRegular(real) || !root.isReadable(real)) {
            return false;
        }
        Optional<ElfFile> elf = parse(real);
        return elf.isPresent() && elf.get().machine() == loader.machine();
    }
}
