package dev.skiff.linux.tree;

import static dev.skiff.linux.abi.OpenFlags.O_CLOEXEC;
import static dev.skiff.linux.abi.OpenFlags.O_CREAT;
import static dev.skiff.linux.abi.OpenFlags.O_DIRECTORY;
import static dev.skiff.linux.abi.OpenFlags.O_EXCL;
import static dev.skiff.linux.abi.OpenFlags.O_NOCTTY;
import static dev.skiff.linux.abi.OpenFlags.O_NOFOLLOW;
import static dev.skiff.linux.abi.OpenFlags.O_NONBLOCK;
import static dev.skiff.linux.abi.OpenFlags.O_PATH;
import static dev.skiff.linux.abi.OpenFlags.O_RDONLY;
import static dev.skiff.linux.abi.OpenFlags.O_WRONLY;
import static dev.skiff.linux.tree.Call.AT_FDCWD;

import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.RawPath;
import dev.skiff.linux.abi.Errno;
import java.util.List;
import java.util.Optional;

/**
 * Queues what changes a tree. The lines are those of the usual case: the parent is there, the name is free. What is in
 * the way fails the line that makes the name, and is the business of {@link Rescuer}.
 */
final class Writer {
    /** Registers: what is being written or changed, how much was written, where a hard link's file is. */
    private static final int FILE = 0;

    private static final int COUNT = 1;
    private static final int ELSEWHERE = 2;

    /** The directories of many hard links; nothing that rescues one of them uses these. */
    private static final int LINKED_FROM = 8;

    private static final int LINKED_TO = 9;

    private static final int OPEN_DIRECTORY = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    private static final int WRITE_LINES = 3;
    private static final int RESULT_BYTES = 16; // 8, and alignment
    private static final int SMALL = 4096;

    private final Pipeline pipeline;
    private final Attributes attributes;

    Writer(Pipeline pipeline, Attributes attributes) {
        this.pipeline = pipeline;
        this.attributes = attributes;
    }

    void directory(Operation operation, FileMetadata metadata) {
        RawPath path = operation.path();
        directory(queue(operation, metadata, 3, 0), path, metadata);
    }

    /** Makes it, or takes the one that is there. */
    void directory(Batch batch, RawPath path, FileMetadata metadata) {
        long name = batch.path(path);
        batch.call(Call.MKDIRAT, AT_FDCWD, name, metadata.permissions()).allow(Errno.EEXIST);
        openDirectory(batch, name, metadata);
    }

    private void openDirectory(Batch batch, long name, FileMetadata metadata) {
        batch.call(Call.OPENAT, AT_FDCWD, name, OPEN_DIRECTORY, 0).into(FILE);
        finish(batch, metadata);
    }

    private void finish(Batch batch, FileMetadata metadata) {
        attributes.ofDescriptor(batch, FILE, metadata);
        batch.call(Call.CLOSE, 0).register(0, FILE);
    }

    void symlink(Operation operation, byte[] target, FileMetadata metadata) {
        RawPath path = operation.path();
        Batch batch = queue(operation, metadata, 1, target.length + 1L);
        long name = batch.path(path);
        batch.call(Call.SYMLINKAT, batch.string(target), AT_FDCWD, name);
        attributes.ofPath(batch, name, metadata);
    }

    void node(Operation operation, FileMetadata metadata) {
        RawPath path = operation.path();
        if (!Statx.isDevice(metadata.deviceMajor(), metadata.deviceMinor())) {
            throw operation.failure(Call.MKNODAT, Errno.EINVAL.number());
        }
        Batch batch = queue(operation, metadata, 1, 0);
        long name = batch.path(path);
        long device = Statx.device(metadata.deviceMajor(), metadata.deviceMinor());
        batch.call(Call.MKNODAT, AT_FDCWD, name, metadata.mode(), metadata.isDevice() ? device : 0);
        attributes.ofPath(batch, name, metadata);
    }

    void hardLink(Operation operation, RawPath existing) {
        RawPath path = operation.path();
        int lines = Batch.pathLines(path) + Batch.pathLines(existing) + 3;
        Batch batch = pipeline.queue(operation, lines, Batch.pathBytes(path) + Batch.pathBytes(existing) + 1L);
        if (Batch.isShort(path) && Batch.isShort(existing)) {
            batch.call(Call.LINKAT, AT_FDCWD, batch.path(existing), AT_FDCWD, batch.path(path), 0);
            return;
        }
        // only one of the two can be near where we are
        batch.call(Call.OPENAT, AT_FDCWD, batch.path(existing.parent()), O_PATH | O_DIRECTORY | O_CLOEXEC, 0)
                .into(ELSEWHERE);
        long name = batch.string(existing.name().bytes());
        batch.call(Call.LINKAT, 0, name, AT_FDCWD, batch.path(path), 0).register(0, ELSEWHERE);
        batch.call(Call.CLOSE, 0).register(0, ELSEWHERE);
    }

