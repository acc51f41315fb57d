package dev.skiff.linux.launcher;

import dev.skiff.linux.SyscallException;
import dev.skiff.linux.libc.ControlSocket;
import dev.skiff.linux.libc.Descriptor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** What a launcher's process says to the JVM ({@code struct report} in launcher.h). */
public record Report(Kind kind, int line, long value) {
    /** Bytes of one on the wire. */
    public static final int BYTES = 16;

    private static final int NONE = -1; // in the place of a descriptor

    /** What it is about ({@code enum report_kind}). */
    public enum Kind {
        /** A program ran to its end. */
        DONE(0),
        /** A line of a program failed: which, and the errno. */
        FAILED(1),
        /** The container's program is running: its process id. */
        STARTED(2),
        /**
         * The container has ended: si_code and si_status of waitid(2), and above that 1 if the kernel has killed for want of
         * memory.
         */
        EXITED(3),
        /** There is more in the log: the generation of the file that was written to. */
        LOGGED(4),
        /** The container's first process has been made: a descriptor of it, which has come along. */
        BORN(5),
        /** A container waits: at which {@link Stage}, and its process id. */
        WAITING(6),
        /** An agent has been forked, which serves at this socket: a descriptor of it, which has come along. */
        FORKED(7);

        private final int number;

        Kind(int number) {
            this.number = number;
        }

        /** What it is on the wire. */
        public int number() {
            return number;
        }

        static Kind of(int number) {
            for (Kind kind : values()) {
                if (kind.number == number) {
                    return kind;
                }
            }
            throw new AssertionError("no report is of kind " + number);
        }
    }

    /** The same, about that descriptor of this JVM. */
    private Report about(Optional<Descriptor> descriptor) {
        return new Report(kind, line, descriptor.map(Descriptor::number).orElse(NONE));
    }

    /** The same, where it cannot be done without. */
    public Descriptor neededDescriptor() {
        return descriptor()
                .orElseThrow(() -> new SyscallException(
                        "recvmsg",
                        "SCM_RIGHTS",
                        "EMFILE",
                        "take a process that is handed over",
                        "this JVM has as many descriptors open as it may have: ulimit -n"));
    }

    /** Waits for one; empty when the other end is closed. */
    public static Optional<Report> receive(ControlSocket socket) {
        return receive(socket, () -> {});
    }

    /**
     * The same.
     *
     * @param silent is run for each second in which none comes; what it throws ends the wait
     */
    public static Optional<Report> receive(ControlSocket socket, Runnable silent) {
        return socket.receiveMessage(BYTES, silent).map(message -> {
            Report report = parse(message.content());
            return report.kind == Kind.BORN || report.kind == Kind.FORKED ? report.about(message.descriptor()) : report;
        });
    }

    /** What has come along with it; none, if this JVM had no number left for it. */
    public Optional<Descriptor> descriptor() {
        return value == NONE ? Optional.empty() : Optional.of(new Descriptor((int) value));
    }

    public static Report parse(byte[] message) {
        if (message.length != BYTES) {
            throw new AssertionError("a report has " + BYTES + " bytes, not " + message.length);
        }
        ByteBuffer read = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        return new Report(Kind.of(read.getInt()), read.getInt(), read.getLong());
    }
}
