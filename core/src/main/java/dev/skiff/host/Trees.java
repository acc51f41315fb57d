package dev.skiff.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Takes whole directories: the packages, modules and class libraries of language runtimes. Links are kept, and what they
 * point to is taken too. Files that the user may not read are left out and said.
 */
final class Trees {
    private final HostRoot root;
    private final HostFiles files;
    private final List<Path> plugins = new ArrayList<>();
    private final Set<Path> walked = new HashSet<>();

    Trees(HostRoot root, HostFiles files) {
        this.root = root;
        this.files = files;
    }

    /** The files seen that look like libraries: a program may load them, and they may need others. */
    List<Path> plugins() {
        return List.copyOf(plugins);
    }

    /** Takes a directory with all below it, if it is there. */
    void add(Path directory) throws IOException {
        add(directory, Set.of());
    }

    /**
     * Takes a directory with all below it, if it is there.
     *
     * @param without names directly in it that are left behind
     */
    void add(Path directory, Set<String> without) throws IOException {
        Optional<Path> real = files.add(directory);
        if (real.isPresent() && root.isDirectory(real.get())) {
            walk(real.get(), without);
        }
    }

    private void walk(Path directory, Set<String> without) throws IOException {
        if (!walked.add(directory)) {
            return;
        }
        if (!Files.isReadable(root.onDisk(directory))) {
            files.omit(directory + ": may not be listed");
            return;
        }
        for (Path child : root.list(directory)) {
            if (!without.contains(HostRoot.name(child))) {
                addChild(child);
            }
        }
    }

    private void addChild(Path child) throws IOException {
        Optional<HostRoot.Stat> stat = root.stat(child);
        if (stat.isEmpty()) {
            return; // gone since it was listed
        }
        if (stat.get().metadata().isSymlink()) {
            files.addLink(child);
            addTarget(child);
        } else if (stat.get().metadata().isDirectory()) {
            files.addReal(child, stat.get());
            walk(child, Set.of());
        } else if (stat.get().metadata().isRegular()) {
            addFile(child, stat.get());
        }
    }

    private void addFile(Path file, HostRoot.Stat stat) {
        if (!files.addReal(file, stat)) {
            files.omit(file + ": may not be read");
        } else if (looksLikeLibrary(HostRoot.name(file))) {
            plugins.add(file);
        }
    }

    private static boolean looksLikeLibrary(String name) {
        return name.endsWith(".so") || name.endsWith(".node") || name.contains(".so.");
    }

    private void addTarget(Path link) throws IOException {
        Optional<HostRoot.Trail> trail = root.follow(link);
        if (trail.isEmpty()) {
            return; // a link that leads nowhere does so in the image too
        }
        Path target = trail.get().target();
        if (!root.isDirectory(target)) {
            if (files.add(link).isPresent() && looksLikeLibrary(HostRoot.name(target))) {
                plugins.add(target);
            }
        } else if (HostRoot.isShared(target)) {
            files.omit(target + ": " + link + " points to it, and it is not one package's own");
        } else {
            add(link);
        }
    }
}
