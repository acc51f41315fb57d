package dev.skiff.linux.libc;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/** A socket of the host that somebody listens at: unix(7). */
public final class UnixSocket {
    private static final int AF_UNIX = 1;
    private static final int SOCK_STREAM_CLOEXEC = 1 | Libc.O_CLOEXEC;
    private static final int PATH_BYTES = 108;

    private UnixSocket() {}

    /** Connects to it. */
    public static Descriptor connect(Path path, String purpose) {
        byte[] name = path.toString().getBytes(StandardCharsets.UTF_8);
        if (name.length >= PATH_BYTES) {
            throw new IllegalArgumentException(purpose + ": the path of a socket has less than " + PATH_BYTES
                    + " bytes, not " + name.length + ": " + path);
        }
        byte[] address = Arrays.copyOf(new byte[] {AF_UNIX, 0}, 2 + PATH_BYTES);
        System.arraycopy(name, 0, address, 2, name.length);
        Descriptor socket =
                new Descriptor(Libc.check(Libc.socket(AF_UNIX, SOCK_STREAM_CLOEXEC, 0), "socket", path, purpose));
        try {
            Libc.check(Libc.connect(socket.number(), address, address.length), "connect", path, purpose);
            return socket;
        } catch (RuntimeException e) {
            socket.close();
            throw e;
        }
    }
}
