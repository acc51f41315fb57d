package dev.skiff.build.copy;

import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.RawPath;
import java.util.Optional;

/**
 * One file of a {@link SourceTree}.
 *
 * @param metadata as the image is to have it: a file of the context is root's, whoever has it on the host
 * @param linkTarget of a symbolic link, byte for byte
 * @param inode equal for the names of one file; empty for a file with one name
 * @param seen what its tree, and nobody else, knows of it
 */
public record SourceFile(
        RawPath path,
        FileMetadata metadata,
        Optional<byte[]> linkTarget,
        Optional<Object> inode,
        Optional<Object> seen) {
    /** One of a tree that knows no more. */
    public SourceFile(RawPath path, FileMetadata metadata, Optional<byte[]> linkTarget, Optional<Object> inode) {
        this(path, metadata, linkTarget, inode, Optional.empty());
    }

    public boolean isDirectory() {
        return metadata.isDirectory();
    }
}
