package dev.skiff.store;

import dev.skiff.layer.OverlayForm;
import dev.skiff.linux.FileTree;
import java.nio.file.Path;

/** What the store needs of the kernel: to work in directories whose files belong to others, and cannot lead out. */
public interface LayerHost {
    /** The directory, worked on from inside. */
    FileTree tree(Path directory);

    /** Removes a directory with all below it, whoever owns that. Nothing there is fine. */
    void removeTree(Path directory);

    /** Ends what processes that died have left of those that they started here. */
    void endOrphans();

    /** How overlayfs keeps its marks here. */
    OverlayForm overlayForm();
}
