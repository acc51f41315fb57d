package dev.skiff.linux;

import java.nio.file.Path;
import java.util.List;

/** What a container's root is made of. All paths are absolute. */
public sealed interface RootFilesystem {
    /**
     * Directories laid over each other by overlayfs: what the container writes goes to {@code upper}, the others stay as they are.
     *
     * @param lowers from the bottom up, at least one
     * @param upper what is written, and what is removed as a whiteout
     * @param work an empty directory on the same file system as {@code upper}
     * @param mountPoint an empty directory to mount on, seen by the container alone
     * @param idMapped whether the ids of all these directories are those inside of the container's own user namespace, which the
     *     specification maps; without, they are the host's. They lie in one mount then, which only the host's root can have mapped
     */
    record Overlay(List<Path> lowers, Path upper, Path work, Path mountPoint, boolean idMapped)
            implements RootFilesystem {
        /** How many the kernel takes. */
        private static final int MOST_LOWERS = 500;

        /** One whose ids are the host's. */
        public Overlay(List<Path> lowers, Path upper, Path work, Path mountPoint) {
            this(lowers, upper, work, mountPoint, false);
        }

        public Overlay {
            lowers = List.copyOf(lowers);
            if (lowers.isEmpty() || lowers.size() > MOST_LOWERS) {
                throw new IllegalArgumentException(
                        "an overlay has 1 to " + MOST_LOWERS + " lower directories, not " + lowers.size());
            }
        }
    }

    /**
     * An overlay to look at: nothing is written to it.
     *
     * @param lowers at least two, from bottom to top
     * @param mountPoint an empty directory to mount on, seen by nobody else
     */
    record View(List<Path> lowers, Path mountPoint) implements RootFilesystem {
        public View {
            lowers = List.copyOf(lowers);
            if (lowers.size() < 2 || lowers.size() > Overlay.MOST_LOWERS) {
                throw new IllegalArgumentException(
                        "a view has 2 to " + Overlay.MOST_LOWERS + " directories, not " + lowers.size());
            }
        }
    }

    /** One directory, written to as it is: the {@code root.path} of an OCI bundle. */
    record Directory(Path path) implements RootFilesystem {}
}
