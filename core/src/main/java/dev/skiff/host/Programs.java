package dev.skiff.host;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Takes programs with what they need to start: libraries of binaries, interpreters of scripts, parts of runtimes. */
final class Programs {
    private final HostRoot root;
    private final SearchPath searchPath;
    private final HostFiles files;
    private final Libraries libraries;
    private final Runtimes runtimes;
    private final NodePackages nodePackages;

    private final Map<String, Path> found = new LinkedHashMap<>();
    private final List<String> missing = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private final Set<Path> done = new HashSet<>();

    Programs(HostRoot root, SearchPath searchPath, HostFiles files, Libraries libraries, Trees trees) {
        this.root = root;
        this.searchPath = searchPath;
        this.files = files;
        this.libraries = libraries;
        this.runtimes = new Runtimes(root, trees);
        this.nodePackages = new NodePackages(root, trees, runtimes);
    }

    /** The programs taken that were looked up, with the paths they were found by. */
    Map<String, Path> found() {
        return found;
    }

    /** What was looked for and is not on the host: names of programs, libraries and interpreters. */
    List<String> missing() {
        return missing;
    }

    /** The same in words, with who needs it. */
    List<String> problems() {
        return problems;
    }

    /** Takes a program that the user named. */
    void add(String program) throws IOException {
        lookUp(program, program + ": not found, or not to be executed");
    }

    private void lookUp(String program, String otherwise) throws IOException {
        if (found.containsKey(program)) {
            return;
        }
        Optional<Path> path = searchPath.find(program, root);
        if (path.isEmpty()) {
            miss(program, otherwise);
            return;
        }
        found.put(program, path.get());
        addFile(path.get());
    }

    private void addFile(Path path) throws IOException {
        Optional<Path> real = files.add(path);
        if (real.isEmpty()) {
            miss(path.toString(), path + ": may be executed but not read, so it cannot be copied");
        } else if (done.add(real.get())) {
            addNeeds(real.get());
        }
    }

    private void addNeeds(Path real) throws IOException {
        Optional<ElfFile> elf = libraries.parse(real);
        if (elf.isPresent()) {
            for (Libraries.Missing library : libraries.addProgram(elf.get(), real)) {
                miss(library.library(), library.library() + ": not found, and " + library.neededBy() + " needs it");
            }
            runtimes.add(real, elf);
        } else {
            Optional<Script> script = Script.read(root.onDisk(real));
            if (script.isPresent()) {
                addInterpreter(script.get(), real);
            }
        }
    }

    private void addInterpreter(Script script, Path real) throws IOException {
        Path interpreter = Path.of(script.interpreter());
        if (root.follow(interpreter).isEmpty()) {
            miss(script.interpreter(), script.interpreter() + ": not found, and it is to run the script " + real);
            return;
        }
        addFile(interpreter);
        if (script.program().isPresent()) {
            String program = script.program().get();
            lookUp(program, program + ": not found, and it is to run the script " + real);
        }
        String language = script.program().orElse(HostRoot.name(interpreter));
        if (language.equals("node") || language.equals("nodejs")) {
            nodePackages.add(real);
        }
    }

    private void miss(String what, String inWords) {
        if (!missing.contains(what)) {
            missing.add(what);
            problems.add(inWords);
        }
    }
}
