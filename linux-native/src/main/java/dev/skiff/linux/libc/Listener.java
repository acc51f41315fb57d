package dev.skiff.linux.libc;

import com.sun.jna.Native;
import dev.skiff.linux.AddressInUseException;
import dev.skiff.linux.SyscallException;
import dev.skiff.linux.abi.Errno;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** A TCP socket that listens on this host, to be handed to a supervisor: tcp(7). */
public final class Listener implements AutoCloseable {
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int SOCK_STREAM = 1 | Libc.O_NONBLOCK | Libc.O_CLOEXEC;
    private static final int SOL_SOCKET = 1;
    private static final int SO_REUSEADDR = 2;
    private static final int BACKLOG = 512;
    private static final int IPV4_BYTES = 16;
    private static final int IPV6_BYTES = 28;

    private final Descriptor descriptor;
    private final int port;

    private Listener(Descriptor descriptor, int port) {
        this.descriptor = descriptor;
        this.port = port;
    }

    /**
     * Listens there; port 0 takes a free one.
     *
     * @throws AddressInUseException if somebody else does already
     */
    public static Listener open(InetSocketAddress where) {
        boolean four = where.getAddress() instanceof Inet4Address;
        Descriptor socket = new Descriptor(
                Libc.check(Libc.socket(four ? AF_INET : AF_INET6, SOCK_STREAM, 0), "socket", where, "publish a port"));
        try {
            int[] yes = {1};
            Libc.check(
                    Libc.setsockopt(socket.number(), SOL_SOCKET, SO_REUSEADDR, yes, 4),
                    "setsockopt",
                    where,
                    "publish a port");
            byte[] address = address(where.getAddress(), where.getPort());
            if (Libc.bind(socket.number(), address, address.length) < 0) {
                throw failure(Native.getLastError(), "bind", where);
            }
            if (Libc.listen(socket.number(), BACKLOG) < 0) {
                throw failure(Native.getLastError(), "listen", where);
            }
            Libc.check(
                    Libc.getsockname(socket.number(), address, new int[] {address.length}),
                    "getsockname",
                    where,
                    "publish a port");
            return new Listener(
                    socket, Short.toUnsignedInt(ByteBuffer.wrap(address).getShort(2)));
        } catch (RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private static RuntimeException failure(int errno, String call, InetSocketAddress where) {
        SyscallException cause = Libc.failure(errno, call, where, "publish a port");
        return errno == Errno.EADDRINUSE.number() ? new AddressInUseException(where, cause) : cause;
    }

    private static byte[] address(InetAddress host, int port) {
        byte[] ip = host.getAddress();
        boolean four = ip.length == 4;
        ByteBuffer address = ByteBuffer.allocate(four ? IPV4_BYTES : IPV6_BYTES);
        address.put((byte) (four ? AF_INET : AF_INET6)).put((byte) 0).putShort((short) port);
        address.put(four ? 4 : 8, ip);
        return address.array();
    }

    public Descriptor descriptor() {
        return descriptor;
    }

    public int port() {
        return port;
    }

    @Override
    public void close() {
        descriptor.close();
    }
}
