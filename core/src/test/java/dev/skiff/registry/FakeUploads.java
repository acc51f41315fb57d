package dev.skiff.registry;

import com.sun.net.httpserver.HttpExchange;
import dev.skiff.oci.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How a {@link FakeRegistry} is written to, as the distribution specification has it. */
final class FakeUploads {
    private static final Pattern UPLOADS = Pattern.compile("/v2/(.+)/blobs/uploads/([0-9a-f-]*)");
    private static final Pattern MANIFEST = Pattern.compile("/v2/(.+)/manifests/([^/]+)");
    private static final int KEEP_ALL = Integer.MAX_VALUE;

    private final FakeRegistry registry;
    private final Map<String, ByteArrayOutputStream> uploads = new ConcurrentHashMap<>();

    FakeUploads(FakeRegistry registry) {
        this.registry = registry;
    }

    /** Answers if it is about uploads, or puts a manifest. */
    boolean serve(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        Matcher upload = UPLOADS.matcher(path);
        Matcher manifest = MANIFEST.matcher(path);
        if (upload.matches()) {
            serve(exchange, upload.group(1), upload.group(2));
            return true;
        }
        if (manifest.matches() && exchange.getRequestMethod().equals("PUT")) {
            manifest(exchange, manifest.group(1), manifest.group(2));
            return true;
        }
        return false;
    }

    private void serve(HttpExchange exchange, String repository, String id) throws IOException {
        if (exchange.getRequestMethod().equals("POST")) {
            begin(exchange, repository);
            return;
        }
        ByteArrayOutputStream upload = uploads.get(id);
        if (upload == null) {
            FakeRegistry.reply(exchange, 404, FakeRegistry.error("BLOB_UPLOAD_UNKNOWN", "unknown"));
            return;
        }
        switch (exchange.getRequestMethod()) {
            case "GET" -> answer(exchange, 204, repository, id);
            case "PATCH" -> {
                append(exchange, upload, KEEP_ALL);
                answer(exchange, 202, repository, id);
            }
            case "PUT" -> {
                append(exchange, upload, KEEP_ALL);
                uploads.remove(id);
                keep(exchange, repository, upload.toByteArray());
            }
            default -> FakeRegistry.reply(exchange, 405, new byte[0]);
        }
    }

    private void begin(HttpExchange exchange, String repository) throws IOException {
        Optional<byte[]> mounted = query(exchange, "mount")
                .flatMap(digest -> registry.stored(query(exchange, "from").orElseThrow(), Digest.parse(digest)));
        if (mounted.isPresent()) {
            registry.blob(repository, mounted.get());
            FakeRegistry.reply(exchange, 201, new byte[0]);
            return;
        }
        String id = UUID.randomUUID().toString();
        uploads.put(id, new ByteArrayOutputStream());
        answer(exchange, 202, repository, id);
    }

    private void answer(HttpExchange exchange, int status, String repository, String id) throws IOException {
        int size = uploads.get(id).size();
        exchange.getResponseHeaders().set("Location", "/v2/" + repository + "/blobs/uploads/" + id + "?state=" + size);
        exchange.getResponseHeaders().set("Range", "0-" + Math.max(0, size - 1));
        exchange.sendResponseHeaders(status, -1);
    }

    private static void append(HttpExchange exchange, ByteArrayOutputStream upload, int most) throws IOException {
        byte[] piece = new byte[8192];
        for (int left = most; left > 0; ) {
            int got = exchange.getRequestBody().read(piece, 0, Math.min(piece.length, left));
            if (got < 0) {
                return;
            }
            upload.write(piece, 0, got);
            left -= got;
        }
    }

    private void keep(HttpExchange exchange, String repository, byte[] bytes) throws IOException {
        String digest = query(exchange, "digest").orElse("");
        if (!Digest.sha256(bytes).toString().equals(digest)) {
            FakeRegistry.reply(exchange, 400, FakeRegistry.error("DIGEST_INVALID", "not what it is said to be"));
            return;
        }
        registry.blob(repository, bytes);
        exchange.getResponseHeaders().set("Docker-Content-Digest", digest);
        FakeRegistry.reply(exchange, 201, new byte[0]);
    }

    private void manifest(HttpExchange exchange, String repository, String name) throws IOException {
        byte[] document = exchange.getRequestBody().readAllBytes();
        String tag = name.startsWith("sha256:") ? "" : name;
        Digest digest = registry.manifest(repository, tag, FakeRegistry.header(exchange, "Content-Type"), document);
        exchange.getResponseHeaders().set("Docker-Content-Digest", digest.toString());
        FakeRegistry.reply(exchange, 201, new byte[0]);
    }

    /** Keeps the first bytes of a PATCH, and drops the connection. */
    boolean keepAndCut(HttpExchange exchange, int bytes) throws IOException {
        Matcher upload = UPLOADS.matcher(exchange.getRequestURI().getPath());
        if (!exchange.getRequestMethod().equals("PATCH") || !upload.matches()) {
            return false;
        }
        append(exchange, uploads.get(upload.group(2)), bytes);
        exchange.close();
        return true;
    }

    void forget() {
        uploads.clear();
    }

    private static Optional<String> query(HttpExchange exchange, String name) {
        String query = Optional.ofNullable(exchange.getRequestURI().getQuery()).orElse("");
        Matcher value = Pattern.compile("(?:^|&)" + name + "=([^&]*)").matcher(query);
        return value.find() ? Optional.of(value.group(1)) : Optional.empty();
    }
}
