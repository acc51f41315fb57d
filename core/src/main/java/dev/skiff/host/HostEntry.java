package dev.skiff.host;

import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.RawPath;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;

/**
 * One file of the layer that holds the host's programs. All belong to root (0:0) and carry no extended attributes; modes
 * are 0755 or 0644, whatever the host's are, so that every user in the container can read them and no file gains a setuid
 * bit for an owner that it did not have.
 */
public sealed interface HostEntry {
    /** Where it is in the image. */
    RawPath path();

    FileMetadata metadata();

    record Directory(RawPath path, FileMetadata metadata) implements HostEntry {}

    /**
     * A file of the host, not read yet.
     *
     * @param source where to read it
     * @param changed the host's ctime: with device, inode, size and mtime it tells whether the content may be another
     */
    record HostFile(RawPath path, FileMetadata metadata, Path source, long device, long inode, FileTime changed)
            implements HostEntry {
        /** The content, which must be read to the end; closing fails if the host changed the file in the meantime. */
        public InputStream open() throws IOException {
            return new FilterInputStream(Files.newInputStream(source, LinkOption.NOFOLLOW_LINKS)) {
                @Override
                public void close() throws IOException {
                    super.close();
                    checkUnchanged();
                }
            };
        }

        private void checkUnchanged() throws IOException {
            HostRoot.Stat now = HostRoot.statOnDisk(source);
            if (now.device() != device || now.inode() != inode || !now.changed().equals(changed)) {
                throw new IOException(source + ": changed while an image was made of it; try again");
            }
        }
    }

    /** A symbolic link, as it is on the host or made for the image. */
    record Link(RawPath path, FileMetadata metadata, Path target) implements HostEntry {
        /** What the link says, byte for byte. */
        public byte[] targetBytes() {
            return HostRoot.bytes(target);
        }
    }

    /** A file made for the image. */
    final class Generated implements HostEntry {
        private final RawPath path;
        private final byte[] content;

        Generated(RawPath path, byte[] content) {
            this.path = path;
            this.content = content.clone();
        }

        @Override
        public RawPath path() {
            return path;
        }

        @Override
        public FileMetadata metadata() {
            return FileMetadata.regular(0644, content.length);
        }

        public byte[] content() {
            return content.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Generated file && path.equals(file.path) && Arrays.equals(content, file.content);
        }

        @Override
        public int hashCode() {
            return 31 * path.hashCode() + Arrays.hashCode(content);
        }
    }
}
