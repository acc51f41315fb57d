package dev.skiff.linux.testing;

import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.RawPath;
import dev.skiff.linux.SyscallException;
import dev.skiff.linux.TreeEntry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** A file system in memory: names, and how they are found. */
final class MemoryFiles {
    boolean synced;
    private static final int MOST_LINKS = 40;

    private final Node root = new Node(0, FileMetadata.directory(0755));
    private long inodes = 1;

    /** A file, of which there may be several names. */
    static final class Node {
        private final long inode;
        private final SortedMap<RawPath, Node> children = new TreeMap<>();
        private FileMetadata metadata;
        private byte[] content = {};
        private int links;

        private Node(long inode, FileMetadata metadata) {
            this.inode = inode;
            this.metadata = metadata;
        }

        Node withContent(byte[] newContent) {
            content = newContent;
            return this;
        }

        byte[] content() {
            return content;
        }

        FileMetadata metadata() {
            return metadata;
        }

        boolean isDirectory() {
            return metadata.isDirectory();
        }

        SortedMap<RawPath, Node> children() {
            return children;
        }

        /** Sets all but type, size and device; attributes that are not named stay. */
        void set(FileMetadata to) {
            SortedMap<String, byte[]> xattrs = new TreeMap<>(metadata.xattrs());
            xattrs.putAll(to.xattrs());
            metadata = to.withSize(metadata.size())
                    .withDevice(metadata.deviceMajor(), metadata.deviceMinor())
                    .withXattrs(xattrs);
        }

        TreeEntry entry(RawPath path) {
            Optional<byte[]> target = metadata.isSymlink() ? Optional.of(content.clone()) : Optional.empty();
            return new TreeEntry(path, metadata, 1, inode, links, target);
        }
    }

    Node create(FileMetadata metadata) {
        return new Node(inodes++, metadata);
    }

    /** What is there, itself. */
    Optional<Node> find(RawPath path) {
        if (path.isRoot()) {
            return Optional.of(root);
        }
        try {
            return Optional.ofNullable(directoryOf(path, false).children.get(path.name()));
        } catch (SyscallException e) {
            if (e.errno().equals("ENOENT") || e.errno().equals("ENOTDIR")) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** What is there, once there is a directory that it could be in. */
    Optional<Node> findMaking(RawPath path) {
        return Optional.ofNullable(directoryOf(path, true).children.get(path.name()));
    }

    /** Gives a file that name, in place of what has it; what goes may have been on the way. */
    void place(RawPath path, Node node) {
        directoryOf(path, true);
        makeWay(path, node);
        Node before = directoryOf(path, true).children.putIfAbsent(path.name(), node);
        if (before == null) {
            node.links++;
        } else if (before != node) { // the way leads through what is to be replaced
            throw MemoryFileTree.failure("openat", "write " + path, "EEXIST");
        }
    }

    /** Removes what has a name that this file is to get, unless that is the file itself. */
    void makeWay(RawPath path, Node node) {
        Optional<Node> there = find(path);
        if (there.isPresent() && there.get() != node) {
            remove(path);
        }
    }

    void remove(RawPath path) {
        if (path.isRoot()) {
            root.children.values().forEach(MemoryFiles::unlink);
            root.children.clear();
        } else if (find(path).isPresent()) {
            unlink(directoryOf(path, false).children.remove(path.name()));
        }
    }

    private static void unlink(Node node) {
        if (node != null) {
            node.links--;
            node.children.values().forEach(MemoryFiles::unlink);
        }
    }

    private Node directoryOf(RawPath path, boolean make) {
        List<Node> way = new ArrayList<>(List.of(root));
        walk(way, path.parent().bytes(), make, new int[1], path);
        return way.get(way.size() - 1);
    }

    /** Goes on from the last of {@code way}, which holds all directories from the root to there. */
    private void walk(List<Node> way, byte[] names, boolean make, int[] links, RawPath asked) {
        for (String name : new String(names, StandardCharsets.ISO_8859_1).split("/", -1)) {
            if (name.equals("..")) {
                way.subList(Math.max(1, way.size() - 1), way.size()).clear();
            } else if (!name.isEmpty() && !name.equals(".")) {
                enter(way, RawPath.ofBytes(name.getBytes(StandardCharsets.ISO_8859_1)), make, links, asked);
            }
        }
    }

    private void enter(List<Node> way, RawPath name, boolean make, int[] links, RawPath asked) {
        Node here = way.get(way.size() - 1);
        Node next = here.children.get(name);
        if (next == null && make) {
            next = create(FileMetadata.directory(0755));
            next.links = 1;
            here.children.put(name, next);
        }
        if (next == null) {
            throw MemoryFileTree.failure("openat", "write " + asked, "ENOENT");
        }
        if (next.metadata.isSymlink()) {
            if (++links[0] > MOST_LINKS) {
                throw MemoryFileTree.failure("openat", "write " + asked, "ELOOP");
            }
            if (next.content.length > 0 && next.content[0] == '/') {
                way.subList(1, way.size()).clear();
            }
            walk(way, next.content, make, links, asked);
        } else if (next.isDirectory()) {
            way.add(next);
        } else {
            throw MemoryFileTree.failure("openat", "write " + asked, "ENOTDIR");
        }
    }
}
