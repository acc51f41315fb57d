package dev.skiff.linux.container;

import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.RawPath;
import java.util.Optional;

/**
 * A file that a new tmpfs covers and begins with ({@code tmpcopyup}).
 *
 * @param path below the mount point
 * @param content of a regular file, or what a symbolic link says
 */
public record CoveredFile(RawPath path, FileMetadata metadata, Optional<byte[]> content) {}
