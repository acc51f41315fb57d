package dev.skiff.linux.testing;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A file system whose server takes what it is asked, and does not answer (fuse(4)), as one of a network that has gone away: who asked
 * for a file of it cannot be killed before {@link #letGo}. Mounting it takes root.
 */
public final class StuckFilesystem implements AutoCloseable {
    private static final int LOOKUP = 1;
    private static final int FORGET = 2;
    private static final int GETATTR = 3;
    private static final int INIT = 26;
    private static final int INTERRUPT = 36;

    private static final int REQUEST_HEADER = 40;
    private static final int REPLY_HEADER = 16;
    private static final int INIT_REPLY = REPLY_HEADER + 64;
    private static final int ATTRIBUTES_REPLY = REPLY_HEADER + 104;
    private static final int MOST = 1 << 16;

    private static final int EIO = 5;
    private static final int ENOSYS = 38;
    private static final int MNT_DETACH = 2;
    private static final long NOSUID_NODEV = 2 | 4;

    private final int device;
    private final Path target;
    private final BlockingQueue<Long> stuck = new LinkedBlockingQueue<>(); // who waits
    private final CompletableFuture<Long> question = new CompletableFuture<>(); // and for what

    static {
        Native.register(StuckFilesystem.class, "c");
    }

    private static native int open(byte[] path, int flags);

    private static native int close(int descriptor);

    private static native long read(int descriptor, Memory to, long length);

    private static native long write(int descriptor, Memory from, long length);

    private static native int mount(byte[] source, byte[] target, byte[] type, long flags, byte[] data);

    private static native int umount2(byte[] target, int flags);

    private StuckFilesystem(int device, Path target) {
        this.device = device;
        this.target = target;
    }

    /** Mounts one on that directory. */
    public static StuckFilesystem on(Path target) throws IOException {
        int device = open(text("/dev/fuse"), 2 | 02000000);
        check(device, "open /dev/fuse");
        StuckFilesystem it = new StuckFilesystem(device, target);
        String options = "fd=" + device + ",rootmode=40000,user_id=0,group_id=0,allow_other";
        check(mount(text("stuck"), text(target.toString()), text("fuse"), NOSUID_NODEV, text(options)), "mount");
        Thread server = new Thread(it::serve, "stuck-filesystem");
        server.setDaemon(true);
        server.start();
        return it;
    }

    private static byte[] text(String text) {
        return (text + "\0").getBytes(StandardCharsets.UTF_8);
    }

    private static void check(int result, String what) throws IOException {
        if (result < 0) {
            throw new IOException(what + ": errno " + Native.getLastError());
        }
    }

    /** The process ids, on the host, of those who wait. */
    public BlockingQueue<Long> stuck() {
        return stuck;
    }

    private void serve() {
        try (Memory request = new Memory(MOST);
                Memory reply = new Memory(ATTRIBUTES_REPLY)) {
            while (read(device, request, MOST) >= REQUEST_HEADER) {
                long unique = request.getLong(8);
                reply.clear();
                switch (request.getInt(4)) {
                    case INIT -> {
                        reply.setInt(REPLY_HEADER, 7);
                        reply.setInt(REPLY_HEADER + 4, 31); // the version of the protocol
                        reply.setInt(REPLY_HEADER + 20, 4096); // the longest write
                        answer(reply, unique, 0, INIT_REPLY);
                    }
                    case GETATTR -> {
                        reply.setLong(REPLY_HEADER + 16, 1); // inode
                        reply.setInt(REPLY_HEADER + 76, 0040755);
                        reply.setInt(REPLY_HEADER + 80, 2); // links
                        answer(reply, unique, 0, ATTRIBUTES_REPLY);
                    }
                    case LOOKUP -> {
                        question.complete(unique);
                        stuck.add((long) request.getInt(32));
                    }
                    case FORGET, INTERRUPT -> {} // that somebody wants to kill who waits, for one
                    default -> answer(reply, unique, ENOSYS, REPLY_HEADER);
                }
            }
        }
        close(device);
    }

    private void answer(Memory reply, long unique, int error, int length) {
        reply.setInt(0, length);
        reply.setInt(4, -error);
        reply.setLong(8, unique);
        write(device, reply, length);
    }

    /** Answers the first who waits, at last, with an error. */
    public void letGo() {
        try (Memory reply = new Memory(REPLY_HEADER)) {
            if (question.isDone()) {
                reply.clear();
                answer(reply, question.join(), EIO, REPLY_HEADER);
            }
        }
    }

    @Override
    public void close() throws IOException {
        letGo();
        check(umount2(text(target.toString()), MNT_DETACH), "unmount " + target); // which ends the server
    }
}
