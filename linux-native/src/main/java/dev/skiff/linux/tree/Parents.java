package dev.skiff.linux.tree;

import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.RawPath;
import dev.skiff.linux.TreeEntry;
import dev.skiff.linux.abi.Errno;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Makes the directories that lead to a new name, one by one. A link on the way is resolved as the kernel does it inside the
 * tree; when it points to nothing, what it points to is made.
 */
final class Parents {
    private static final int MOST_LINKS = 40; // as in the kernel
    private static final FileMetadata PARENT = FileMetadata.directory(0755);

    private final Pipeline pipeline;
    private final Writer writer;
    private final Lookup lookup;
    private final Operation operation;
    private final Deque<byte[]> ahead = new ArrayDeque<>();
    private RawPath at = RawPath.ROOT; // the way here has no link in it, so its parent is what .. means
    private int links;

    Parents(Pipeline pipeline, Writer writer, Operation operation) {
        this.pipeline = pipeline;
        this.writer = writer;
        this.lookup = new Lookup(pipeline);
        this.operation = operation;
        walkFirst(operation.path().parent().bytes());
    }

    void make() {
        while (!ahead.isEmpty()) {
            byte[] name = ahead.remove();
            if (isUp(name)) {
                at = at.parent();
            } else {
                enter(at.resolve(RawPath.ofBytes(name)));
            }
        }
    }

    private void enter(RawPath next) {
        Optional<TreeEntry> there = lookup.stat(next);
        if (there.isEmpty()) {
            writer.directory(pipeline.direct(), next, PARENT);
            pipeline.run(operation);
            at = next;
        } else if (there.get().metadata().isDirectory()) {
            at = next;
        } else if (there.get().linkTarget().isPresent()) {
            follow(there.get().linkTarget().get());
        } else {
            throw operation.failure(Call.MKDIRAT, Errno.ENOTDIR.number());
        }
    }

    private void follow(byte[] target) {
        if (++links > MOST_LINKS) {
            throw operation.failure(Call.MKDIRAT, Errno.ELOOP.number());
        }
        if (target.length > 0 && target[0] == '/') {
            at = RawPath.ROOT;
        }
        walkFirst(target);
    }

    /** Puts the names in a path ahead of what is to come. */
    private void walkFirst(byte[] path) {
        List<byte[]> names = new ArrayList<>();
        int start = 0;
        for (int end = 0; end <= path.length; end++) {
            if (end == path.length || path[end] == '/') {
                names.add(Arrays.copyOfRange(path, start, end));
                start = end + 1;
            }
        }
        for (int i = names.size() - 1; i >= 0; i--) {
            if (names.get(i).length > 0) {
                ahead.push(names.get(i));
            }
        }
    }

    private static boolean isUp(byte[] name) {
        return name.length == 2 && name[0] == '.' && name[1] == '.';
    }
}
