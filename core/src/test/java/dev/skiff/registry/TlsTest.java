package dev.skiff.registry;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.skiff.Credentials;
import dev.skiff.RegistryException;
import dev.skiff.oci.Platform;
import dev.skiff.oci.Reference;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A registry that only pretends to be one, and the proxy on the way to it. */
@Timeout(30)
class TlsTest {
    @Test
    void item77ACertificateThatNobodySignedEndsTheMatter(@TempDir Path directory) throws Exception {
        try (ConnectProxy proxy = new ConnectProxy("200 OK", impostor(directory, "registry.invalid"))) {
            assertThatThrownBy(() -> resolve(proxy))
                    .asInstanceOf(type(RegistryException.class))
                    .satisfies(e -> assertThat(e)
                            .hasMessageContaining("cannot reach registry registry.invalid")
                            .hasMessageContaining("TLS with registry.invalid failed")
                            .hasMessageContaining("keytool -importcert"));
            assertThat(proxy.asked).as("no second try, and none without TLS").containsExactly("CONNECT");
        }
    }

    @Test
    void aProxyThatWantsALoginIsSaid() throws IOException {
        try (ConnectProxy proxy = new ConnectProxy("407 Proxy Authentication Required", SSLContext::getDefault)) {
            assertThatThrownBy(() -> resolve(proxy))
                    .isInstanceOf(RegistryException.class)
                    .hasMessageContaining("the proxy wants credentials");
        }
    }

    private static void resolve(ConnectProxy proxy) {
        RegistrySettings settings = new RegistrySettings(
                Set.of(),
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                Duration.ofMillis(1),
                EnvironmentProxies.of(Map.of("https_proxy", "127.0.0.1:" + proxy.listener.getLocalPort())));
        new RegistryClient(settings)
                .repository(Reference.parse("registry.invalid/team/app:1"), Credentials.anonymous())
                .resolve(Platform.parse("linux/amd64"), Duration.ofSeconds(10));
    }

    /** The key and the certificate of somebody who vouches for himself. */
    private static Tls impostor(Path directory, String host) throws Exception {
        Path store = directory.resolve("keys.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "x",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=" + host,
                        "-ext",
                        "san=dns:" + host,
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        "changeit",
                        "-keystore",
                        store.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("keytool.log").toFile())
                .start();
        assertThat(keytool.waitFor(20, TimeUnit.SECONDS)).isTrue();
        KeyStore keys = KeyStore.getInstance(store.toFile(), "changeit".toCharArray());
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, "changeit".toCharArray());
        return () -> {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), null, null);
            return context;
        };
    }

    @FunctionalInterface
    private interface Tls {
        SSLContext context() throws Exception;
    }

    /** Answers CONNECT, and then speaks TLS itself, whoever the caller wanted to speak to. */
    private static final class ConnectProxy implements AutoCloseable {
        private final ServerSocket listener;
        private final String answer;
        private final Tls tls;
        private final List<String> asked = new CopyOnWriteArrayList<>();

        ConnectProxy(String answer, Tls tls) throws IOException {
            this.answer = answer;
            this.tls = tls;
            this.listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
            Thread thread = new Thread(this::serve, "connect-proxy");
            thread.setDaemon(true);
            thread.start();
        }

        private void serve() {
            while (!listener.isClosed()) {
                try (Socket socket = listener.accept()) {
                    asked.add(readHead(socket).split(" ", 2)[0]);
                    socket.getOutputStream()
                            .write(("HTTP/1.1 " + answer + "\r\nContent-Length: 0\r\n\r\n").getBytes(US_ASCII));
                    if (answer.startsWith("200")) {
                        SSLSocket secure =
                                (SSLSocket) tls.context().getSocketFactory().createSocket(socket, null, true);
                        secure.startHandshake();
                    }
                } catch (Exception e) {
                    // The caller hangs up on an impostor: the test looks at the caller.
                }
            }
        }

        private static String readHead(Socket socket) throws IOException {
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int next = socket.getInputStream().read();
                if (next < 0) {
                    return head.toString();
                }
                head.append((char) next);
            }
            return head.toString();
        }

        @Override
        public void close() {
            try {
                listener.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
