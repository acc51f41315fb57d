package dev.skiff.run;

import dev.skiff.SkiffException;
import dev.skiff.layer.Links;
import dev.skiff.linux.ContainerStateException;
import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.FileTree;
import dev.skiff.linux.LinuxHost;
import dev.skiff.linux.RawPath;
import dev.skiff.linux.SyscallException;
import dev.skiff.linux.TreeEntry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Copies between a container and the host, where {@code docker cp} would put things: a file or directory goes into a directory
 * that is there, else it gets the name that was given. What is copied belongs to root on the other side.
 */
final class CopyFiles {
    private static final int SET_ID_BITS = 06000;
    private static final SortedMap<String, byte[]> NO_ATTRIBUTES = new TreeMap<>();

    private final String who;
    private final LinuxHost kernel;
    private final Inside.Remains running;
    private final Inside.Remains files;

    /**
     * @param running the files of the container while it runs, to be closed by whoever opens them
     * @param files the same, or what it has left
     */
    CopyFiles(String who, LinuxHost kernel, Inside.Remains running, Inside.Remains files) {
        this.who = who;
        this.kernel = kernel;
        this.running = running;
        this.files = files;
    }

    /** @param source a link to something is followed */
    void into(Path source, String destination) {
        String what = "copy " + source + " to " + destination + " of " + who;
        try {
            HostPlace place = HostPlace.of(source);
            try (FileTree host = place.open(kernel);
                    FileTree container = running.open()) {
                TreeEntry found =
                        host.stat(place.path()).orElseThrow(() -> new IOException("this host has no " + source));
                boolean contents = source.endsWith(".");
                RawPath target = target(container, destination, found, name(source, contents));
                new TreeCopy(host, container, CopyFiles::ofRoot).copy(found, target);
            }
        } catch (IOException | SyscallException | ContainerStateException e) {
            throw new SkiffException(what + ": " + e.getMessage(), e);
        }
    }

    /**
     * Set-user-id bits stay behind: on the host the file would be root's, with a stranger's content.
     *
     * @param source a link is followed, inside the container
     */
    void outOf(String source, Path destination) {
        String what = "copy " + source + " of " + who + " to " + destination;
        try {
            HostPlace place = HostPlace.of(destination);
            try (FileTree container = files.open();
                    FileTree host = place.open(kernel)) {
                RawPath path = follow(container, source);
                TreeEntry found = container
                        .stat(path)
                        .orElseThrow(() -> new IOException("there is no " + source + " in the container"));
                boolean contents = source.endsWith("/.") || path.isRoot();
                RawPath name = contents ? RawPath.ROOT : RawPath.of(source).name();
                RawPath target = place.path().isRoot() ? name : place.path();
                new TreeCopy(container, host, CopyFiles::harmless).copy(found, target);
            }
        } catch (IOException | SyscallException | ContainerStateException e) {
            throw new SkiffException(what + ": " + e.getMessage(), e);
        }
    }

    private static RawPath name(Path source, boolean contents) {
        Path name = source.toAbsolutePath().normalize().getFileName();
        return contents || name == null ? RawPath.ROOT : RawPath.of(name.toString());
    }

    private static RawPath target(FileTree container, String destination, TreeEntry source, RawPath name)
            throws IOException {
        if (!destination.startsWith("/")) {
            throw new IOException("the path in the container must be absolute");
        }
        RawPath path = follow(container, destination);
        Optional<TreeEntry> there = container.stat(path);
        boolean directory = there.filter(is -> is.metadata().isDirectory()).isPresent();
        boolean asked = destination.endsWith("/") && !source.metadata().isDirectory();
        return directory || asked ? path.resolve(name) : path;
    }

    private static RawPath follow(FileTree container, String path) throws IOException {
        return Links.follow(RawPath.of(path), at -> container.stat(at).flatMap(TreeEntry::linkTarget))
                .orElseThrow(() -> new IOException(path + " leads through too many links"));
    }

    private static FileMetadata ofRoot(FileMetadata metadata) {
        return metadata.withOwner(0, 0).withXattrs(NO_ATTRIBUTES);
    }

    private static FileMetadata harmless(FileMetadata metadata) {
        return ofRoot(metadata).withPermissions(metadata.permissions() & ~SET_ID_BITS);
    }
}
