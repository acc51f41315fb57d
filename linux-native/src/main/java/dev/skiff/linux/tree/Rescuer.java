package dev.skiff.linux.tree;

import dev.skiff.linux.TreeEntry;
import dev.skiff.linux.abi.Errno;
import java.util.Optional;

/**
 * Puts out of the way what keeps a new name from being made: parents that are missing, and files that are there already. That
 * is rare, so it may take its time.
 */
final class Rescuer implements Pipeline.Rescue {
    private final Attributes attributes;

    Rescuer(Attributes attributes) {
        this.attributes = attributes;
    }

    @Override
    public Pipeline.Next rescue(Pipeline pipeline, Operation operation, Call call, int number) {
        Errno errno = Errno.find(number).orElse(Errno.EIO);
        if (operation.kind() == Operation.Kind.REMOVE) {
            return remove(pipeline, operation, errno);
        }
        if (operation.isStoppedByParent(call) && errno == Errno.ENOENT) {
            new Parents(pipeline, new Writer(pipeline, attributes), operation).make();
            return Pipeline.Next.AGAIN;
        }
        if (operation.isStoppedByOther(call, errno)) {
            if (isDone(pipeline, operation)) {
                return Pipeline.Next.SKIP;
            }
            new Remover(pipeline, operation).remove(operation.path());
            return Pipeline.Next.AGAIN;
        }
        return Pipeline.Next.FAIL;
    }

    private static Pipeline.Next remove(Pipeline pipeline, Operation operation, Errno errno) {
        if (errno == Errno.EISDIR) {
            new Remover(pipeline, operation).remove(operation.path());
            return Pipeline.Next.SKIP;
        }
        boolean nothingThere = errno == Errno.ENOENT || errno == Errno.ENOTDIR; // not even the way to it
        return nothingThere ? Pipeline.Next.SKIP : Pipeline.Next.FAIL;
    }

    /** Whether the two names of a hard link are one file's already: to remove one could be to remove both. */
    private static boolean isDone(Pipeline pipeline, Operation operation) {
        if (operation.existing().isEmpty()) {
            return false;
        }
        Lookup lookup = new Lookup(pipeline);
        Optional<TreeEntry> existing = lookup.stat(operation.existing().get());
        Optional<TreeEntry> other = lookup.stat(operation.path());
        if (existing.isPresent() && existing.get().metadata().isDirectory()) {
            throw operation.failure(Call.LINKAT, Errno.EPERM.number()); // before anything is removed for it
        }
        return existing.isPresent()
                && other.isPresent()
                && existing.get().inode() == other.get().inode()
                && existing.get().device() == other.get().device();
    }
}
