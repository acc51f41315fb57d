package dev.skiff.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SshForwardTest {
    /** The common pool may have a single thread, and both ends wait for each other. */
    private static final Executor THREADS = task -> new Thread(task).start();

    @TempDir
    private Path directory;

    @Test
    void whatIsSaidIsPassedOnInBothDirections() throws Exception {
        Path agent = directory.resolve("agent");
        Path socket = directory.resolve("socket");
        try (ServerSocketChannel listener = listen(agent)) {
            CompletableFuture<Void> echo = CompletableFuture.runAsync(() -> echoTwice(listener), THREADS);
            SshForward forward = SshForward.open(agent, socket);
            try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
                byte[] asked = "who is there".repeat(5000).getBytes(StandardCharsets.UTF_8);
                CompletableFuture<Void> asking = CompletableFuture.runAsync(() -> say(client, asked), THREADS);
                InputStream answers = Channels.newInputStream(client);

                assertThat(answers.readAllBytes()).isEqualTo(asked);
                asking.join();
            } finally {
                forward.close();
            }
            echo.join();
        }
    }

    private static ServerSocketChannel listen(Path at) throws IOException {
        return ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(at));
    }

    private static void say(SocketChannel client, byte[] what) {
        try {
            ByteBuffer left = ByteBuffer.wrap(what); // streams of one channel would keep each other waiting
            while (left.hasRemaining()) {
                client.write(left);
            }
            client.shutdownOutput();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The first connection is that which tries whether anybody is there. */
    private static void echoTwice(ServerSocketChannel listener) {
        for (int i = 0; i < 2; i++) {
            try (SocketChannel client = listener.accept()) {
                Channels.newInputStream(client).transferTo(Channels.newOutputStream(client));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Test
    void anAgentThatNobodyListensForIsNamed() {
        Path agent = directory.resolve("nobody");

        assertThatThrownBy(() -> SshForward.open(agent, directory.resolve("socket")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("forward the ssh agent at " + agent);
    }

    @Test
    void closingEndsWhatIsConnected() throws Exception {
        Path agent = directory.resolve("agent");
        Path socket = directory.resolve("socket");
        ServerSocketChannel listener = listen(agent);
        try {
            SshForward forward = SshForward.open(agent, socket);
            try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
                forward.close();

                assertThat(hasEnded(client)).isTrue();
                assertThatThrownBy(() -> SocketChannel.open(UnixDomainSocketAddress.of(socket))
                                .close())
                        .isInstanceOf(IOException.class);
            }
        } finally {
            listener.close();
        }
    }

    /** One that was connected but not yet taken when the socket was closed is reset, another one ends. */
    private static boolean hasEnded(SocketChannel client) {
        try {
            return Channels.newInputStream(client).read() < 0;
        } catch (IOException reset) {
            return true;
        }
    }
}
