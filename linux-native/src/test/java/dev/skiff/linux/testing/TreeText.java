package dev.skiff.linux.testing;

import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.FileTree;
import dev.skiff.linux.RawPath;
import dev.skiff.linux.TreeEntry;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Whole trees as text, to be compared. */
public final class TreeText {
    private final FileTree tree;
    private final Map<String, RawPath> firstNames = new HashMap<>();
    private final StringBuilder text = new StringBuilder();
    private final boolean directoryTimes;

    private TreeText(FileTree tree, boolean directoryTimes) {
        this.tree = tree;
        this.directoryTimes = directoryTimes;
    }

    /** All files, one a line, with hard links named by the first of them. */
    public static String of(FileTree tree) {
        return new TreeText(tree, true).describe();
    }

    /** The same without the times of directories, which every change in them moves. */
    public static String withoutDirectoryTimes(FileTree tree) {
        return new TreeText(tree, false).describe();
    }

    private String describe() {
        add(tree.stat(RawPath.ROOT).orElseThrow());
        return text.toString();
    }

    private void add(TreeEntry entry) {
        FileMetadata m = entry.metadata();
        RawPath first = firstNames.putIfAbsent(entry.device() + ":" + entry.inode(), entry.path());
        text.append(name(entry.path())).append(String.format(" %06o %d:%d", m.mode(), m.uid(), m.gid()));
        text.append(String.format(" %d:%d", m.deviceMajor(), m.deviceMinor()));
        if (directoryTimes || !m.isDirectory()) {
            text.append(String.format(" %d.%09d", m.mtimeSeconds(), m.mtimeNanos()));
        }
        m.xattrs()
                .forEach((name, value) ->
                        text.append(' ').append(name).append('=').append(Arrays.toString(value)));
        entry.linkTarget().ifPresent(target -> text.append(" -> ").append(Arrays.toString(target)));
        if (first != null) {
            text.append(" = ").append(name(first));
        } else if (m.isRegular()) {
            text.append(" # ").append(content(entry.path()));
        }
        text.append('\n');
        if (m.isDirectory()) {
            tree.list(entry.path()).forEach(this::add);
        }
    }

    private static String name(RawPath path) {
        return Arrays.toString(path.bytes());
    }

    private String content(RawPath path) {
        try (InputStream content = tree.read(path)) {
            return Arrays.toString(content.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
