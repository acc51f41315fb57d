package dev.skiff.linux;

import java.util.Optional;

/**
 * One file as a {@link FileTree} found it.
 *
 * @param device and {@code inode} together tell hard links of one file
 * @param links how many names the file has
 * @param linkTarget what a symbolic link says, byte for byte
 */
public record TreeEntry(
        RawPath path, FileMetadata metadata, long device, long inode, long links, Optional<byte[]> linkTarget) {}
