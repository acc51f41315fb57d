package dev.skiff.build;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Takes connections at one socket and passes on what is said on them, in both directions, to another. */
final class SshForward implements AutoCloseable {
    private static final int LONGEST_PATH = 107; // sun_path of unix(7), its NUL aside
    private static final int BUFFER = 1 << 14;

    private final Path agent;
    private final ServerSocketChannel listener;
    private final Set<SocketChannel> connections = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private SshForward(Path agent, ServerSocketChannel listener) {
        this.agent = agent;
        this.listener = listener;
    }

    /**
     * Begins.
     *
     * @param agent a socket that somebody listens at; that is tried now, so that a dead one is found before the command runs
     * @param socket where to listen; nothing is there yet
     */
    static SshForward open(Path agent, Path socket) throws IOException {
        connect(agent).close();
        if (socket.toString().getBytes(StandardCharsets.UTF_8).length > LONGEST_PATH) {
            throw new IOException(
                    "forward an ssh agent at " + socket + ": the kernel takes sockets with paths of at most "
                            + LONGEST_PATH + " bytes; use a store at a shorter path");
        }
        ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            listener.bind(UnixDomainSocketAddress.of(socket));
            SshForward forward = new SshForward(agent, listener);
            daemon("skiff-ssh", forward::accept);
            return forward;
        } catch (IOException | RuntimeException e) {
            listener.close();
            throw e;
        }
    }

    private static SocketChannel connect(Path agent) throws IOException {
        try {
            return SocketChannel.open(UnixDomainSocketAddress.of(agent));
        } catch (IOException e) {
            throw new IOException(
                    "forward the ssh agent at " + agent + ": " + e.getMessage()
                            + "; is it the socket of an agent that runs?",
                    e);
        }
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel client = listener.accept();
                connections.add(client);
                if (closed) { // just now, and whoever closes has not seen this one
                    client.close();
                }
                daemon("skiff-ssh-connection", () -> serve(client));
            }
        } catch (IOException e) {
            // closed: the step is over
        }
    }

    private void serve(SocketChannel client) {
        try (client;
                SocketChannel upstream = connect(agent)) {
            connections.add(upstream);
            Thread answers = daemon("skiff-ssh-answers", () -> pass(upstream, client));
            pass(client, upstream);
            answers.join();
            connections.remove(upstream);
        } catch (IOException | InterruptedException e) {
            // whoever has connected sees the end of the connection
        } finally {
            connections.remove(client);
        }
    }

    private void pass(SocketChannel from, SocketChannel to) {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        try {
            while (!closed && from.read(buffer) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    to.write(buffer);
                }
                buffer.clear();
            }
            to.shutdownOutput();
        } catch (IOException e) {
            // one of the two is gone, and so is the connection
        }
    }

    private static Thread daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    @Override
    public void close() throws IOException {
        closed = true;
        listener.close();
        for (SocketChannel connection : connections) {
            connection.close();
        }
    }
}
