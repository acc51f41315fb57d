package dev.skiff.linux;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * A directory of the host, worked on from inside: whoever carries out these calls has it as the root of its world, so no
 * link, {@code ..} or race below it leads out. It is how Skiff unpacks layers and looks at what containers leave.
 *
 * <p>Writing calls are queued; what fails surfaces at a later call, at the latest in {@link #flush()}, as a
 * {@link SyscallException} that names the path. Parents are resolved below the root, and made with mode 0755 and owner
 * 0:0 where missing; the last component is never followed. A file that is there already is replaced; a directory that is
 * there already is kept when a directory is asked for. The root itself can only be a directory: making it anything else is
 * an {@link IllegalArgumentException}, as is metadata of another type than what is made. Once something queued has failed,
 * nothing but {@link #close} works. One thread at a time; only {@link #close} may come from another one.
 */
public interface FileTree extends AutoCloseable {
    void makeDirectory(RawPath path, FileMetadata metadata);

    /** Writes exactly {@code metadata.size()} bytes of {@code content}; an earlier end is an {@link java.io.EOFException}. */
    void writeFile(RawPath path, FileMetadata metadata, InputStream content) throws IOException;

    void makeSymlink(RawPath path, byte[] target, FileMetadata metadata);

    /** Another name for a file; {@code existing} is not followed when it is a link. */
    void makeHardLink(RawPath path, RawPath existing);

    /** The same for files of one directory, by their names: what is made lies in another directory, which is there as well. */
    default void makeHardLinks(RawPath directory, RawPath existing, List<RawPath> names) {
        names.forEach(name -> makeHardLink(directory.resolve(name), existing.resolve(name)));
    }

    /** A FIFO, a socket, a device, or overlayfs's whiteout (character device 0:0), as the type bits of the mode say. */
    void makeNode(RawPath path, FileMetadata metadata);

    /** Whether {@link #makeNode} can make devices here; FIFOs and whiteouts it always can. */
    boolean canMakeDevices();

    /** Removes what is there with all below it; nothing there is fine. The root stays, empty. */
    void remove(RawPath path);

    /** Sets owner, mode, times and the given xattrs of what is there, which has to be of the same type. */
    void setMetadata(RawPath path, FileMetadata metadata);

    /** Waits until all that was asked for is done. */
    void flush();

    /** What is there, itself and not what a link points to. */
    Optional<TreeEntry> stat(RawPath path);

    /** What a directory holds, in the order of the names. The directory itself may not be named through a link. */
    List<TreeEntry> list(RawPath directory);

    /** The content of a regular file; anything else is an error. The stream is to be used like the tree, and closed. */
    InputStream read(RawPath file);

    /** Has the file system below the root on the disk (syncfs(2)). */
    void sync();

    /** Flushes, and lets the directory go. Closing twice is fine. */
    @Override
    void close();
}
