package dev.skiff.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.skiff.oci.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A registry inside the test: serves what it is given, asks for a login if told to, and misbehaves on request. It
 * remembers every request, so that a test can say what was sent where.
 *
 * <pre>{@code
 * try (FakeRegistry registry = FakeRegistry.start()) {
 *     Digest layer = registry.blob("team/app", bytes);
 *     registry.once("/blobs/", FakeRegistry.cutAfter(100));   // the first download breaks off
 * }
 * }</pre>
 */
public final class FakeRegistry implements TestRegistry {
    private static final int PIECE = 64 * 1024;
    private static final Pattern PATH = Pattern.compile("/v2/(.+)/(manifests|blobs)/([^/]+)");

    /**
     * A request as it arrived.
     *
     * @param authorization the header, or empty text
     */
    public record Request(String method, String path, String query, String authorization, String range) {}

    /** Answers in place of the registry; false lets the request through. */
    @FunctionalInterface
    public interface Fault {
        boolean handle(FakeRegistry registry, HttpExchange exchange) throws IOException;
    }

    private record Rule(Pattern path, AtomicInteger times, Fault fault) {
        boolean applies(HttpExchange exchange) {
            return path.matcher(exchange.getRequestURI().getPath()).find();
        }
    }

    private static final class Stored {
        private final String mediaType;
        private final byte[] content;

        Stored(String mediaType, byte[] content) {
            this.mediaType = mediaType;
            this.content = content.clone();
        }
    }

    private final HttpServer server;
    private final ExecutorService threads;
    private final Map<String, Stored> content = new ConcurrentHashMap<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final List<Rule> rules = new CopyOnWriteArrayList<>();
    private final List<String> goodTokens = new CopyOnWriteArrayList<>();
    private volatile Optional<String> challenge = Optional.empty();
    private volatile Optional<String> basic = Optional.empty();
    private volatile boolean ranges = true;
    private final FakeUploads uploads = new FakeUploads(this);

