package dev.skiff.run;

import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.FileTree;
import dev.skiff.linux.LinuxHost;
import dev.skiff.linux.RawPath;
import dev.skiff.linux.TreeEntry;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * The files of a container as they are now: what it has written to its root, else the image's. They are looked at from
 * inside the directory that holds them, so no link of the container's leads out of it; links that it has made itself are
 * nothing here.
 */
final class WrittenFiles implements ImageFiles {
    private final LinuxHost kernel;
    private final WritableLayer written;
    private final ImageFiles image;

    WrittenFiles(LinuxHost kernel, WritableLayer written, ImageFiles image) {
        this.kernel = kernel;
        this.written = written;
        this.image = image;
    }

    @Override
    public Optional<byte[]> read(RawPath path, int mostBytes) throws IOException {
        try (FileTree files = kernel.tree(written.upper())) {
            Optional<TreeEntry> found = files.stat(path);
            if (found.isEmpty()) {
                return image.read(path, mostBytes);
            }
            FileMetadata metadata = found.get().metadata();
            if (metadata.type() == FileMetadata.S_IFCHR) { // a whiteout: the container has removed it
                return Optional.empty();
            }
            if (!metadata.isRegular() || metadata.size() > mostBytes) {
                throw new IOException(
                        "/" + path + " of the container is no regular file of at most " + mostBytes + " bytes");
            }
            try (InputStream in = files.read(path)) {
                return Optional.of(in.readNBytes(mostBytes));
            }
        }
    }
}
