package dev.skiff.build;

import dev.skiff.layer.LayerEntry;
import dev.skiff.layer.LayerIndex;
import dev.skiff.layer.LayerStack;
import dev.skiff.layer.Links;
import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.FileTree;
import dev.skiff.linux.RawPath;
import dev.skiff.run.MountPoints;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The empty files and directories that the mounts of a step need and its root does not have. They are a layer of their own on
 * top of the root's, with the directories above them as the root has them: so nothing is to be removed from what the step leaves,
 * and a mount point that a layer of the image has deleted is there all the same.
 */
final class MountStubs {
    private static final FileMetadata DIRECTORY = FileMetadata.directory(0755);
    private static final FileMetadata FILE = FileMetadata.regular(0644, 0);

    private final LayerStack root;
    private final NavigableMap<RawPath, FileMetadata> stubs = new TreeMap<>();
    private boolean missing;

    /** For a root of these layers, and for what is mounted in every container. */
    MountStubs(LayerStack layers) {
        List<LayerIndex> all = new ArrayList<>();
        all.add(MountPoints.index());
        all.addAll(layers.layers());
        this.root = new LayerStack(all);
        MountPoints.index().entries().stream()
                .filter(entry -> !entry.path().isRoot())
                .forEach(entry -> addReal(entry.path(), !entry.isDirectory()));
    }

    boolean isEmpty() {
        return !missing;
    }

    /** A place for a mount, whatever links its path goes through. */
    void add(String destination, boolean file) {
        Links.follow(RawPath.of(destination), this::targetAt).ifPresent(path -> addReal(path, file));
    }

    private Optional<byte[]> targetAt(RawPath path) {
        return root.find(path).flatMap(found -> found.entry().linkTarget());
    }

    private void addReal(RawPath path, boolean file) {
        if (path.isRoot() || stubs.containsKey(path) || root.find(path).isPresent() || isBelowFile(path)) {
            return;
        }
        addParents(path.parent());
        stubs.put(path, file ? FILE : DIRECTORY);
        missing = true;
    }

    /** Then there can be no such place, as the kernel will say. */
    private boolean isBelowFile(RawPath path) {
        for (RawPath above = path.parent(); !above.isRoot(); above = above.parent()) {
            if (root.find(above).filter(found -> !found.entry().isDirectory()).isPresent()) {
                return true;
            }
        }
        return false;
    }

    private void addParents(RawPath path) {
        if (path.isRoot() || stubs.containsKey(path)) {
            return;
        }
        addParents(path.parent());
        stubs.put(
                path,
                root.find(path)
                        .map(LayerStack.Found::entry)
                        .filter(LayerEntry::isDirectory)
                        .map(LayerEntry::metadata)
                        .orElse(DIRECTORY));
    }

    /** Writes them below a directory of that name, which is made. */
    void write(FileTree tree, RawPath name) throws IOException {
        tree.makeDirectory(name, DIRECTORY);
        for (Map.Entry<RawPath, FileMetadata> stub : stubs.entrySet()) {
            RawPath place = name.resolve(stub.getKey());
            if (stub.getValue().isDirectory()) {
                tree.makeDirectory(place, stub.getValue());
            } else {
                tree.writeFile(place, stub.getValue(), InputStream.nullInputStream());
            }
        }
        for (Map.Entry<RawPath, FileMetadata> stub : stubs.descendingMap().entrySet()) {
            if (stub.getValue().isDirectory()) {
                tree.setMetadata(name.resolve(stub.getKey()), stub.getValue()); // children have changed its time
            }
        }
    }
}
