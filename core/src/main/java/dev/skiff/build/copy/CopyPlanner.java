package dev.skiff.build.copy;

import dev.skiff.build.copy.LayerPlan.ConflictException;
import dev.skiff.layer.LayerEntry;
import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.RawPath;
import java.util.Optional;

/**
 * Decides where each file of a COPY goes and what it is like there, by the rules of the reference: a directory gives its
 * contents, the destination's links are followed within the image, what is made on the way is root's with mode 0755, and a
 * destination that exists keeps its own mode and owner while the directories in it take those of the source.
 */
public final class CopyPlanner {
    private static final int NEW_DIRECTORY = 0755;

    private final LayerPlan plan;
    private final Optional<Owner> owner;
    private final Optional<ModeChange> chmod;

    /**
     * @param owner {@code --chown}: of all that is copied or made on the way
     * @param chmod {@code --chmod}: of files and directories alike
     */
    public CopyPlanner(LayerPlan plan, Optional<Owner> owner, Optional<ModeChange> chmod) {
        this.plan = plan;
        this.owner = owner;
        this.chmod = chmod;
    }

    /**
     * Plans the copy of one file or directory.
     *
     * @param destination absolute
     * @param isDirectory whether it was written with a slash at its end
     */
    public void copy(Selection source, RawPath destination, boolean isDirectory) throws ConflictException {
        RawPath target = plan.follow(destination);
        if (isDirectory || source.top().isDirectory()) {
            makeDirectories(target);
        }
        if (source.top().isDirectory()) {
            for (SourceFile file : source.below()) {
                place(source, file, target.resolve(source.relative(file)));
            }
            return;
        }
        if (plan.isDirectory(target)) {
            target = target.resolve(source.name());
        }
        makeDirectories(target.parent());
        place(source, source.top(), target);
    }

    private void makeDirectories(RawPath path) throws ConflictException {
        plan.makeDirectories(
                path,
                owner.orElse(Owner.ROOT),
                chmod.map(ModeChange::ofNewDirectory).orElse(NEW_DIRECTORY));
    }

    private void place(Selection source, SourceFile file, RawPath target) throws ConflictException {
        FileMetadata metadata = changed(file.metadata());
        boolean ontoDirectory = plan.isDirectory(target);
        if (file.isDirectory()) {
            if (!ontoDirectory && plan.find(target).isPresent()) {
                throw new ConflictException("cannot copy to non-directory: /" + target);
            }
            plan.put(LayerEntry.directory(target, metadata));
            return;
        }
        if (ontoDirectory) {
            throw new ConflictException("cannot replace to directory /" + target + " with file");
        }
        if (metadata.isRegular()) {
            plan.put(LayerEntry.file(target, metadata), source.tree(), file, source.copy());
        } else {
            plan.put(
                    file.linkTarget().isPresent()
                            ? LayerEntry.symlink(
                                    target, metadata, file.linkTarget().get())
                            : LayerEntry.node(target, metadata));
        }
    }

    private FileMetadata changed(FileMetadata metadata) {
        FileMetadata owned =
                owner.map(to -> metadata.withOwner(to.uid(), to.gid())).orElse(metadata);
        return chmod.isEmpty() || metadata.isSymlink()
                ? owned
                : owned.withPermissions(chmod.get().apply(metadata.permissions(), metadata.isDirectory()));
    }
}
