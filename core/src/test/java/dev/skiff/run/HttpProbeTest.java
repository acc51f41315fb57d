package dev.skiff.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class HttpProbeTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private ServerSocket server;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    private Optional<String> look() throws InterruptedException {
        return new HttpProbe(server.getLocalPort(), "/health").look(LIMIT);
    }

    private void answer(String text) {
        Thread thread = new Thread(() -> {
            try (Socket caller = server.accept()) {
                caller.getInputStream().read(new byte[1000]);
                caller.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    @Test
    void anAnswerBelow400IsReady() throws InterruptedException {
        answer("HTTP/1.1 204 No Content\r\n\r\n");
        assertThat(look()).isEmpty();
        answer("HTTP/1.0 302 Found\r\nLocation: http://elsewhere.example/\r\n\r\n");
        assertThat(look()).isEmpty();
    }

    @Test
    void anErrorIsNotReadyAndTold() throws InterruptedException {
        answer("HTTP/1.1 503 Service Unavailable\r\n\r\n");
        assertThat(look()).contains("status 503");
    }

    @Test
    void aConnectionThatIsClosedAtOnceMeansThatNobodyListensInTheContainer() throws InterruptedException {
        answer("");
        assertThat(look()).contains("nothing listens there yet");
    }

    @Test
    void anythingElseIsNoAnswer() throws InterruptedException {
        answer("220 mail.example ESMTP\r\n");
        assertThat(look()).contains("an answer that is not HTTP");
    }

    @Test
    void aServerThatSaysNothingIsGivenUp() throws InterruptedException {
        Optional<String> found = new HttpProbe(server.getLocalPort(), "/").look(Duration.ofMillis(100));
        assertThat(found).isPresent();
    }

    @Test
    void aServerThatSendsAByteNowAndThenIsGivenUp() throws InterruptedException {
        Thread drip = new Thread(() -> {
            try (Socket caller = server.accept()) {
                while (true) {
                    caller.getOutputStream().write('H');
                    Thread.sleep(20);
                }
            } catch (IOException | InterruptedException e) {
                // it has been given up
            }
        });
        drip.setDaemon(true);
        drip.start();

        Optional<String> found = new HttpProbe(server.getLocalPort(), "/").look(Duration.ofMillis(200));

        assertThat(found).isPresent();
    }

    @Test
    void anInterruptEndsTheWait() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(this::look).isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isFalse();
    }
}
