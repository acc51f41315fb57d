package dev.skiff.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.skiff.oci.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The reference implementation, as Debian packages it ({@code docker-registry}), run for one test on a free port. */
public final class DebianRegistry implements TestRegistry {
    static final String USER = PullContract.USER;
    static final String PASSWORD = PullContract.PASSWORD;

    /** {@link #USER} with {@link #PASSWORD}, in the only form that the registry reads: bcrypt. */
    private static final String HTPASSWD = USER + ":$2b$04$7yvQspV6d/ZVe25H.53x9.9.8kUAhdiaVsSZv1VU2x660xaSzzZ2y\n";

    private final HttpClient client = HttpClient.newHttpClient();
    private final Process process;
    private final int port;
    private final Optional<String> authorization;

    private DebianRegistry(Process process, int port, Optional<String> authorization) {
        this.process = process;
        this.port = port;
        this.authorization = authorization;
    }

    /** The program, if this machine has it. */
    public static Optional<Path> program() {
        return Stream.of("/usr/bin/docker-registry", "/usr/local/bin/docker-registry")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Runs one that keeps its files below the directory. */
    public static DebianRegistry start(Path program, Path directory, boolean withLogin) {
        try {
            int port = freePort();
            Path configuration =
                    Files.writeString(directory.resolve("config.yml"), configuration(directory, port, withLogin));
            Process process = new ProcessBuilder(program.toString(), "serve", configuration.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("log").toFile())
                    .start();
            String login = Base64.getEncoder().encodeToString((USER + ":" + PASSWORD).getBytes(UTF_8));
            DebianRegistry registry =
                    new DebianRegistry(process, port, withLogin ? Optional.of("Basic " + login) : Optional.empty());
            registry.awaitReady(directory.resolve("log"));
            return registry;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String configuration(Path directory, int port, boolean withLogin) throws IOException {
        List<String> lines = List.of(
                "version: 0.1",
                "log: {level: warn, accesslog: {disabled: true}}",
                "storage: {filesystem: {rootdirectory: " + directory.resolve("data") + "}}",
                "http: {addr: '127.0.0.1:" + port + "'}");
        String login = "";
        if (withLogin) {
            Path passwords = Files.writeString(directory.resolve("htpasswd"), HTPASSWD);
            login = "\nauth: {htpasswd: {realm: test, path: " + passwords + "}}";
        }
        return String.join("\n", lines) + login + "\n";
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void awaitReady(Path log) throws IOException {
        for (int i = 0; i < 200 && process.isAlive(); i++) {
            try {
                send(request("/v2/").GET());
                return;
            } catch (UncheckedIOException e) {
                sleep();
            }
        }
        close();
        throw new IllegalStateException("docker-registry did not come up: " + Files.readString(log));
    }

    private static void sleep() {
        try {
            Thread.sleep(25);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String name() {
        return "127.0.0.1:" + port;
    }

    @Override
    public Digest blob(String repository, byte[] content) {
        HttpResponse<String> begun =
                send(request("/v2/" + repository + "/blobs/uploads/").POST(BodyPublishers.noBody()));
        String location = begun.headers().firstValue("Location").orElseThrow();
        Digest digest = Digest.sha256(content);
        URI upload = URI.create("http://" + name()).resolve(location + "&digest=" + digest);
        expect(201, send(request(upload).PUT(BodyPublishers.ofByteArray(content))));
        return digest;
    }

    @Override
    public Digest manifest(String repository, String tag, String mediaType, byte[] content) {
        Digest digest = Digest.sha256(content);
        String reference = tag.isEmpty() ? digest.toString() : tag;
        expect(
                201,
                send(request("/v2/" + repository + "/manifests/" + reference)
                        .header("Content-Type", mediaType)
                        .PUT(BodyPublishers.ofByteArray(content))));
        return digest;
    }

    private HttpRequest.Builder request(String path) {
        return request(URI.create("http://" + name() + path));
    }

    private HttpRequest.Builder request(URI address) {
        HttpRequest.Builder request = HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(10));
        authorization.ifPresent(value -> request.header("Authorization", value));
        return request;
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return client.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void expect(int status, HttpResponse<String> response) {
        if (response.statusCode() != status) {
            throw new IllegalStateException(response + ": " + response.body());
        }
    }

    /** Ends the process that this started, and waits until it is gone. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
