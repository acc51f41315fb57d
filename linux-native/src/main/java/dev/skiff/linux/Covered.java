package dev.skiff.linux;

import dev.skiff.linux.container.CoveredFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads what is in a root below the mount points of file systems that begin with what they cover. */
final class Covered {
    private static final int MOST_FILES = 2000;
    private static final long MOST_BYTES = 16 << 20;

    private final FileTree tree;
    private final String destination;
    private final List<CoveredFile> files = new ArrayList<>();
    private long bytes;

    private Covered(FileTree tree, String destination) {
        this.tree = tree;
        this.destination = destination;
    }

    /** By the mount points; those that are not there have nothing. */
    static Map<String, List<CoveredFile>> read(LinuxHost host, RootFilesystem root, List<String> destinations) {
        Map<String, List<CoveredFile>> all = new LinkedHashMap<>();
        if (!destinations.isEmpty()) {
            try (FileTree tree = open(host, root)) {
                destinations.forEach(destination -> all.put(destination, new Covered(tree, destination).read()));
            }
        }
        return all;
    }

    private static FileTree open(LinuxHost host, RootFilesystem root) {
        if (root instanceof RootFilesystem.Overlay overlay) {
            List<Path> layers = new ArrayList<>(overlay.lowers());
            layers.add(overlay.upper());
            return host.tree(new RootFilesystem.View(layers, overlay.mountPoint()));
        }
        if (root instanceof RootFilesystem.Directory directory) {
            return host.tree(directory.path());
        }
        throw new IllegalArgumentException("a root that is only looked at has nothing mounted on it");
    }

    private List<CoveredFile> read() {
        RawPath top = RawPath.of(destination);
        Optional<TreeEntry> there = tree.stat(top);
        if (there.isEmpty()) {
            return List.of();
        }
        if (!there.get().metadata().isDirectory()) {
            throw new IllegalArgumentException("mount " + destination
                    + ": to begin with what is there (tmpcopyup), that must be a directory, and no link to one");
        }
        add(top, there.get());
        return List.copyOf(files);
    }

    private void add(RawPath top, TreeEntry entry) {
        FileMetadata metadata = entry.metadata();
        bytes += metadata.isRegular() ? metadata.size() : 0;
        if (files.size() >= MOST_FILES || bytes > MOST_BYTES) {
            throw new IllegalArgumentException("mount " + destination + ": a tmpfs begins with at most " + MOST_FILES
                    + " files of " + MOST_BYTES + " bytes (tmpcopyup)");
        }
        byte[] whole = entry.path().bytes();
        int start = Math.min(whole.length, top.isRoot() ? 0 : top.length() + 1);
        files.add(new CoveredFile(
                RawPath.ofBytes(Arrays.copyOfRange(whole, start, whole.length)),
                metadata,
                metadata.isRegular() ? Optional.of(content(entry.path())) : entry.linkTarget()));
        if (metadata.isDirectory()) {
            tree.list(entry.path()).forEach(below -> add(top, below));
        }
    }

    private byte[] content(RawPath file) {
        try (InputStream in = tree.read(file)) {
            return in.readNBytes((int) MOST_BYTES);
        } catch (IOException e) {
            throw new UncheckedIOException("read " + file + " to begin the mount on " + destination + " with it", e);
        }
    }
}
