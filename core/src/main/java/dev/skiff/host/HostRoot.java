package dev.skiff.host;

import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.RawPath;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The host's files by their absolute paths, which are also their paths in the image. The root is {@code /} except in tests:
 * an absolute link is followed from this root, and so a directory can stand for a host.
 */
final class HostRoot {
    static final Path TOP = Path.of("/");

    /** As many links as the kernel follows before it says ELOOP (path_resolution(7)). */
    private static final int MOST_LINKS = 40;

    private static final String ATTRIBUTES = "unix:mode,size,lastModifiedTime,dev,ino,ctime";

    private final Path root;

    HostRoot(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    /** Where a file really is, and the links that lead there, each by its own real path. */
    record Trail(List<Path> links, Path target) {}

    /** What stat(2) says; a file of which nothing here differs is taken to be the same file with the same content. */
    record Stat(FileMetadata metadata, long device, long inode, FileTime changed) {}

    Path onDisk(Path path) {
        return root.resolve(TOP.relativize(path));
    }

    /** Follows links as the kernel does; empty when the path ends nowhere, in a loop, or where the user may not look. */
    Optional<Trail> follow(Path path) throws IOException {
        List<Path> links = new ArrayList<>();
        Deque<Path> todo = new ArrayDeque<>();
        path.forEach(todo::add);
        Path at = TOP;
        while (!todo.isEmpty()) {
            Path name = todo.pop();
            if (name.toString().isEmpty() || name.toString().equals(".")) {
                continue;
            }
            if (name.toString().equals("..")) {
                at = parent(at);
                continue;
            }
            Path next = at.resolve(name);
            Optional<Stat> stat = stat(next);
            if (stat.isEmpty() || links.size() > MOST_LINKS) {
                return Optional.empty();
            }
            if (stat.get().metadata().isSymlink()) {
                links.add(next);
                Path target = linkTarget(next);
                at = target.isAbsolute() ? TOP : at;
                pushAll(todo, target);
            } else {
                at = next;
            }
        }
        return Optional.of(new Trail(links, at));
    }

    private static void pushAll(Deque<Path> todo, Path target) {
        List<Path> names = new ArrayList<>();
        target.forEach(names::add);
        Collections.reverse(names);
        names.forEach(todo::push);
    }

    static Path parent(Path path) {
        Path parent = path.getParent();
        return parent == null ? TOP : parent;
    }

    /** The last component as text; of the top, the empty text. */
    static String name(Path path) {
        Path name = path.getFileName();
        return name == null ? "" : name.toString();
    }

    /** What is there, itself and not what a link points to; empty when there is nothing or the user may not look. */
    Optional<Stat> stat(Path path) throws IOException {
        try {
            return Optional.of(statOnDisk(onDisk(path)));
        } catch (FileSystemException notToBeSeen) { // missing, a file among the parents, or a closed directory
            return Optional.empty();
        }
    }

    static Stat statOnDisk(Path path) throws IOException {
        Map<String, Object> found = Files.readAttributes(path, ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
        Instant modified = attribute(found, "lastModifiedTime", FileTime.class).toInstant();
        FileMetadata metadata = FileMetadata.of(
                        attribute(found, "mode", Integer.class), attribute(found, "size", Long.class))
                .withMtime(modified.getEpochSecond(), modified.getNano());
        return new Stat(
                metadata,
                attribute(found, "dev", Long.class),
                attribute(found, "ino", Long.class),
                attribute(found, "ctime", FileTime.class));
    }

    private static <T> T attribute(Map<String, Object> found, String name, Class<T> type) {
        return type.cast(Objects.requireNonNull(found.get(name), name));
    }

    boolean isDirectory(Path path) {
        try {
            Optional<Trail> trail = follow(path);
            return trail.isPresent() && Files.isDirectory(onDisk(trail.get().target()), LinkOption.NOFOLLOW_LINKS);
        } catch (IOException unreadable) {
            return false;
        }
    }

    boolean isRegular(Path real) {
        return Files.isRegularFile(onDisk(real), LinkOption.NOFOLLOW_LINKS);
    }

    boolean isReadable(Path real) {
        return Files.isReadable(onDisk(real));
    }

    boolean isExecutable(Path real) {
        return isRegular(real) && Files.isExecutable(onDisk(real));
    }

    Path linkTarget(Path link) throws IOException {
        return Files.readSymbolicLink(onDisk(link));
    }

    /** What a directory holds, in the order of the names. */
    List<Path> list(Path directory) throws IOException {
        try (Stream<Path> names = Files.list(onDisk(directory))) {
            return names.map(Path::getFileName).map(directory::resolve).sorted().toList();
        }
    }

    /** The lines of a configuration file, without comments; none when it is not there or cannot be read. */
    List<String> lines(Path path) throws IOException {
        Optional<Trail> trail = follow(path);
        if (trail.isEmpty()
                || !isRegular(trail.get().target())
                || !isReadable(trail.get().target())) {
            return List.of();
        }
        String text = Files.readString(onDisk(trail.get().target()), StandardCharsets.ISO_8859_1);
        return text.lines()
                .map(line -> line.replaceFirst("#.*", "").strip())
                .filter(line -> !line.isEmpty())
                .toList();
    }

    /**
     * Whether a directory is more than one program's own: taking all of it would copy a home or half a system.
     */
    static boolean isShared(Path directory) {
        Path parent = parent(directory);
        return directory.getNameCount() < 2
                || directory.equals(Path.of(System.getProperty("user.home")))
                || List.of("/usr", "/usr/local", "/home", "/var", "/etc").contains(parent.toString());
    }

    static RawPath raw(Path path) {
        return RawPath.ofBytes(bytes(path));
    }

    /** The path's own bytes, as they are on the host, whatever the JVM's encoding of file names is. */
    static byte[] bytes(Path path) {
        String text = path.toString();
        if (text.chars().allMatch(c -> c < 0x80)) {
            return text.getBytes(StandardCharsets.US_ASCII);
        }
        // The one accessor that gives bytes and not text; it makes the path absolute, and ends a directory in a slash.
        byte[] bytes = unescape(TOP.resolve(path).toUri().getRawPath());
        int from = path.isAbsolute() ? 0 : 1;
        int to = bytes[bytes.length - 1] == '/' ? bytes.length - 1 : bytes.length;
        return Arrays.copyOfRange(bytes, from, to);
    }

    private static byte[] unescape(String uriPath) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < uriPath.length(); i++) {
            char c = uriPath.charAt(i);
            if (c == '%') {
                bytes.write(Integer.parseInt(uriPath.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                bytes.write(c);
            }
        }
        return bytes.toByteArray();
    }
}
