package dev.skiff.build.copy;

import dev.skiff.build.copy.LayerPlan.ConflictException;
import dev.skiff.layer.LayerEntry;
import dev.skiff.layer.LayerIndex;
import dev.skiff.layer.LayerStack;
import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.FileTree;
import dev.skiff.linux.RawPath;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Decides where the members of an archive go that ADD unpacks: below the destination, with their own mode, owner and time, and over
 * whatever is there. Directories that the archive only implies are followed if they are links in the image.
 */
public final class ArchivePlanner {
    private final LayerPlan plan;
    private final Optional<Owner> owner;

    public ArchivePlanner(LayerPlan plan, Optional<Owner> owner) {
        this.plan = plan;
        this.owner = owner;
    }

    /**
     * Plans the members.
     *
     * @param archive what is in it
     * @param files where it has been unpacked to
     * @param target an absolute path without links, a directory or nothing yet
     */
    public void place(LayerIndex archive, FileTree files, RawPath target) throws ConflictException {
        plan.makeDirectories(target, owner.orElse(Owner.ROOT));
        StackTree tree = new StackTree(new LayerStack(List.of(archive)), (layer, path) -> files.read(path));
        Map<RawPath, RawPath> directories = new HashMap<>();
        directories.put(RawPath.ROOT, target);
        for (LayerEntry entry : archive.entries()) {
            if (entry.path().isRoot()) {
                continue;
            }
            RawPath parent =
                    Objects.requireNonNull(directories.get(entry.path().parent()), "listed before what is in it");
            RawPath path = parent.resolve(entry.path().name());
            if (entry.isDirectory()) {
                directories.put(entry.path(), placeDirectory(entry, path));
            } else if (entry.isWhiteout()) {
                plan.delete(path);
            } else {
                placeFile(entry, path, tree, archive);
            }
        }
    }

    private RawPath placeDirectory(LayerEntry entry, RawPath path) throws ConflictException {
        RawPath placed = entry.implied() ? plan.follow(path) : path;
        if (entry.opaque()) {
            plan.deleteBelow(placed);
        }
        if (entry.implied()) {
            plan.makeDirectories(placed, owner.orElse(Owner.ROOT));
        } else {
            plan.put(LayerEntry.directory(placed, owned(entry)));
        }
        return placed;
    }

    private void placeFile(LayerEntry entry, RawPath path, StackTree tree, LayerIndex copy) {
        FileMetadata metadata = owned(entry);
        if (metadata.isRegular()) {
            plan.put(
                    LayerEntry.file(path, metadata),
                    tree,
                    tree.find(entry.path()).orElseThrow(),
                    copy);
        } else {
            plan.put(
                    entry.linkTarget().isPresent()
                            ? LayerEntry.symlink(
                                    path, metadata, entry.linkTarget().get())
                            : LayerEntry.node(path, metadata));
        }
    }

    private FileMetadata owned(LayerEntry entry) {
        return owner.map(to -> entry.metadata().withOwner(to.uid(), to.gid())).orElse(entry.metadata());
    }
}
