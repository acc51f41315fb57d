package dev.skiff.linux.tree;

import static dev.skiff.linux.abi.OpenFlags.O_CLOEXEC;
import static dev.skiff.linux.abi.OpenFlags.O_DIRECTORY;
import static dev.skiff.linux.abi.OpenFlags.O_NOFOLLOW;
import static dev.skiff.linux.abi.OpenFlags.O_RDONLY;
import static dev.skiff.linux.tree.Call.AT_FDCWD;
import static dev.skiff.linux.tree.Call.AT_REMOVEDIR;

import dev.skiff.linux.RawPath;
import dev.skiff.linux.abi.Errno;
import dev.skiff.linux.program.Program;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Removes directories with all below them, one after the other: the agent goes into each, never through a link, and comes
 * back through {@code ..} only if that is the directory it came from. So the depth does not matter, neither the length of a
 * path nor the number of open files, and one program does for each directory.
 */
final class Remover {
    private static final byte[] HERE = {'.'};
    private static final byte[] UP = {'.', '.'};
    private static final int OPEN = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    private static final int DIRECTORY = 4; // registers
    private static final int RESULT = 5;
    private static final int DIRENTS = 512 << 10; // bytes for names, twice
    private static final int STEP_LINES = 16; // of any step
    private static final int STEP_BYTES = 4096;

    private final Pipeline pipeline;
    private final Operation operation;
    private final Deque<Level> levels = new ArrayDeque<>();
    private Batch batch;

    // where answers lie, the same in each batch
    private long found;
    private long entered;
    private long counts;
    private long names;

    /** A directory that the agent is in, or below. */
    private static final class Level {
        final byte[] name;
        long inode;
        long device;
        boolean more;
        final Deque<byte[]> directories = new ArrayDeque<>();

        Level(byte[] name) {
            this.name = name;
        }
    }

    Remover(Pipeline pipeline, Operation operation) {
        this.pipeline = pipeline;
        this.operation = operation;
        this.batch = fresh();
    }

    /** Removes what is there; of the root only what is below it. */
    void remove(RawPath path) {
        Level top = new Level(new byte[0]);
        if (!enter(batch.path(path), top)) {
            unlink(batch.path(path), 0);
        } else {
            levels.push(top);
            while (!levels.isEmpty()) {
                step(levels.element());
            }
            if (!path.isRoot()) {
                makeRoom(Batch.pathLines(path) + 1, Batch.pathBytes(path));
                unlink(batch.path(path), AT_REMOVEDIR);
            }
        }
        run();
    }

    private void step(Level level) {
        if (!level.directories.isEmpty()) {
            Level below = new Level(level.directories.remove());
            makeRoom(STEP_LINES, STEP_BYTES);
            if (enter(batch.string(below.name), below)) {
                levels.push(below);
            } else {
                unlink(batch.string(below.name), 0); // no directory after all
            }
        } else if (level.more) {
            makeRoom(STEP_LINES, STEP_BYTES);
            enter(batch.string(HERE), level);
        } else {
            levels.remove();
            if (!levels.isEmpty()) {
                makeRoom(STEP_LINES, STEP_BYTES);
                leave(level, levels.element());
            }
        }
    }

    /** Goes into a directory and removes all of it but directories; false if it is none. */
    private boolean enter(long name, Level level) {
        batch.call(Call.OPENAT, AT_FDCWD, name, OPEN, 0)
                .into(DIRECTORY)
                .allow(Errno.ENOENT, Errno.ENOTDIR, Errno.ELOOP)
                .skip(8);
        Statx.lookAtOpen(batch, DIRECTORY, found);
        batch.call(Call.FCHDIR, 0).register(0, DIRECTORY);
        for (int i = 0; i < 2; i++) {
            batch.call(Call.GETDENTS64, 0, names + (long) i * DIRENTS, DIRENTS).register(0, DIRECTORY);
            batch.lastResult(RESULT, counts + (long) i * Long.BYTES);
        }
        batch.call(Call.CLOSE, 0).register(0, DIRECTORY);
        batch.lastResult(RESULT, entered);
        batch.memory().putLong(Batch.offset(entered), -1);
        run();
        if (batch.memory().getLong(Batch.offset(entered)) != 0) {
            return false;
        }
        Statx directory = Statx.at(batch, found);
        level.inode = directory.inode();
        level.device = directory.device();
        int first = unlinkFiles(level, 0);
        level.more = first > 0 && unlinkFiles(level, 1) > 0; // an end is an end only when nothing more comes
        return true;
    }

    /** The names are where the kernel has put them. */
    private int unlinkFiles(Level level, int part) {
        int count = (int) batch.memory().getLong(Batch.offset(counts) + part * Long.BYTES);
        Dirents entries = new Dirents(batch.memory(), Batch.offset(names) + part * DIRENTS, count);
        while (entries.next()) {
            if (entries.mayBeDirectory()) {
                level.directories.add(entries.name());
            } else {
                makeRoom(1, 0);
                unlink(Program.ARENA + entries.nameOffset(), 0);
            }
        }
        return count;
    }

    private void leave(Level level, Level parent) {
        batch.call(Call.OPENAT, AT_FDCWD, batch.string(UP), OPEN, 0).into(DIRECTORY);
        Statx.lookAtOpen(batch, DIRECTORY, found);
        Statx.expectSame(batch, found, parent.inode, parent.device);
        batch.call(Call.FCHDIR, 0).register(0, DIRECTORY);
        batch.call(Call.CLOSE, 0).register(0, DIRECTORY);
        unlink(batch.string(level.name), AT_REMOVEDIR);
    }

    private void unlink(long name, long flags) {
        batch.call(Call.UNLINKAT, AT_FDCWD, name, flags).allow(Errno.ENOENT);
    }

    // ---- batches

    private void makeRoom(int lines, int bytes) {
        if (!batch.fits(lines, bytes)) {
            run();
        }
    }

    private void run() {
        if (!batch.isEmpty()) {
            pipeline.run(operation);
            batch = fresh();
        }
    }

    private Batch fresh() {
        Batch emptied = pipeline.direct();
        found = emptied.reserve(Statx.BYTES);
        entered = emptied.reserve(Long.BYTES);
        counts = emptied.reserve(2 * Long.BYTES);
        names = emptied.reserve(2 * DIRENTS);
        return emptied;
    }
}
