package dev.skiff.linux.libc;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;

/** Starts a process in the one way that is safe in a JVM of many threads: posix_spawn(3). */
public final class Spawn {
    private static final int FILE_ACTIONS_BYTES = 256; // sizeof(posix_spawn_file_actions_t) is 80 with glibc and musl

    private static final int TWO_POINTERS = 16;

    private Spawn() {}

    /**
     * Starts an executable with no environment, /dev/null as its standard streams, and one socket as descriptor 3.
     *
     * @return its process id; the caller has to {@linkplain #reap reap} it
     */
    public static int start(Descriptor executable, String name, Descriptor socket) {
        String path = "/proc/self/fd/" + executable.number();
        byte[] title = Libc.string(name);
        try (Descriptor nothing = openNull();
                Memory actions = new Memory(FILE_ACTIONS_BYTES);
                Memory arguments = new Memory(TWO_POINTERS + title.length)) {
            arguments.clear();
            Pointer first = arguments.share(TWO_POINTERS);
            first.write(0, title, 0, title.length);
            arguments.setPointer(0, first);
            checkSpawn(Libc.posix_spawn_file_actions_init(actions), "posix_spawn_file_actions_init", path);
            try {
                for (int stream = 0; stream <= 2; stream++) {
                    duplicate(actions, nothing, stream);
                }
                duplicate(actions, socket, 3);
                int[] pid = new int[1];
                Pointer noEnvironment = arguments.share(8);
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

    /** Waits until that child of ours has ended. */
    public static void reap(int pid) {
        Libc.waitpid(pid, new int[1], 0);
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
