package dev.skiff.layer;

import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.FileTree;
import dev.skiff.linux.RawPath;
import dev.skiff.linux.TreeEntry;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Reads what overlayfs has gathered in an upper directory, as the entries of a layer; contents are not looked at. */
final class LayerScanner {
    private final FileTree files;
    private final OverlayForm form;
    private final Set<RawPath> excluded;
    private final NavigableMap<RawPath, LayerEntry> entries = new TreeMap<>();
    private final Map<RawPath, Inode> inodes = new HashMap<>();

    /** What the names of one file have in common. */
    private record Inode(long device, long number) {}

    private LayerScanner(FileTree files, OverlayForm form, Collection<RawPath> excluded) {
        this.files = files;
        this.form = form;
        this.excluded = new HashSet<>(excluded);
    }

    /** The entries below the root, which itself is implied. What lies at or below an excluded path is passed over. */
    static LayerIndex scan(FileTree files, OverlayForm form, Collection<RawPath> excluded) throws ArchiveException {
        LayerScanner scanner = new LayerScanner(files, form, excluded);
        scanner.put(LayerEntry.implied(RawPath.ROOT));
        scanner.walk(RawPath.ROOT);
        scanner.linkNames();
        return new LayerIndex(scanner.entries);
    }

    private void walk(RawPath directory) throws ArchiveException {
        for (TreeEntry found : files.list(directory)) {
            boolean socket = found.metadata().type() == FileMetadata.S_IFSOCK; // it is nothing without its process
            if (socket || excluded.contains(found.path())) {
                continue;
            }
            put(entry(found));
            if (found.metadata().isDirectory()) {
                walk(found.path());
            } else if (found.links() > 1 && !LayerEntry.isWhiteout(found.metadata())) {
                inodes.put(found.path(), new Inode(found.device(), found.inode()));
            }
        }
    }

    private LayerEntry entry(TreeEntry found) throws ArchiveException {
        if (LayerEntry.isWhiteout(found.metadata())) {
            return LayerEntry.whiteout(found.path());
        }
        if (form.isPartial(found.metadata())) {
            throw new ArchiveException("\"" + found.path()
                    + "\" is only partly in this layer: its overlay was mounted with" + " redirect_dir or metacopy on");
        }
        FileMetadata metadata = LayerXattrs.clean(found.metadata());
        if (metadata.isDirectory()) {
            LayerEntry directory = LayerEntry.directory(found.path(), metadata);
            return form.isOpaque(found.metadata()) ? directory.asOpaque() : directory;
        }
        Optional<byte[]> target = found.linkTarget();
        if (target.isPresent()) {
            return LayerEntry.symlink(found.path(), metadata, target.get());
        }
        return metadata.isRegular() ? LayerEntry.file(found.path(), metadata) : LayerEntry.node(found.path(), metadata);
    }

    private void put(LayerEntry entry) {
        entries.put(entry.path(), entry);
    }

    private void linkNames() {
        Map<Inode, LayerEntry> firsts = new HashMap<>();
        entries.replaceAll((path, entry) -> {
            Inode inode = inodes.get(path);
            LayerEntry first = inode == null ? null : firsts.putIfAbsent(inode, entry);
            return first == null ? entry : LayerEntry.hardLink(path, first);
        });
    }
}
