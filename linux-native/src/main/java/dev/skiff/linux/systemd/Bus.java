package dev.skiff.linux.systemd;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;

/** A connection to a message bus, for a call or two. Every answer is waited for at most 5 seconds. For one thread. */
final class Bus implements AutoCloseable {
    private static final Duration LONGEST = Duration.ofSeconds(5);
    private static final int MOST_LINE = 1024;
    private static final String BUS = "org.freedesktop.DBus";

    // fields of a header
    private static final int PATH = 1;
    private static final int INTERFACE = 2;
    private static final int MEMBER = 3;
    private static final int DESTINATION = 6;
    private static final int SIGNATURE = 8;

    private final SocketChannel channel;
    private final Selector selector;
    private int serial;

    private Bus(SocketChannel channel, Selector selector) {
        this.channel = channel;
        this.selector = selector;
    }

    /** Connects and says who we are: the kernel tells the bus our user id, and EXTERNAL only claims it. */
    static Bus connect(Path socket, int user) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        Selector selector = null;
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.configureBlocking(false);
            selector = Selector.open();
            channel.register(selector, SelectionKey.OP_READ);
            Bus bus = new Bus(channel, selector);
            bus.authenticate(user);
            bus.call("/org/freedesktop/DBus", BUS, BUS, "Hello", "", new BusWriter());
            return bus;
        } catch (IOException | RuntimeException e) {
            channel.close();
            if (selector != null) {
                selector.close();
            }
            throw e;
        }
    }

    private void authenticate(int user) throws IOException {
        String id = HexFormat.of().formatHex(Integer.toUnsignedString(user).getBytes(StandardCharsets.US_ASCII));
        write(("\0AUTH EXTERNAL " + id + "\r\n").getBytes(StandardCharsets.US_ASCII));
        String answer = readLine();
        if (!answer.startsWith("OK ")) {
            throw new IOException("the bus does not let user " + user + " in: " + answer);
        }
        write("BEGIN\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    private String readLine() throws IOException {
        StringBuilder line = new StringBuilder();
        while (line.length() < MOST_LINE) {
            char next = (char) read(1)[0];
            if (next == '\n') {
                return line.toString().trim();
            }
            line.append(next);
        }
        throw new IOException("the bus answers without end: " + line.substring(0, 40) + "...");
    }

    /**
     * Calls a method and waits until it has been done.
     *
     * @throws IOException with the name of the error that came back
     */
    void call(String path, String destination, String type, String member, String signature, BusWriter body)
            throws IOException {
        byte[] arguments = body.toBytes();
        serial++;
        BusWriter message = new BusWriter()
                .octet('l')
                .octet(BusMessage.METHOD_CALL)
                .octet(0)
                .octet(1)
                .number(arguments.length)
                .number(serial);
        message.array(8, fields -> {
            field(fields, PATH, "o").text(path);
            field(fields, DESTINATION, "s").text(destination);
            field(fields, INTERFACE, "s").text(type);
            field(fields, MEMBER, "s").text(member);
            if (!signature.isEmpty()) {
                field(fields, SIGNATURE, "g").signature(signature);
            }
        });
        write(message.align(8).toBytes());
        write(arguments);
        BusMessage answer = read();
        while (!answer.answers(serial)) {
            answer = read(); // signals, such as the one that tells our name
        }
        Optional<String> error = answer.error();
        if (error.isPresent()) {
            throw new IOException(member + " of " + destination + " answered " + error.get());
        }
    }

    private static BusWriter field(BusWriter fields, int code, String signature) {
        return fields.align(8).octet(code).signature(signature);
    }

    private BusMessage read() throws IOException {
        byte[] fixed = read(BusMessage.FIXED);
        byte[] rest = read(BusMessage.length(fixed) - fixed.length);
        return BusMessage.parse(ByteBuffer.allocate(fixed.length + rest.length)
                .put(fixed)
                .put(rest)
                .array());
    }

    private byte[] read(int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count);
        long end = System.nanoTime() + LONGEST.toNanos();
        while (bytes.hasRemaining()) {
            int read = channel.read(bytes);
            if (read < 0) {
                throw new EOFException("the bus hung up");
            }
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new IOException("the bus did not answer within " + LONGEST.toSeconds() + " s");
            }
            if (read == 0) {
                selector.select(left);
                selector.selectedKeys().clear();
            }
        }
        return bytes.array();
    }

    /** What we send is far less than a socket takes at once. */
    private void write(byte[] bytes) throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        channel.write(rest);
        if (rest.hasRemaining()) {
            throw new IOException("the bus took only " + rest.position() + " of " + bytes.length + " bytes");
        }
    }

    @Override
    public void close() throws IOException {
        selector.close();
        channel.close();
    }
}
