package dev.skiff.linux.tree;

import dev.skiff.linux.abi.Errno;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** One thing to be found out about a file, of many that are asked in one batch. */
abstract class Question {
    /** What is enough for almost every answer; the kernel says when it is not. */
    static final int SMALL_ANSWER = 256;

    /** XATTR_SIZE_MAX and XATTR_LIST_MAX. */
    private static final int LARGEST_ANSWER = 65536;

    private static final int ALIGNMENT = 16;
    private static final int LINES = 2;
    private static final int RESULT = 0; // register

    final Sight sight;
    private final int room;
    private long result;
    private long answer;

    private Question(Sight sight, int room) {
        this.sight = sight;
        this.room = room;
    }

    int lines() {
        return sight.lines() + LINES;
    }

    int bytes() {
        return sight.bytes() + room + Long.BYTES + ALIGNMENT;
    }

    /** Adds the lines that ask. */
    void ask(Batch batch) {
        result = batch.reserve(Long.BYTES);
        answer = batch.reserve(room);
        call(batch, sight.name(batch), answer, room);
        batch.lastResult(RESULT, result);
    }

    /** Takes the answer out of the memory; what has to be asked because of it is added to {@code next}. */
    void take(Batch batch, List<Question> next) {
        long length = batch.memory().getLong(Batch.offset(result));
        if (length == -Errno.ERANGE.number() && room < LARGEST_ANSWER) {
            next.add(withRoom(LARGEST_ANSWER));
        } else if (length >= 0) {
            taken(batch, (int) length, next);
        }
    }

    abstract void call(Batch batch, long name, long answer, int room);

    abstract Question withRoom(int newRoom);

    abstract void taken(Batch batch, int length, List<Question> next);

    byte[] content(ByteBuffer memory, int length) {
        byte[] content = new byte[length];
        memory.get(Batch.offset(answer), content);
        return content;
    }

    /** What is it? Nothing, if it has gone meanwhile. */
    static final class Stat extends Question {
        Stat(Sight sight) {
            super(sight, Statx.BYTES);
        }

        @Override
        void call(Batch batch, long name, long answer, int room) {
            Statx.look(batch, name, answer).allow(Errno.ENOENT, Errno.ENOTDIR);
        }

        @Override
        Question withRoom(int newRoom) {
            throw new AssertionError("statx has room enough");
        }

        @Override
        void taken(Batch batch, int length, List<Question> next) {
            Statx found = Statx.at(batch, super.answer);
            sight.found(found);
            if (sight.isSymlink()) {
                next.add(new Link(sight, (int) found.size() + 1));
            }
        }
    }

    /** Where does the link point to? */
    private static final class Link extends Question {
        Link(Sight sight, int room) {
            super(sight, Math.min(Math.max(room, SMALL_ANSWER), LARGEST_ANSWER));
        }

        @Override
        void call(Batch batch, long name, long answer, int room) {
            batch.call(Call.READLINKAT, Call.AT_FDCWD, name, answer, room).allow(Errno.ENOENT, Errno.EINVAL);
        }

        @Override
        Question withRoom(int newRoom) {
            return new Link(sight, newRoom);
        }

        @Override
        void taken(Batch batch, int length, List<Question> next) {
            sight.linkTarget(content(batch.memory(), length));
        }
    }

    /** Which extended attributes has it? */
    static final class XattrNames extends Question {
        XattrNames(Sight sight, int room) {
            super(sight, room);
        }

        @Override
        void call(Batch batch, long name, long answer, int room) {
            batch.call(Call.LLISTXATTR, name, answer, room).allowAny(); // not every file system has them
        }

        @Override
        Question withRoom(int newRoom) {
            return new XattrNames(sight, newRoom);
        }

        @Override
        void taken(Batch batch, int length, List<Question> next) {
            String names = new String(content(batch.memory(), length), StandardCharsets.UTF_8);
            for (String name : names.split("\0", 0)) {
                if (!name.isEmpty()) {
                    next.add(new Xattr(sight, name, SMALL_ANSWER));
                }
            }
        }
    }

    /** What is the value of that extended attribute? */
    private static final class Xattr extends Question {
        private final String name;
        private final byte[] nameBytes;

        Xattr(Sight sight, String name, int room) {
            super(sight, room);
            this.name = name;
            this.nameBytes = name.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        int bytes() {
            return super.bytes() + nameBytes.length + 1;
        }

        @Override
        void call(Batch batch, long path, long answer, int room) {
            batch.call(Call.LGETXATTR, path, batch.string(nameBytes), answer, room)
                    .allowAny();
        }

        @Override
        Question withRoom(int newRoom) {
            return new Xattr(sight, name, newRoom);
        }

        @Override
        void taken(Batch batch, int length, List<Question> next) {
            sight.xattr(name, content(batch.memory(), length));
        }
    }
}
