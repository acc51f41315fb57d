package dev.skiff.run;

import dev.skiff.linux.FileTree;
import dev.skiff.linux.LinuxHost;
import dev.skiff.linux.RawPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A path of the host as a place in a tree: the nearest directory above it that is there, and the way from there.
 *
 * @param directory without a link in it
 * @param path below it; the root if the path itself is a directory
 */
record HostPlace(Path directory, RawPath path) {
    /** Links to something that is there are followed, as the JDK follows them. */
    static HostPlace of(Path path) throws IOException {
        Path absolute = path.toAbsolutePath().normalize();
        Path above = Files.exists(absolute) ? absolute.toRealPath() : absolute;
        RawPath below = RawPath.ROOT;
        while (!Files.isDirectory(above)) {
            Path parent = above.getParent();
            if (parent == null) {
                throw new IOException("no directory above " + path);
            }
            below = RawPath.of(above.getFileName().toString()).resolve(below);
            above = Files.exists(parent) ? parent.toRealPath() : parent;
        }
        return new HostPlace(above, below);
    }

    FileTree open(LinuxHost kernel) {
        return kernel.tree(directory);
    }
}
