package dev.skiff.linux.tree;

import static dev.skiff.linux.abi.OpenFlags.O_CLOEXEC;
import static dev.skiff.linux.abi.OpenFlags.O_DIRECTORY;
import static dev.skiff.linux.abi.OpenFlags.O_NOFOLLOW;
import static dev.skiff.linux.abi.OpenFlags.O_RDONLY;
import static dev.skiff.linux.tree.Call.AT_FDCWD;

import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.RawPath;
import dev.skiff.linux.SyscallException;
import dev.skiff.linux.TreeEntry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Says what is in a tree, asking for many files at once. */
final class Lookup {
    private static final int DIRECTORY = 2; // register
    private static final int COUNT = 3; // register
    private static final int DIRENTS = 512 << 10; // bytes for names

    private static final RawPath PROBE = RawPath.of(".skiff-device-" + UUID.randomUUID());

    private final Pipeline pipeline;

    Lookup(Pipeline pipeline) {
        this.pipeline = pipeline;
    }

    Optional<TreeEntry> stat(RawPath path) {
        Sight sight = new Sight(path, false);
        try {
            look(List.of(sight), Operation.of(Operation.Kind.STAT, path));
        } catch (SyscallException e) {
            if (e.errno().equals("ENOENT") || e.errno().equals("ENOTDIR")) {
                return Optional.empty(); // a parent of a path that is too long for one call
            }
            throw e;
        }
        return sight.entry();
    }

    List<TreeEntry> list(RawPath directory) {
        Operation operation = Operation.of(Operation.Kind.LIST, directory);
        List<Sight> sights = new ArrayList<>();
        for (byte[] name : enter(directory, operation)) {
            sights.add(new Sight(directory.resolve(RawPath.ofBytes(name)), true));
        }
        look(sights, operation);
        List<TreeEntry> entries = new ArrayList<>(sights.size());
        sights.forEach(sight -> sight.entry().ifPresent(entries::add));
        entries.sort(Comparator.comparing(TreeEntry::path));
        return entries;
    }

    /** Tries it: what forbids it may be a user namespace, a missing capability or a control group. */
    boolean canMakeDevices() {
        Operation operation = Operation.of(Operation.Kind.NODE, PROBE);
        try {
            Batch batch = pipeline.direct();
            long name = batch.path(PROBE);
            batch.call(Call.MKNODAT, AT_FDCWD, name, FileMetadata.S_IFCHR, Statx.device(1, 3));
            batch.call(Call.UNLINKAT, AT_FDCWD, name, 0);
            pipeline.run(operation);
            return true;
        } catch (SyscallException e) {
            if (e.errno().equals("EPERM")) {
                return false;
            }
            throw e;
        }
    }

    void sync() {
        Batch batch = pipeline.direct();
        int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
        batch.call(Call.OPENAT, AT_FDCWD, batch.path(RawPath.ROOT), flags, 0).into(DIRECTORY);
        batch.call(Call.SYNCFS, 0).register(0, DIRECTORY);
        batch.call(Call.CLOSE, 0).register(0, DIRECTORY);
        pipeline.run(Operation.of(Operation.Kind.SYNC, RawPath.ROOT));
    }

    /** Has the agent go into a directory, and reads the names there. */
    private List<byte[]> enter(RawPath directory, Operation operation) {
        List<byte[]> names = new ArrayList<>();
        Batch batch = pipeline.direct();
        long path = batch.path(directory);
        int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
        batch.call(Call.OPENAT, AT_FDCWD, path, flags, 0).into(DIRECTORY);
        batch.call(Call.FCHDIR, 0).register(0, DIRECTORY);
        while (true) {
            long most = readNames(batch, operation, names);
            batch = pipeline.direct();
            if (most == 0) {
                batch.call(Call.CLOSE, 0).register(0, DIRECTORY);
                pipeline.run(operation);
                return names;
            }
        }
    }

    /** Reads twice: an end is an end only when nothing more comes. Returns what came the second time. */
    private long readNames(Batch batch, Operation operation, List<byte[]> names) {
        long counts = batch.reserve(2 * Long.BYTES);
        long[] buffers = {batch.reserve(DIRENTS), batch.reserve(DIRENTS)};
        for (int i = 0; i < 2; i++) {
            batch.call(Call.GETDENTS64, 0, buffers[i], DIRENTS).register(0, DIRECTORY);
            batch.lastResult(COUNT, counts + (long) i * Long.BYTES);
        }
        pipeline.run(operation);
        long count = 0;
        for (int i = 0; i < 2; i++) {
            count = batch.memory().getLong(Batch.offset(counts) + i * Long.BYTES);
            Dirents found = new Dirents(batch.memory(), Batch.offset(buffers[i]), (int) count);
            while (found.next()) {
                names.add(found.name());
            }
        }
        return count;
    }

    /** Asks what there is to know, and whatever the answers lead to, in as few rounds as possible. */
    private void look(List<Sight> sights, Operation operation) {
        List<Question> questions = new ArrayList<>();
        for (Sight sight : sights) {
            questions.add(new Question.Stat(sight));
            questions.add(new Question.XattrNames(sight, Question.SMALL_ANSWER));
        }
        while (!questions.isEmpty()) {
            List<Question> next = new ArrayList<>();
            int asked = 0;
            while (asked < questions.size()) {
                asked = ask(questions, asked, next, operation);
            }
            questions = next;
        }
    }

    private int ask(List<Question> questions, int from, List<Question> next, Operation operation) {
        Batch batch = pipeline.direct();
        int to = from;
        while (to < questions.size()
                && batch.fits(questions.get(to).lines(), questions.get(to).bytes())) {
            questions.get(to++).ask(batch);
        }
        pipeline.run(operation);
        questions.subList(from, to).forEach(question -> question.take(batch, next));
        return to;
    }
}
