package dev.skiff.build;

import com.google.common.io.ByteSource;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A web server on loopback that says what it is told to, and remembers what it was asked. */
final class WebServer implements AutoCloseable {
    private final HttpServer server;
    private final Map<String, Page> pages = new ConcurrentHashMap<>();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();

    /** @param promised how many bytes the answer says it has */
    private record Page(int status, Map<String, String> headers, ByteSource body, long promised) {}

    /** A request, with the headers that matter here. */
    record Asked(
            String path,
            Optional<String> authorization,
            Optional<String> ifNoneMatch,
            Optional<String> ifModifiedSince) {}

    WebServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    WebServer page(String path, int status, Map<String, String> headers, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        pages.put(path, new Page(status, headers, ByteSource.wrap(bytes), bytes.length));
        return this;
    }

    WebServer page(String path, String body) {
        return page(path, 200, Map.of(), body);
    }

    WebServer page(String path, byte[] body) {
        pages.put(path, new Page(200, Map.of(), ByteSource.wrap(body), body.length));
        return this;
    }

    /** A page whose connection breaks before its end. */
    WebServer brokenPage(String path, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        pages.put(path, new Page(200, Map.of(), ByteSource.wrap(bytes), bytes.length + 1000L));
        return this;
    }

    WebServer redirect(String path, String location) {
        return page(path, 302, Map.of("Location", location), "");
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getRawPath();
            asked.add(new Asked(
                    exchange.getRequestURI().toString(),
                    header(exchange, "Authorization"),
                    header(exchange, "If-None-Match"),
                    header(exchange, "If-Modified-Since")));
            Page page = pages.getOrDefault(path, new Page(404, Map.of(), ByteSource.empty(), 0));
            page.headers().forEach(exchange.getResponseHeaders()::set);
            if (isKnown(exchange, page)) {
                exchange.sendResponseHeaders(304, -1);
                return;
            }
            exchange.sendResponseHeaders(page.status(), page.promised() == 0 ? -1 : page.promised());
            if (page.promised() > 0) {
                page.body().copyTo(exchange.getResponseBody());
            }
        }
    }

    private static boolean isKnown(HttpExchange exchange, Page page) {
        Optional<String> etag = Optional.ofNullable(page.headers().get("ETag"));
        Optional<String> modified = Optional.ofNullable(page.headers().get("Last-Modified"));
        return (etag.isPresent() && header(exchange, "If-None-Match").equals(etag))
                || (modified.isPresent()
                        && header(exchange, "If-Modified-Since").equals(modified));
    }

    private static Optional<String> header(HttpExchange exchange, String name) {
        return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name));
    }

    /** What was asked since the last time this was. */
    List<Asked> asked() {
        List<Asked> soFar = List.copyOf(asked);
        asked.clear();
        return soFar;
    }

    String host() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    String url(String path) {
        return "http://" + host() + path;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
