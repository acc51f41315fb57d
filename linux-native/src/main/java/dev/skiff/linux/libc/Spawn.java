package dev.skiff.linux.libc;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import dev.skiff.linux.abi.SyscallTable;
import java.util.List;

/** Starts a process in the one way that is safe in a JVM of many threads: posix_spawn(3). */
public final class Spawn {
    private static final int FILE_ACTIONS_BYTES = 256; // sizeof(posix_spawn_file_actions_t) is 80 with glibc and musl

    private static final int POINTER = 8;
    private static final int SIGKILL = 9;

    private Spawn() {}

    /**
     * Starts an executable with no environment, /dev/null as its standard streams, and one socket as descriptor 3.
     *
     * @param words its arguments, its own name the first
     * @return its process id; the caller has to {@linkplain #reap reap} it
     */
    public static int start(Descriptor executable, List<String> words, Descriptor socket) {
        String path = "/proc/self/fd/" + executable.number();
        try (Descriptor nothing = openNull();
                Memory actions = new Memory(FILE_ACTIONS_BYTES);
                Memory arguments = arguments(words)) {
            checkSpawn(Libc.posix_spawn_file_actions_init(actions), "posix_spawn_file_actions_init", path);
            try {
                for (int stream = 0; stream <= 2; stream++) {
                    duplicate(actions, nothing, stream);
                }
                duplicate(actions, socket, 3);
                int[] pid = new int[1];
                Pointer noEnvironment = arguments.share((long) POINTER * words.size());
                checkSpawn(
                        Libc.posix_spawn(pid, Libc.string(path), actions, Pointer.NULL, arguments, noEnvironment),
                        "posix_spawn",
                        path);
                return pid[0];
            } finally {
                Libc.posix_spawn_file_actions_destroy(actions);
            }
        }
    }

    /** Pointers to the words, none behind the last, and the words themselves. */
    private static Memory arguments(List<String> words) {
        List<byte[]> all = words.stream().map(Libc::string).toList();
        long at = POINTER * (all.size() + 1L);
        Memory memory =
                new Memory(at + all.stream().mapToInt(word -> word.length).sum());
        memory.clear();
        for (int i = 0; i < all.size(); i++) {
            byte[] word = all.get(i);
            memory.write(at, word, 0, word.length);
            memory.setPointer((long) POINTER * i, memory.share(at));
            at += word.length;
        }
        return memory;
    }

    /** Waits until that child of ours has ended. */
    public static void reap(int pid) {
        Libc.waitpid(pid, new int[1], 0);
    }

    /** Kills that child of ours, and waits until it has ended. */
    public static void end(int pid) {
        Libc.syscall(
                SyscallTable.host().number("kill"),
                pid,
                SIGKILL,
                0,
                0); // a child's number is its own until it is reaped
        reap(pid);
    }

    private static void duplicate(Memory actions, Descriptor from, int to) {
        checkSpawn(
                Libc.posix_spawn_file_actions_adddup2(actions, from.number(), to),
                "posix_spawn_file_actions_adddup2",
                from);
    }

    private static Descriptor openNull() {
        return new Descriptor(Libc.check(
                Libc.open(Libc.string("/dev/null"), Libc.O_RDWR | Libc.O_CLOEXEC, 0),
                "open",
                "/dev/null",
                "start the launcher"));
    }

    /** These functions return the error itself. */
    private static void checkSpawn(int error, String call, Object subject) {
        if (error != 0) {
            throw Libc.failure(error, call, subject, "start the launcher");
        }
    }
}
