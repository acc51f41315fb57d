package dev.skiff.run;

import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.FileTree;
import dev.skiff.linux.RawPath;
import dev.skiff.linux.TreeEntry;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Copies files from one tree to another, each of them looked at from inside. Regular files, directories, links and FIFOs are
 * copied; links stay links. Sockets are nothing without their process, and devices are not handed on: both are passed over.
 */
final class TreeCopy {
    private final FileTree from;
    private final FileTree to;
    private final UnaryOperator<FileMetadata> change;
    private final Deque<Step> ahead = new ArrayDeque<>();
    private final List<Made> directories = new ArrayList<>();

    private record Step(TreeEntry entry, RawPath target) {}

    private record Made(RawPath path, FileMetadata metadata) {}

    /** @param change what the copies have of the metadata of the originals */
    TreeCopy(FileTree from, FileTree to, UnaryOperator<FileMetadata> change) {
        this.from = from;
        this.to = to;
        this.change = change;
    }

    /** Copies one file, or a directory with all below it; into a directory that is there already. */
    void copy(TreeEntry source, RawPath target) throws IOException {
        ahead.push(new Step(source, target));
        while (!ahead.isEmpty()) {
            Step step = ahead.pop();
            copyOne(step.entry(), step.target());
        }
        Collections.reverse(directories); // the last to be made comes first, for children change a directory's times
        directories.forEach(made -> to.setMetadata(made.path(), made.metadata()));
        to.flush();
    }

    private void copyOne(TreeEntry entry, RawPath target) throws IOException {
        FileMetadata metadata = change.apply(entry.metadata());
        Optional<TreeEntry> there = to.stat(target);
        boolean intoDirectory = there.filter(is -> is.metadata().isDirectory()).isPresent();
        if (metadata.isDirectory()) {
            copyDirectory(entry, target, metadata, there, intoDirectory);
        } else if (intoDirectory) {
            throw new IOException("cannot replace the directory /" + target + " by the file /" + entry.path());
        } else if (metadata.isRegular()) {
            try (InputStream content = from.read(entry.path())) {
                to.writeFile(target, metadata, content);
            }
        } else if (entry.linkTarget().isPresent()) {
            to.makeSymlink(target, entry.linkTarget().get(), metadata);
        } else if (metadata.type() == FileMetadata.S_IFIFO) {
            to.makeNode(target, metadata);
        }
    }

    private void copyDirectory(
            TreeEntry entry, RawPath target, FileMetadata metadata, Optional<TreeEntry> there, boolean intoDirectory)
            throws IOException {
        if (there.isPresent() && !intoDirectory) {
            throw new IOException("cannot replace the file /" + target + " by the directory /" + entry.path());
        }
        if (!intoDirectory) {
            to.makeDirectory(target, metadata);
            directories.add(new Made(target, metadata));
        }
        for (TreeEntry child : from.list(entry.path())) {
            ahead.push(new Step(child, target.resolve(child.path().name())));
        }
    }
}
