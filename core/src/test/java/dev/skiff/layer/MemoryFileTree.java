package dev.skiff.layer;

import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.FileTree;
import dev.skiff.linux.RawPath;
import dev.skiff.linux.SyscallException;
import dev.skiff.linux.TreeEntry;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A {@link FileTree} without a disk, which keeps the same contract as the real one. */
public final class MemoryFileTree implements FileTree {
    private static final class Node {
        final long inode;
        FileMetadata metadata;
        byte[] content = {};
        int links = 1;
        final TreeMap<RawPath, Node> children = new TreeMap<>();

        Node(long inode, FileMetadata metadata) {
            this.inode = inode;
            this.metadata = metadata;
        }
    }

    private long inodes;
    private boolean synced;
    private final Node root = new Node(inodes++, FileMetadata.directory(0755));

    /** Whether everything has been synced since the last change. */
    public boolean synced() {
        return synced;
    }

    @Override
    public void makeDirectory(RawPath path, FileMetadata metadata) {
        if (path.isRoot()) {
            setMetadata(path, metadata);
            return;
        }
        Node parent = parentOf(path);
        Node existing = parent.children.get(path.name());
        if (existing == null || !existing.metadata.isDirectory()) {
            place(parent, path, new Node(inodes++, metadata));
        } else {
            existing.metadata = metadata;
        }
    }

    @Override
    public void writeFile(RawPath path, FileMetadata metadata, InputStream content) throws IOException {
        byte[] bytes = content.readNBytes((int) Math.min(metadata.size(), Integer.MAX_VALUE));
        if (bytes.length < metadata.size()) {
            throw new EOFException(path + " ended early");
        }
        if (content.read() >= 0) {
            throw new IllegalArgumentException(path + " has more content than its size says");
        }
        Node node = new Node(inodes++, metadata);
        node.content = bytes;
        place(parentOf(path), path, node);
    }

    @Override
    public void makeSymlink(RawPath path, byte[] target, FileMetadata metadata) {
        Node node = new Node(inodes++, metadata.withSize(target.length));
        node.content = target.clone();
        place(parentOf(path), path, node);
    }

    @Override
    public void makeHardLink(RawPath path, RawPath existing) {
        Node node = nodeAt(existing).orElseThrow(() -> failure("linkat", existing, "ENOENT"));
        if (node.metadata.isDirectory()) {
            throw failure("linkat", existing, "EPERM");
        }
        node.links++;
        place(parentOf(path), path, node);
    }

    @Override
    public void makeNode(RawPath path, FileMetadata metadata) {
        place(parentOf(path), path, new Node(inodes++, metadata));
    }

    private void place(Node parent, RawPath path, Node node) {
        synced = false;
        if (path.isRoot()) {
            throw failure("openat2", path, "EISDIR");
        }
        Node before = parent.children.put(path.name(), node);
        if (before != null) {
            before.links--;
        }
    }

    @Override
    public void remove(RawPath path) {
        synced = false;
        Node before = parentOf(path).children.remove(path.name());
        if (before != null) {
            before.links--;
        }
    }

    @Override
    public void setMetadata(RawPath path, FileMetadata metadata) {
        synced = false;
        Node node = nodeAt(path).orElseThrow(() -> failure("fchmodat2", path, "ENOENT"));
        TreeMap<String, byte[]> xattrs = new TreeMap<>(node.metadata.xattrs());
        xattrs.putAll(metadata.xattrs());
        node.metadata = metadata.withXattrs(xattrs);
    }

    @Override
    public void flush() {}

    @Override
    public Optional<TreeEntry> stat(RawPath path) {
        return nodeAt(path).map(node -> entry(path, node));
    }

    @Override
    public List<TreeEntry> list(RawPath directory) {
        Node node = nodeAt(directory).orElseThrow(() -> failure("openat2", directory, "ENOENT"));
        if (!node.metadata.isDirectory()) {
            throw failure("openat2", directory, "ENOTDIR");
        }
        List<TreeEntry> entries = new ArrayList<>();
        node.children.forEach((name, child) -> entries.add(entry(directory.resolve(name), child)));
        return entries;
    }

    private static TreeEntry entry(RawPath path, Node node) {
        Optional<byte[]> target = node.metadata.isSymlink() ? Optional.of(node.content.clone()) : Optional.empty();
        return new TreeEntry(path, node.metadata, 1, node.inode, node.links, target);
    }