    /** Both directories are walked to once: for a link that is most of the work. */
    void hardLinks(Operation way, RawPath existing, List<RawPath> names) {
        RawPath directory = way.path();
        int lines = Batch.pathLines(directory) + Batch.pathLines(existing) + 2;
        Batch batch = pipeline.queue(way, lines, Batch.pathBytes(directory) + (long) Batch.pathBytes(existing));
        int flags = O_PATH | O_DIRECTORY | O_CLOEXEC;
        batch.call(Call.OPENAT, AT_FDCWD, batch.path(existing), flags, 0).into(LINKED_FROM);
        batch.call(Call.OPENAT, AT_FDCWD, batch.path(directory), flags, 0).into(LINKED_TO);
        for (RawPath name : names) {
            Operation operation = new Operation(
                    Operation.Kind.HARD_LINK, directory.resolve(name), Optional.of(existing.resolve(name)));
            Batch next = pipeline.queue(operation, 1, name.length() + 1L);
            long address = next.string(name.bytes());
            next.call(Call.LINKAT, 0, address, 0, address, 0)
                    .register(0, LINKED_FROM)
                    .register(2, LINKED_TO);
        }
        Batch last = pipeline.queue(way, 2, 0);
        last.call(Call.CLOSE, 0).register(0, LINKED_FROM);
        last.call(Call.CLOSE, 0).register(0, LINKED_TO);
    }

    /** The usual file to be removed is no directory. */
    void remove(Operation operation) {
        RawPath path = operation.path();
        Batch batch = pipeline.queue(operation, Batch.pathLines(path) + 1, Batch.pathBytes(path));
        batch.call(Call.UNLINKAT, AT_FDCWD, batch.path(path), 0).allow(Errno.ENOENT, Errno.ENOTDIR);
    }

    void metadata(Operation operation, FileMetadata metadata) {
        RawPath path = operation.path();
        Batch batch = queue(operation, metadata, 4, Statx.BYTES + 8);
        long name = batch.path(path);
        if (metadata.isDirectory()) {
            openDirectory(batch, name, metadata);
            return;
        }
        long found = batch.reserve(Statx.BYTES); // so that no device is ever opened
        Statx.look(batch, name, found);
        Statx.expectType(batch, found, metadata.type());
        if (metadata.isRegular()) {
            int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
            batch.call(Call.OPENAT, AT_FDCWD, name, flags, 0).into(FILE);
            finish(batch, metadata);
        } else {
            attributes.ofPath(batch, name, metadata);
        }
    }

    /** Room for an operation that is done in one go. */
    private Batch queue(Operation operation, FileMetadata metadata, int lines, long bytes) {
        RawPath path = operation.path();
        return pipeline.queue(
                operation,
                Batch.pathLines(path) + Attributes.lines(metadata) + lines,
                Batch.pathBytes(path) + Attributes.bytes(metadata) + bytes);
    }

    // ---- a file's content, in as many pieces as it takes; the descriptor stays in its register

    void beginFile(Operation operation) {
        RawPath path = operation.path();
        Batch batch = pipeline.queue(operation, Batch.pathLines(path) + 1, Batch.pathBytes(path));
        int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
        batch.call(Call.OPENAT, AT_FDCWD, batch.path(path), flags, 0600).into(FILE);
    }

    void content(Operation operation, byte[] from, int length) {
        int at = 0;
        while (at < length) {
            Batch batch = pipeline.queue(operation, WRITE_LINES, Math.min(length - at, SMALL) + RESULT_BYTES);
            int count = Math.min(length - at, batch.room() - RESULT_BYTES);
            long result = batch.reserve(Long.BYTES);
            long address = batch.bytes(from, at, count);
            batch.call(Call.WRITE, 0, address, count).register(0, FILE);
            batch.lastResult(COUNT, result);
            batch.expect(Call.WRITE, result, 8, -1, count, Errno.ENOSPC); // less than all is written only then
            at += count;
        }
    }

    void endFile(Operation operation, FileMetadata metadata) {
        finish(pipeline.queue(operation, Attributes.lines(metadata) + 1, Attributes.bytes(metadata)), metadata);
    }
}