    private FakeRegistry() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads = Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "fake-registry");
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /** A registry without content on a free port, open to everybody. */
    public static FakeRegistry start() {
        return new FakeRegistry();
    }

    @Override
    public String name() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** An address on this server. */
    public URI at(String path) {
        return URI.create("http://" + name() + path);
    }

    @Override
    public Digest blob(String repository, byte[] bytes) {
        Digest digest = Digest.sha256(bytes);
        content.put(repository + "/blobs/" + digest, new Stored("application/octet-stream", bytes));
        return digest;
    }

    @Override
    public Digest manifest(String repository, String tag, String mediaType, byte[] bytes) {
        Digest digest = Digest.sha256(bytes);
        content.put(repository + "/manifests/" + digest, new Stored(mediaType, bytes));
        if (!tag.isEmpty()) {
            content.put(repository + "/manifests/" + tag, new Stored(mediaType, bytes));
        }
        return digest;
    }

    /** The bytes of a blob, if it is there. */
    public Optional<byte[]> stored(String repository, Digest digest) {
        return Optional.ofNullable(content.get(repository + "/blobs/" + digest)).map(stored -> stored.content);
    }

    /** The bytes of a manifest, if it is there. */
    public Optional<byte[]> storedManifest(String repository, String name) {
        return Optional.ofNullable(content.get(repository + "/manifests/" + name))
                .map(stored -> stored.content);
    }

    /** Serves other bytes under a digest than it is of. */
    public void blobUnderFalseDigest(String repository, Digest digest, byte[] bytes) {
        content.put(repository + "/blobs/" + digest, new Stored("application/octet-stream", bytes));
    }

    /** As {@link #blobUnderFalseDigest}, for a manifest. */
    public void manifestUnderFalseDigest(String repository, Digest digest, String mediaType, byte[] bytes) {
        content.put(repository + "/manifests/" + digest, new Stored(mediaType, bytes));
    }

    /** From now on only with this login. */
    public void requireBasic(String user, String password) {
        basic = Optional.of(basicHeader(user, password));
        challenge = Optional.of("Basic realm=\"fake\"");
    }

    /** From now on only with a token, which {@code /token} of this server gives to everybody. */
    public void requireToken() {
        requireToken(at("/token").toString());
    }

    /** From now on only with a token, which a service somewhere gives. */
    public void requireToken(String realm) {
        challenge = Optional.of("Bearer realm=\"" + realm + "\",service=\"fake\",scope=\"ignored\"");
    }

    /** From now on only with a token, which {@code /token} gives for this login alone. */
    public void requireTokenFor(String user, String password) {
        requireToken();
        basic = Optional.of(basicHeader(user, password));
    }

    /** All tokens given so far stop being good. */
    public void expireTokens() {
        goodTokens.clear();
    }

    /** From now on answers every Range with the whole, as a registry may. */
    public void withoutRanges() {
        ranges = false;
    }

    /** The next request whose path matches is answered by the fault. */
    public void once(String path, Fault fault) {
        times(1, path, fault);
    }

    /** Every request whose path matches is answered by the fault. */
    public void always(String path, Fault fault) {
        times(Integer.MAX_VALUE, path, fault);
    }

    /** The next so many requests whose path matches are answered by the fault. */
    public void times(int times, String path, Fault fault) {
        rules.add(new Rule(Pattern.compile(path), new AtomicInteger(times), fault));
    }

    /** All requests so far, in the order of their arrival. */
    public List<Request> requests() {
        return List.copyOf(requests);
    }

    /** The requests whose path contains this. */
    public List<Request> requests(String path) {
        return requests.stream().filter(r -> r.path().contains(path)).toList();
    }

    /** The connection ends after so many bytes of the body. */
    public static Fault cutAfter(int bytes) {
        return (registry, exchange) -> {
            Stored stored = registry.content.get(key(exchange));
            int from = rangeStart(exchange);
            begin(exchange, stored, from);
            exchange.getResponseBody().write(stored.content, from, bytes);
            exchange.getResponseBody().flush();
            // The JDK's client forgets an answer whose connection breaks before its headers have been handed over.
            sleep(50);
            exchange.close();
            return true;
        };
    }

    /** The body stops after so many bytes, and the connection stays open until the server is closed. */
    public static Fault silentAfter(int bytes) {
        return (registry, exchange) -> {
            Stored stored = registry.content.get(key(exchange));
            begin(exchange, stored, rangeStart(exchange));
            exchange.getResponseBody().write(stored.content, rangeStart(exchange), bytes);
            exchange.getResponseBody().flush();
            sleep(60_000);
            return true;
        };
    }

    /** No answer at all until the server is closed. */
    public static Fault silence() {
        return (registry, exchange) -> {
            sleep(60_000);
            return true;
        };
    }

    /** The answer comes, late. */
    public static Fault late(int millis) {
        return (registry, exchange) -> {
            sleep(millis);
            return false;
        };
    }

    /** An answer of one's own; headers as name, value, name, value. */
    public static Fault answer(int status, byte[] body, String... headers) {
        return (registry, exchange) -> {
            for (int i = 0; i < headers.length; i += 2) {
                // Directly into the map: a wrong header is sometimes the point.
                exchange.getResponseHeaders().add(headers[i], headers[i + 1]);
            }
            reply(exchange, status, body);
            return true;
        };
    }

    /** The registry's error document. */
    public static byte[] error(String code, String message) {
        return ("{\"errors\":[{\"code\":\"" + code + "\",\"message\":\"" + message + "\"}]}").getBytes(UTF_8);
    }

    /** Sends the caller elsewhere. */
    public static Fault redirect(Object target) {
        return answer(307, new byte[0], "Location", target.toString());
    }

    /** An upload breaks off after so many bytes of it have been kept. */
    public static Fault cutUploadAfter(int bytes) {
        return (registry, exchange) -> registry.uploads.keepAndCut(exchange, bytes);
    }

    /** Forgets all uploads under way. */
    public void forgetUploads() {
        uploads.forget();
    }

    /** A body of unknown length: {@code chunk}, again and again, until the other side has had enough. */
    public static Fault endless(byte[] chunk, String contentType) {
        return (registry, exchange) -> {
            exchange.getResponseHeaders().set("Content-Type", contentType);
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                while (true) {
                    out.write(chunk);
                }
            }
        };
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            requests.add(new Request(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().getPath(),
                    Optional.ofNullable(exchange.getRequestURI().getQuery()).orElse(""),
                    header(exchange, "Authorization"),
                    header(exchange, "Range")));
            for (Rule rule : rules) {
                if (rule.applies(exchange) && rule.times().getAndDecrement() > 0) {
                    if (rule.fault().handle(this, exchange)) {
                        return;
                    }
                    rule.times().incrementAndGet(); // let through: that was none of its times
                }
            }
            serve(exchange);
        }
    }

    private void serve(HttpExchange exchange) throws IOException {
        if (exchange.getRequestURI().getPath().equals("/token")) {
            token(exchange);
            return;
        }
        if (challenge.isPresent() && !loggedIn(header(exchange, "Authorization"))) {
            exchange.getResponseHeaders().set("WWW-Authenticate", challenge.get());
            reply(exchange, 401, error("UNAUTHORIZED", "authentication required"));
            return;
        }
        if (uploads.serve(exchange)) {
            return;
        }
        Stored stored = content.get(key(exchange));
        if (stored == null) {
            boolean manifest = exchange.getRequestURI().getPath().contains("/manifests/");
            reply(exchange, 404, error(manifest ? "MANIFEST_UNKNOWN" : "BLOB_UNKNOWN", "unknown"));
            return;
        }
        int from = ranges ? rangeStart(exchange) : 0;
        begin(exchange, stored, from);
        if (exchange.getRequestMethod().equals("HEAD")) {
            return;
        }
        try (OutputStream out = exchange.getResponseBody()) {
            // In pieces: the server makes a copy of what it is given at once.
            for (int at = from; at < stored.content.length; at += PIECE) {
                out.write(stored.content, at, Math.min(PIECE, stored.content.length - at));
            }
        }
    }

    private void token(HttpExchange exchange) throws IOException {
        if (basic.isPresent() && !header(exchange, "Authorization").equals(basic.get())) {
            reply(exchange, 401, error("UNAUTHORIZED", "wrong login"));
            return;
        }
        String token = "token-" + requests("/token").size();
        goodTokens.add("Bearer " + token);
        reply(exchange, 200, ("{\"token\":\"" + token + "\",\"expires_in\":300}").getBytes(UTF_8));
    }

    private boolean loggedIn(String authorization) {
        return goodTokens.contains(authorization)
                || (basic.isPresent() && basic.get().equals(authorization));
    }

    private static String key(HttpExchange exchange) {
        Matcher path = PATH.matcher(exchange.getRequestURI().getPath());
        return path.matches() ? path.group(1) + "/" + path.group(2) + "/" + path.group(3) : "";
    }

    private static int rangeStart(HttpExchange exchange) {
        Matcher range = Pattern.compile("bytes=(\\d+)-").matcher(header(exchange, "Range"));
        return range.matches() ? Integer.parseInt(range.group(1)) : 0;
    }

    private static void begin(HttpExchange exchange, Stored stored, int from) throws IOException {
        int size = stored.content.length;
        exchange.getResponseHeaders().set("Content-Type", stored.mediaType);
        if (from > 0) {
            exchange.getResponseHeaders().set("Content-Range", "bytes " + from + "-" + (size - 1) + "/" + size);
        }
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(size));
            exchange.sendResponseHeaders(200, -1);
            return;
        }
        exchange.sendResponseHeaders(from > 0 ? 206 : 200, size == from ? -1 : size - from);
    }

    static void reply(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
    }

    static String header(HttpExchange exchange, String name) {
        return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name)).orElse("");
    }

    private static String basicHeader(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(UTF_8));
    }

    private static void sleep(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Stops at once, with all its threads. */
    @Override
    public void close() {
        threads.shutdownNow();
        server.stop(0);
    }
}
