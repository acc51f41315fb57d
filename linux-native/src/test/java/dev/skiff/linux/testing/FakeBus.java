package dev.skiff.linux.testing;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** A message bus with a systemd at it that says yes to everything, or always the same no. */
public final class FakeBus implements AutoCloseable {
    private static final int FIXED = 16;

    private final Path socket;
    private final ServerSocketChannel server;
    private final Optional<String> error;
    private final String text;
    private final boolean hangsUp;
    private final StringBuilder heard = new StringBuilder();
    private final Consumer<String> onCall;
    private volatile String lastBody = "";

    private FakeBus(Path socket, Optional<String> error, String text, boolean hangsUp, Consumer<String> onCall)
            throws IOException {
        this.socket = socket;
        this.error = error;
        this.text = text;
        this.hangsUp = hangsUp;
        this.onCall = onCall;
        this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        Thread thread = new Thread(this::serve, "fake-bus");
        thread.setDaemon(true);
        thread.start();
    }

    public static FakeBus open(Path socket) throws IOException {
        return new FakeBus(socket, Optional.empty(), "", false, body -> {});
    }

    /** One that does something with the arguments of each call but the first, {@code Hello}, before it answers. */
    public static FakeBus doing(Path socket, Consumer<String> onCall) throws IOException {
        return new FakeBus(socket, Optional.empty(), "", false, onCall);
    }

    public static FakeBus refusing(Path socket, String error, String text) throws IOException {
        return new FakeBus(socket, Optional.of(error), text, false, body -> {});
    }

    public static FakeBus hangingUp(Path socket) throws IOException {
        return new FakeBus(socket, Optional.empty(), "", true, body -> {});
    }

    public Path socket() {
        return socket;
    }

    /** The lines before the first message. */
    public String heard() {
        return heard.toString();
    }

    /** The arguments of the last call, byte for byte. */
    public String lastBody() {
        return lastBody;
    }

    private void serve() {
        try {
            while (true) {
                try (SocketChannel client = server.accept()) {
                    if (!hangsUp) {
                        talk(client);
                    }
                } catch (EOFException done) {
                    // the next, then
                }
            }
        } catch (IOException e) {
            return; // closed
        }
    }

    private void talk(SocketChannel client) throws IOException {
        read(client, 1);
        heard.append(line(client));
        client.write(ByteBuffer.wrap("OK 1234deadbeef\r\n".getBytes(StandardCharsets.US_ASCII)));
        line(client);
        for (int calls = 0; ; calls++) {
            ByteBuffer fixed = read(client, FIXED);
            int body = fixed.getInt(4);
            int serial = fixed.getInt(8);
            read(client, (fixed.getInt(12) + 7) / 8 * 8);
            lastBody = new String(read(client, body).array(), StandardCharsets.ISO_8859_1);
            if (calls > 0) {
                onCall.accept(lastBody);
            }
            client.write(answer(serial, calls > 0 ? error : Optional.empty()));
        }
    }

    /** METHOD_RETURN or ERROR, with the fields REPLY_SERIAL and ERROR_NAME. */
    private ByteBuffer answer(int serial, Optional<String> failure) {
        ByteBuffer answer = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
        answer.position(FIXED);
        answer.put((byte) 5).put(signature("u")).putInt(serial);
        failure.ifPresent(name -> {
            answer.put((byte) 4).put(signature("s"));
            put(answer, name);
        });
        int fields = answer.position() - FIXED;
        answer.position((answer.position() + 7) / 8 * 8);
        int start = answer.position();
        failure.ifPresent(name -> put(answer, text));
        answer.put(0, new byte[] {'l', (byte) (failure.isPresent() ? 3 : 2), 0, 1});
        answer.putInt(4, answer.position() - start).putInt(8, serial).putInt(12, fields);
        return answer.flip();
    }

    private static byte[] signature(String type) {
        return new byte[] {1, (byte) type.charAt(0), 0};
    }

    private static void put(ByteBuffer to, String value) {
        to.position((to.position() + 3) / 4 * 4);
        to.putInt(value.length()).put(value.getBytes(StandardCharsets.US_ASCII)).put((byte) 0);
    }

    private static String line(SocketChannel client) throws IOException {
        StringBuilder line = new StringBuilder();
        for (char next = 0; next != '\n'; line.append(next)) {
            next = (char) read(client, 1).get(0);
        }
        return line.toString();
    }

    private static ByteBuffer read(SocketChannel client, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (client.read(bytes) < 0) {
                throw new EOFException();
            }
        }
        return bytes.flip();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
