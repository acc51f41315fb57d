package dev.skiff.build;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Takes one connection and never says a word. */
final class SilentServer implements AutoCloseable {
    private final ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());

    SilentServer() throws IOException {}

    String host() {
        return "127.0.0.1:" + socket.getLocalPort();
    }

    /** Interrupts a thread when somebody has connected and asked something. */
    void interruptsOnceConnected(Thread thread) {
        Thread server = new Thread(
                () -> {
                    try (Socket client = socket.accept()) {
                        int first = client.getInputStream().read();
                        if (first >= 0) {
                            thread.interrupt();
                        }
                        client.getInputStream().transferTo(OutputStream.nullOutputStream());
                    } catch (IOException closed) {
                        // the test is over
                    }
                },
                "silent server");
        server.setDaemon(true);
        server.start();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