    @Override
    public InputStream read(RawPath file) {
        Node node = nodeAt(file).orElseThrow(() -> failure("openat2", file, "ENOENT"));
        if (!node.metadata.isRegular()) {
            throw failure("openat2", file, "EINVAL");
        }
        return new ByteArrayInputStream(node.content);
    }

    @Override
    public boolean canMakeDevices() {
        return true;
    }

    @Override
    public void sync() {
        synced = true;
    }

    @Override
    public void close() {}

    private Optional<Node> nodeAt(RawPath path) {
        if (path.isRoot()) {
            return Optional.of(root);
        }
        return walk(path.parent().bytes(), false)
                .map(at -> at.get(at.size() - 1).children.get(path.name()));
    }

    private Node parentOf(RawPath path) {
        List<Node> at = walk(path.parent().bytes(), true).orElseThrow();
        return at.get(at.size() - 1);
    }

    private Optional<List<Node>> walk(byte[] path, boolean make) {
        List<Node> at = new ArrayList<>(List.of(root));
        return walk(at, path, make, 0) ? Optional.of(at) : Optional.empty();
    }

    /** Goes on from the last of {@code at}, which holds all directories from the root to where we are. */
    private boolean walk(List<Node> at, byte[] path, boolean make, int links) {
        if (links > 40) {
            throw failure("openat2", RawPath.ofBytes(path), "ELOOP");
        }
        for (String name : new String(path, StandardCharsets.ISO_8859_1).split("/", -1)) {
            Node here = at.get(at.size() - 1);
            if (name.equals("..")) {
                if (at.size() > 1) {
                    at.remove(at.size() - 1);
                }
            } else if (!name.isEmpty() && !name.equals(".")) {
                RawPath component = RawPath.ofBytes(name.getBytes(StandardCharsets.ISO_8859_1));
                Node next = here.children.get(component);
                if (next == null && make) {
                    next = new Node(inodes++, FileMetadata.directory(0755));
                    here.children.put(component, next);
                }
                if (next == null) {
                    return false;
                }
                if (next.metadata.isSymlink()) {
                    if (next.content.length > 0 && next.content[0] == '/') {
                        at.subList(1, at.size()).clear();
                    }
                    if (!walk(at, next.content, make, links + 1)) {
                        return false;
                    }
                } else if (next.metadata.isDirectory()) {
                    at.add(next);
                } else {
                    throw failure("openat2", component, "ENOTDIR");
                }
            }
        }
        return true;
    }

    private static SyscallException failure(String call, RawPath path, String errno) {
        return new SyscallException(call, "\"" + path + "\"", errno, "", "");
    }

    /** All files as text, one a line, for comparing whole trees. */
    public String describe() {
        return describe(this);
    }

    /** All files of a tree as text, one a line, with hard links named by the first of them. */
    public static String describe(FileTree tree) {
        StringBuilder text = new StringBuilder();
        describe(tree, tree.stat(RawPath.ROOT).orElseThrow(), new TreeMap<>(), text);
        return text.toString();
    }

    private static void describe(FileTree tree, TreeEntry entry, Map<String, RawPath> inodes, StringBuilder text) {
        FileMetadata m = entry.metadata();
        RawPath first = inodes.putIfAbsent(entry.device() + ":" + entry.inode(), entry.path());
        text.append(String.format(
                "%s %06o %d:%d %d.%09d %d:%d",
                Arrays.toString(entry.path().bytes()),
                m.mode(),
                m.uid(),
                m.gid(),
                m.mtimeSeconds(),
                m.mtimeNanos(),
                m.deviceMajor(),
                m.deviceMinor()));
        m.xattrs()
                .forEach((name, value) ->
                        text.append(' ').append(name).append('=').append(Arrays.toString(value)));
        entry.linkTarget().ifPresent(target -> text.append(" -> ").append(Arrays.toString(target)));
        if (first != null) {
            text.append(" = ").append(first);
        } else if (m.isRegular()) {
            text.append(" # ").append(contentOf(tree, entry.path()));
        }
        text.append('\n');
        if (m.isDirectory()) {
            tree.list(entry.path()).forEach(child -> describe(tree, child, inodes, text));
        }
    }

    private static String contentOf(FileTree tree, RawPath path) {
        try (InputStream content = tree.read(path)) {
            return Arrays.toString(content.readAllBytes());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
