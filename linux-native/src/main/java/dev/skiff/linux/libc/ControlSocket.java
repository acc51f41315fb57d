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
    private static final int SHUT_RDWR = 2;
    private static final int SO_RCVTIMEO = 20;
    private static final int SO_SNDTIMEO = 21;

    /** One second, as struct timeval: how long a call waits at a time. */
    private static final int[] SECOND = {1, 0, 0, 0};

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

    /** Two ends of one connection. The first is ours, and waits for no more than a second at a time, if at all. */
    public static List<ControlSocket> pair() {
        int[] pair = new int[2];
        Libc.check(
                Libc.socketpair(AF_UNIX, SOCK_SEQPACKET_CLOEXEC, 0, pair), "socketpair", "AF_UNIX", "talk to an agent");
        for (int limit : new int[] {SO_RCVTIMEO, SO_SNDTIMEO}) {
            Libc.setsockopt(pair[0], SOL_SOCKET, limit, SECOND, 4 * SECOND.length);
        }
        return List.of(new ControlSocket(new Descriptor(pair[0])), new ControlSocket(new Descriptor(pair[1])));
    }

    public Descriptor descriptor() {
        return descriptor;
    }

    /**
     * Sends one message and these descriptors; the receiver gets descriptors of its own.
     *
     * @throws SyscallException EAGAIN if the receiver has taken nothing for a second, and there is much that it has not taken
     */
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
        return receive(most, () -> {});
    }

    /**
     * The same.
     *
     * @param silent is run for each second in which none comes; what it throws ends the wait
     */
    public Optional<byte[]> receive(int most, Runnable silent) {
        byte[] message = new byte[most];
        while (true) {
            long length = Libc.recv(descriptor.number(), message, most, 0);
            if (length >= 0) {
                return length == 0 ? Optional.empty() : Optional.of(Arrays.copyOf(message, (int) length));
            }
            if (isOver(Native.getLastError(), silent)) {
                return Optional.empty();
            }
        }
    }

    /** What an error of a call that receives means: a connection reset is an end like any other. */
    private static boolean isOver(int errno, Runnable silent) {
        if (errno == Libc.EAGAIN) {
            silent.run();
        }
        return errno != Libc.EAGAIN && errno != Libc.EINTR;
    }

    /** Whether the other end is closed, in every process that had it, and nothing is left to be received. */
    public boolean isOver() {
        int[] look = {descriptor.number(), 0}; // POLLHUP is told unasked
        return Libc.poll(look, 1, 0) > 0;
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
        return receiveMessage(most, () -> {});
    }

    /**
     * The same.
     *
     * @param silent is run for each second in which none comes; what it throws ends the wait
     */
    public Optional<Message> receiveMessage(int most, Runnable silent) {
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
            } while (length < 0 && !isOver(Native.getLastError(), silent));
            if (length <= 0) {
                return Optional.empty();
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
        shutDown(SHUT_WR);
    }

    /** Ends it for both sides, whoever holds the other end: who receives from it hears that it is over. */
    public void end() {
        shutDown(SHUT_RDWR);
    }

    private void shutDown(int how) {
        try {
            Libc.shutdown(descriptor.number(), how); // it may have gone already
        } catch (IllegalStateException e) {
            return; // closed: that has told the other end as well
        }
    }

    @Override
    public void close() {
        descriptor.close();
    }
}
