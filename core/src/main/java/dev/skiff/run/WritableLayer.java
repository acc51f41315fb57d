package dev.skiff.run;

import java.nio.file.Path;

/**
 * Where what a container writes to its root is kept, in the form of overlayfs.
 *
 * @param upper the layer; its own mode and owner are those of the container's root directory
 * @param work an empty directory on the same file system
 */
public record WritableLayer(Path upper, Path work) {}
