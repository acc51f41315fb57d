package dev.skiff.linux.libc;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One end of a pair of connected sockets that keep messages apart (unix(7), SOCK_SEQPACKET), with descriptors sent along
 * (SCM_RIGHTS). It has no name, so nobody else can connect to it.
 */
public final class ControlSocket implements AutoCloseable {
    private static final int AF_UNIX = 1;
    private static final int SOCK_SEQPACKET_CLOEXEC = 5 | Libc.O_CLOEXEC;
    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;
    private static final int SHUT_WR = 1;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int MSG_CMSG_CLOEXEC = 0x40000000;

    private static final int HEADER = 56; // struct msghdr, then struct iovec, then what it points to
    private static final int VECTOR = 16;
    private static final int CONTROL_HEADER = 16; // struct cmsghdr
    private static final int ONE_DESCRIPTOR = CONTROL_HEADER + 8; // CMSG_SPACE of one

    private final Descriptor descriptor;

    private ControlSocket(Descriptor descriptor) {
        this.descriptor = descriptor;
    }

    /** Two ends of one connection. */
    public static List<ControlSocket> pair() {
        int[] pair = new int[2];
        Libc.check(
                Libc.socketpair(AF_UNIX, SOCK_SEQPACKET_CLOEXEC, 0, pair), "socketpair", "AF_UNIX", "talk to an agent");
        return List.of(new ControlSocket(new Descriptor(pair[0])), new ControlSocket(new Descriptor(pair[1])));
    }

    public Descriptor descriptor() {
        return descriptor;
    }

    /** Sends one message and these descriptors; the receiver gets descriptors of its own. */
    public void send(byte[] message, List<Descriptor> descriptors) {
        int controlLength = descriptors.isEmpty() ? 0 : CONTROL_HEADER + (4 * descriptors.size() + 7) / 8 * 8;
        try (Memory memory = new Memory(HEADER + VECTOR + controlLength + message.length)) {
            memory.clear();
            Pointer control = memory.share(HEADER + VECTOR);
            Pointer content = memory.share(HEADER + VECTOR + controlLength);
            content.write(0, message, 0, message.length);
            memory.setPointer(16, memory.share(HEADER));
            memory.setLong(24, 1);
            memory.setPointer(HEADER, content);
            memory.setLong(HEADER + 8L, message.length);
            if (controlLength > 0) {
                memory.setPointer(32, control);
                memory.setLong(40, controlLength);
                control.setLong(0, CONTROL_HEADER + 4L * descriptors.size());
                control.setInt(8, SOL_SOCKET);
                control.setInt(12, SCM_RIGHTS);
                for (int i = 0; i < descriptors.size(); i++) {
                    control.setInt(CONTROL_HEADER + 4L * i, descriptors.get(i).number());
                }
            }
            long sent;
            do {
                sent = Libc.sendmsg(descriptor.number(), memory, MSG_NOSIGNAL);
            } while (sent < 0 && Native.getLastError() == Libc.EINTR);
            Libc.check(sent, "sendmsg", message.length + " bytes", "talk to an agent");
        }
    }

    /** Waits for a message of at most that many bytes; empty when the other end is closed. */
    public Optional<byte[]> receive(int most) {
        byte[] message = new byte[most];
        long length;
        do {
            length = Libc.recv(descriptor.number(), message, most, 0);
        } while (length < 0 && Native.getLastError() == Libc.EINTR);
        if (length <= 0) {
            return Optional.empty(); // a connection reset is an end like any other
        }
        return Optional.of(Arrays.copyOf(message, (int) length));
    }

    /** A message, and the descriptor that came along with it. */
    public static final class Message {
        private final byte[] content;
        private final Optional<Descriptor> descriptor;

        private Message(byte[] content, Optional<Descriptor> descriptor) {
            this.content = content;
            this.descriptor = descriptor;
        }

        public byte[] content() {
            return content;
        }

        public Optional<Descriptor> descriptor() {
            return descriptor;
        }
    }

    /** The same as {@link #receive}, with one descriptor that may come along. */
    public Optional<Message> receiveMessage(int most) {
        try (Memory memory = new Memory(HEADER + VECTOR + ONE_DESCRIPTOR + most)) {
            Pointer content = memory.share(HEADER + VECTOR + ONE_DESCRIPTOR);
            long length;
            do {
                memory.clear();
                memory.setPointer(16, memory.share(HEADER));
                memory.setLong(24, 1);
                memory.setPointer(HEADER, content);
                memory.setLong(HEADER + 8L, most);
                memory.setPointer(32, memory.share(HEADER + VECTOR));
                memory.setLong(40, ONE_DESCRIPTOR);
                length = Libc.recvmsg(descriptor.number(), memory, MSG_CMSG_CLOEXEC);
            } while (length < 0 && Native.getLastError() == Libc.EINTR);
            if (length <= 0) {
                return Optional.empty(); // a connection reset is an end like any other
            }
            boolean more =
                    memory.getLong(40) >= CONTROL_HEADER + 4L && memory.getInt(HEADER + VECTOR + 12L) == SCM_RIGHTS;
            return Optional.of(new Message(
                    content.getByteArray(0, (int) length),
                    more
                            ? Optional.of(new Descriptor(memory.getInt(HEADER + VECTOR + (long) CONTROL_HEADER)))
                            : Optional.empty()));
        }
    }

    /** Sends no more: the other end reads the end of it. What it still says can be received. */
    public void finish() {
        try {
            Libc.shutdown(descriptor.number(), SHUT_WR); // it may have gone already
        } catch (IllegalStateException e) {
            return; // closed: that has told the other end as well
        }
    }

    @Override
    public void close() {
        descriptor.close();
    }
}
