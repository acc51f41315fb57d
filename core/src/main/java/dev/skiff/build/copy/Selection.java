package dev.skiff.build.copy;

import dev.skiff.linux.RawPath;
import java.util.List;

/**
 * One file or directory that a source of COPY came to.
 *
 * @param tree where it is
 * @param name the last component of the path as it was named, before links were followed; the root if there is none
 * @param top what it is, links followed
 * @param below if it is a directory, all that is in it, each after the directory that holds it
 * @param copy tells this from every other, were it the same files
 */
public record Selection(SourceTree tree, RawPath name, SourceFile top, List<SourceFile> below, Object copy) {
    public Selection {
        below = List.copyOf(below);
    }

    Selection(SourceTree tree, RawPath name, SourceFile top, List<SourceFile> below) {
        this(tree, name, top, below, new Object());
    }

    Selection with(List<SourceFile> contents) {
        return new Selection(tree, name, top, contents, copy);
    }

    /** The path of something below, as seen from the top. */
    public RawPath relative(SourceFile file) {
        byte[] path = file.path().bytes();
        int prefix = top.path().isRoot() ? 0 : top.path().length() + 1;
        byte[] relative = new byte[path.length - prefix];
        System.arraycopy(path, prefix, relative, 0, relative.length);
        return RawPath.ofBytes(relative);
    }
}
