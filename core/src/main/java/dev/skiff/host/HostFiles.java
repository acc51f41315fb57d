package dev.skiff.host;

import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.RawPath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** The files that go into the image, each with the directories and links that lead to it. */
final class HostFiles {
    private static final int EXECUTABLE_BY_ANYONE = 0111;

    private final HostRoot root;
    private final NavigableMap<RawPath, HostEntry> entries = new TreeMap<>();
    private final TreeSet<String> omitted = new TreeSet<>();

    HostFiles(HostRoot root) {
        this.root = root;
    }

    /** In the order of their paths, and so every directory before what it holds. */
    List<HostEntry> entries() {
        return List.copyOf(entries.values());
    }

    boolean has(Path path) {
        return entries.containsKey(HostRoot.raw(path));
    }

    /** What was left out that a program might miss, in words. */
    List<String> omitted() {
        return List.copyOf(omitted);
    }

    void omit(String what) {
        omitted.add(what);
    }

    /**
     * Adds a file or an empty directory, and each link on the way. Returns where it really is; empty, and nothing added,
     * when it is not there, is neither file nor directory, or may not be read.
     */
    Optional<Path> add(Path path) throws IOException {
        Optional<HostRoot.Trail> trail = root.follow(path);
        if (trail.isEmpty() || !addReal(trail.get().target())) {
            return Optional.empty();
        }
        for (Path link : trail.get().links()) {
            addLink(link);
        }
        return Optional.of(trail.get().target());
    }

    /** Adds what is at a path that no link leads to; says whether it could. */
    boolean addReal(Path real) throws IOException {
        Optional<HostRoot.Stat> stat = root.stat(real);
        return stat.isPresent() && addReal(real, stat.get());
    }

    /** The same for a path of which it is known what is there. */
    boolean addReal(Path real, HostRoot.Stat stat) {
        FileMetadata metadata = stat.metadata();
        if (metadata.isDirectory()) {
            makeDirectory(real, 0755);
            return true;
        }
        if (!metadata.isRegular() || !root.isReadable(real)) {
            return false;
        }
        makeParents(real);
        int permissions = (metadata.permissions() & EXECUTABLE_BY_ANYONE) == 0 ? 0644 : 0755;
        RawPath at = HostRoot.raw(real);
        entries.put(
                at,
                new HostEntry.HostFile(
                        at,
                        metadata.withPermissions(permissions),
                        root.onDisk(real),
                        stat.device(),
                        stat.inode(),
                        stat.changed()));
        return true;
    }

    /** Adds a link of the host as it is. */
    void addLink(Path link) throws IOException {
        makeLink(link, root.linkTarget(link));
    }

    void makeLink(Path link, Path target) {
        makeParents(link);
        RawPath at = HostRoot.raw(link);
        entries.put(at, new HostEntry.Link(at, FileMetadata.symlink().withSize(HostRoot.bytes(target).length), target));
    }

    /**
     * Makes a directory, at the epoch: what else the host has in it, and so its time there, is not the image's. One that is
     * there already opens up to the wider mode, and a link that the host has in its place stays.
     */
    void makeDirectory(Path path, int permissions) {
        makeParents(path);
        RawPath at = HostRoot.raw(path);
        if (at.isRoot()) {
            return; // the root of a layer is the unpacker's
        }
        HostEntry there = entries.get(at);
        if (there == null) {
            entries.put(at, new HostEntry.Directory(at, FileMetadata.directory(permissions)));
        } else if (there instanceof HostEntry.Directory directory) {
            int both = directory.metadata().permissions() | permissions;
            entries.put(at, new HostEntry.Directory(at, FileMetadata.directory(both)));
        }
    }

    /** Makes a file that is not the host's. */
    void makeFile(Path path, byte[] content) {
        makeParents(path);
        RawPath at = HostRoot.raw(path);
        entries.put(at, new HostEntry.Generated(at, content));
    }

    private void makeParents(Path path) {
        Path parent = path.getParent();
        if (parent != null && !entries.containsKey(HostRoot.raw(parent))) {
            makeDirectory(parent, 0755);
        }
    }
}
