package dev.skiff.linux.testing;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Who listens at the listenerPath of a specification: takes the descriptors of filters, and answers each call that one of them
 * asks about with 0, as if it had been done (seccomp_unotify(2)).
 */
public final class FilterAgent implements AutoCloseable {
    private static final int MOST = 128 * 1024;
    private static final int CONTROL = 24;
    private static final int HEADER = 56;
    private static final long RECEIVE = 0xC0502100L;
    private static final long SEND = 0xC0182101L;
    private static final int NOTIFICATION_BYTES = 80;
    private static final int RESPONSE_BYTES = 24;

    private final int listener;
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private final List<Integer> asked = new CopyOnWriteArrayList<>();

    static {
        Native.register(FilterAgent.class, "c");
    }

    private static native int socket(int domain, int type, int protocol);

    private static native int bind(int socket, byte[] address, int length);

    private static native int listen(int socket, int backlog);

    private static native int accept(int socket, Pointer address, Pointer length);

    private static native long recvmsg(int socket, Pointer message, int flags);

    private static native int ioctl(int descriptor, long request, Pointer argument);

    private static native int shutdown(int socket, int how);

    private static native int close(int descriptor);

    private FilterAgent(int listener) {
        this.listener = listener;
    }

    /** Listens at that path. */
    public static FilterAgent at(Path path) throws IOException {
        byte[] address = Arrays.copyOf(new byte[] {1, 0}, 110);
        byte[] name = path.toString().getBytes(StandardCharsets.UTF_8);
        System.arraycopy(name, 0, address, 2, name.length);
        int socket = socket(1, 1 | 02000000, 0);
        if (socket < 0 || bind(socket, address, address.length) != 0 || listen(socket, 8) != 0) {
            throw new IOException("listen at " + path + ": errno " + Native.getLastError());
        }
        FilterAgent agent = new FilterAgent(socket);
        agent.onThread(agent::accept);
        return agent;
    }

    private void onThread(Runnable work) {
        Thread thread = new Thread(work, "filter-agent");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        for (int next = accept(listener, null, null); next >= 0; next = accept(listener, null, null)) {
            int connection = next;
            onThread(() -> hear(connection));
        }
    }

    private void hear(int connection) {
        try (Memory memory = new Memory(HEADER + 16 + CONTROL + MOST)) {
            memory.clear();
            Pointer content = memory.share(HEADER + 16 + CONTROL);
            memory.setPointer(16, memory.share(HEADER));
            memory.setLong(24, 1);
            memory.setPointer(HEADER, content);
            memory.setLong(HEADER + 8, MOST);
            memory.setPointer(32, memory.share(HEADER + 16));
            memory.setLong(40, CONTROL);
            int length = (int) recvmsg(connection, memory, 0);
            close(connection);
            if (length > 0) {
                told.add(new String(content.getByteArray(0, length), StandardCharsets.UTF_8));
                answer(memory.getInt(HEADER + 16 + 16));
            }
        }
    }

    private void answer(int filter) {
        try (Memory question = new Memory(NOTIFICATION_BYTES);
                Memory response = new Memory(RESPONSE_BYTES)) {
            question.clear();
            while (ioctl(filter, RECEIVE, question) == 0) {
                asked.add(question.getInt(16));
                response.clear();
                response.setLong(0, question.getLong(0));
                ioctl(filter, SEND, response); // who asked may be gone
                question.clear();
            }
        }
        close(filter);
    }

    /** What came with a filter's descriptor, for each of them. */
    public BlockingQueue<String> told() {
        return told;
    }

    /** The numbers of the calls that have been asked about. */
    public List<Integer> asked() {
        return asked;
    }

    @Override
    public void close() {
        shutdown(listener, 2);
        close(listener);
    }
}
