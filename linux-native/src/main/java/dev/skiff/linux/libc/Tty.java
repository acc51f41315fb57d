package dev.skiff.linux.libc;

import com.sun.jna.Native;
import dev.skiff.linux.SyscallException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** Terminals by their descriptors: ioctl_tty(2), termios(3). */
public final class Tty {
    private static final long TCGETS = 0x5401;
    private static final long TCSETS = 0x5402;
    private static final long TIOCGWINSZ = 0x5413;
    private static final long TIOCSWINSZ = 0x5414;
    private static final int F_DUPFD_CLOEXEC = 1030;
    private static final int O_NOCTTY = 0400;

    private static final int TERMIOS_BYTES = 60; // the kernel's has 36, those of C libraries at most this
    private static final int OUTPUT = 4; // offsets of the kernel's struct termios
    private static final int CONTROL = 8;
    private static final int LOCAL = 12;
    private static final int VTIME = 17 + 5;
    private static final int VMIN = 17 + 6;

    private static final int INPUT_MODES = 0753; // IGNBRK, BRKINT, PARMRK, ISTRIP, INLCR, IGNCR, ICRNL
    private static final int IXON = 02000;
    private static final int OPOST = 1;
    private static final int CSIZE_PARENB = 060 | 0400;
    private static final int CS8 = 060;
    private static final int ISIG_ICANON_ECHO = 1 | 2 | 010;
    private static final int ECHONL = 0100;
    private static final int IEXTEN = 0100000;

    private Tty() {}

    /** How large one is, in characters. */
    public record Size(int rows, int columns) {}

    /** The settings of a terminal; none of what is no terminal. */
    public static Optional<byte[]> settings(Descriptor terminal) {
        byte[] settings = new byte[TERMIOS_BYTES];
        return Libc.ioctl(terminal.number(), TCGETS, settings) < 0 ? Optional.empty() : Optional.of(settings);
    }

    /** Sets them; false if that cannot be, because it has hung up for one. */
    public static boolean set(Descriptor terminal, byte[] settings) {
        return Libc.ioctl(terminal.number(), TCSETS, settings.clone()) >= 0;
    }

    /** Settings with which every byte goes through as it is, both ways and at once: cfmakeraw(3). */
    public static byte[] raw(byte[] settings) {
        ByteBuffer raw = ByteBuffer.wrap(settings.clone()).order(ByteOrder.nativeOrder());
        raw.putInt(0, raw.getInt(0) & ~(INPUT_MODES | IXON));
        raw.putInt(OUTPUT, raw.getInt(OUTPUT) & ~OPOST);
        raw.putInt(CONTROL, (raw.getInt(CONTROL) & ~CSIZE_PARENB) | CS8);
        raw.putInt(LOCAL, raw.getInt(LOCAL) & ~(ISIG_ICANON_ECHO | ECHONL | IEXTEN));
        raw.put(VTIME, (byte) 0).put(VMIN, (byte) 1);
        return raw.array();
    }

    /** How large it is: struct winsize has rows, columns, and their pixels. */
    public static Size size(Descriptor terminal) {
        byte[] size = new byte[8];
        Libc.check(Libc.ioctl(terminal.number(), TIOCGWINSZ, size), "ioctl", "TIOCGWINSZ", "ask a terminal its size");
        ByteBuffer fields = ByteBuffer.wrap(size).order(ByteOrder.nativeOrder());
        return new Size(Short.toUnsignedInt(fields.getShort(0)), Short.toUnsignedInt(fields.getShort(2)));
    }

    /** Says how large it is, which whoever is in its foreground is told by SIGWINCH. */
    public static void resize(Descriptor terminal, Size size) {
        ByteBuffer fields = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder());
        fields.putShort((short) size.rows()).putShort((short) size.columns());
        Libc.check(
                Libc.ioctl(terminal.number(), TIOCSWINSZ, fields.array()),
                "ioctl",
                "TIOCSWINSZ",
                "say how large a terminal is");
    }

    /** The controlling terminal of this JVM, if there is one: tty(4). */
    public static Optional<Descriptor> controlling() {
        int opened = Libc.open(Libc.string("/dev/tty"), Libc.O_RDWR | O_NOCTTY | Libc.O_CLOEXEC, 0);
        return opened < 0 ? Optional.empty() : Optional.of(new Descriptor(opened));
    }

    /**
     * Another descriptor of the same.
     *
     * @throws SyscallException EMFILE if this JVM may not have as many
     */
    public static Descriptor duplicate(Descriptor terminal) {
        int copy = Libc.fcntl(terminal.number(), F_DUPFD_CLOEXEC, 0);
        if (copy < 0) {
            throw Libc.failure(Native.getLastError(), "fcntl", "F_DUPFD_CLOEXEC", "carry a terminal");
        }
        return new Descriptor(copy);
    }
}
