package dev.skiff.linux.tree;

import static dev.skiff.linux.abi.OpenFlags.O_CLOEXEC;
import static dev.skiff.linux.abi.OpenFlags.O_NOCTTY;
import static dev.skiff.linux.abi.OpenFlags.O_NOFOLLOW;
import static dev.skiff.linux.abi.OpenFlags.O_NONBLOCK;
import static dev.skiff.linux.abi.OpenFlags.O_RDONLY;
import static dev.skiff.linux.tree.Call.AT_FDCWD;

import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.RawPath;
import dev.skiff.linux.program.Register;
import java.util.BitSet;

/** Reads regular files. Several may be open: each has a register of its own for its descriptor. */
final class Reader {
    private static final int FIRST_REGISTER = 16;
    private static final int COUNT = 6; // register
    private static final int SMALL = 128 << 10; // a power of two: a file below it is opened, read and closed in one go
    private static final int CHUNK = 1 << 20;

    private final Pipeline pipeline;
    private final BitSet taken = new BitSet();

    Reader(Pipeline pipeline) {
        this.pipeline = pipeline;
    }

    /** A file that is open, or was small enough to be read at once. */
    final class Source {
        private final Operation operation;
        private final int register;
        private final byte[] start;
        private boolean open;

        private Source(Operation operation, int register, byte[] start, boolean open) {
            this.operation = operation;
            this.register = register;
            this.start = start;
            this.open = open;
        }

        /** What the file begins with. */
        byte[] start() {
            return start;
        }

        boolean isOpen() {
            return open;
        }

        /** What comes after all that was read before; nothing at the end. */
        byte[] read() {
            Batch batch = pipeline.direct();
            long result = batch.reserve(Long.BYTES);
            long buffer = batch.reserve(CHUNK);
            batch.call(Call.READ, 0, buffer, CHUNK).register(0, register);
            batch.lastResult(COUNT, result);
            pipeline.run(operation);
            return content(batch, result, buffer);
        }

        void close() {
            if (open) {
                open = false;
                Batch batch = pipeline.direct();
                batch.call(Call.CLOSE, 0).register(0, register);
                pipeline.run(operation);
                taken.clear(register);
            }
        }
    }

    /** Looks before it opens, so that no device is ever opened, and after, so that it is what was looked for. */
    Source open(RawPath path) {
        Operation operation = Operation.of(Operation.Kind.READ, path);
        int register = taken.nextClearBit(FIRST_REGISTER);
        if (register >= Register.COUNT) {
            throw new IllegalStateException("too many files of this tree are being read: close some");
        }
        Batch batch = pipeline.direct();
        long name = batch.path(path);
        long found = batch.reserve(Statx.BYTES);
        long result = batch.reserve(Long.BYTES);
        long buffer = batch.reserve(SMALL);
        Statx.look(batch, name, found);
        Statx.expectType(batch, found, FileMetadata.S_IFREG);
        int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
        batch.call(Call.OPENAT, AT_FDCWD, name, flags, 0).into(register);
        Statx.lookAtOpen(batch, register, found);
        Statx.expectType(batch, found, FileMetadata.S_IFREG);
        batch.call(Call.READ, 0, buffer, SMALL).register(0, register);
        batch.lastResult(COUNT, result);
        Statx.expectSmaller(batch, found, SMALL).skip(1);
        batch.call(Call.CLOSE, 0).register(0, register);
        pipeline.run(operation);
        boolean open = Statx.at(batch, found).size() >= SMALL;
        taken.set(register, open);
        return new Source(operation, register, content(batch, result, buffer), open);
    }

    private static byte[] content(Batch batch, long result, long buffer) {
        byte[] content = new byte[(int) batch.memory().getLong(Batch.offset(result))];
        batch.memory().get(Batch.offset(buffer), content);
        return content;
    }
}
