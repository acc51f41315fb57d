package dev.skiff.build.remote;

import dev.skiff.DigestMismatchException;
import dev.skiff.FetchException;
import dev.skiff.InterruptedOperationException;
import dev.skiff.oci.Digest;
import dev.skiff.oci.Digester;
import dev.skiff.registry.RegistrySettings;
import dev.skiff.registry.WebClient;
import dev.skiff.registry.WebReply;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Files of the web, fetched when they are not here already or have changed. Thread-safe. */
public final class WebFiles {
    /** As much as a layer may have. */
    private static final long MOST_BYTES = 64L << 30;

    private static final int CHUNK = 1 << 16;
    private static final int NOT_MODIFIED = 304;

    private final WebCache cache;
    private final RegistrySettings settings;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable WebClient client;

    /**
     * Files that are kept in a directory.
     *
     * @param settings how long to wait, and which proxies to use
     */
    public WebFiles(Path directory, RegistrySettings settings) {
        this.cache = new WebCache(directory);
        this.settings = settings;
    }

    /**
     * The file that an address has now; if {@code checksum} says which that has to be and it is here, nobody is asked.
     *
     * @param work what this is for, as messages begin with
     * @throws FetchException if the server has not got it, or there is no answer
     * @throws DigestMismatchException if it is another than {@code checksum} says
     */
    public Download fetch(WebAddress address, Optional<Digest> checksum, String work) {
        try {
            Optional<WebCache.Known> known = cache.find(address.uri());
            if (known.isPresent()
                    && checksum.isPresent()
                    && checksum.get().equals(known.get().digest())) {
                return cache.download(known.get());
            }
            return fetch(address, checksum, known, work);
        } catch (InterruptedIOException e) {
            InterruptedException interrupt = new InterruptedException();
            interrupt.initCause(e);
            throw new InterruptedOperationException(work, interrupt);
        } catch (IOException e) {
            throw new FetchException(work + ": " + e.getMessage(), address.toString(), e);
        }
    }

    private Download fetch(WebAddress address, Optional<Digest> checksum, Optional<WebCache.Known> known, String work)
            throws IOException {
        try (WebReply reply =
                client().get(address.uri(), known.map(WebFiles::ifChanged).orElse(Map.of()))) {
            if (reply.status() == NOT_MODIFIED && known.isPresent()) {
                Download same = cache.download(known.get());
                check(checksum, same.content(), same.digest(), work);
                return same;
            }
            if (reply.status() < 200 || reply.status() > 299) {
                throw new FetchException(
                        work + ": invalid response status " + reply.status(), address.toString(), reply.status());
            }
            return receive(address, checksum, reply, work);
        }
    }

    private static Map<String, String> ifChanged(WebCache.Known known) {
        Map<String, String> headers = new TreeMap<>();
        known.etag().ifPresent(etag -> headers.put("If-None-Match", etag));
        if (headers.isEmpty()) {
            known.lastModified().ifPresent(time -> headers.put("If-Modified-Since", time));
        }
        return headers;
    }

    private Download receive(WebAddress address, Optional<Digest> checksum, WebReply reply, String work)
            throws IOException {
        Path file = cache.newFile();
        try {
            Digester digester = Digester.sha256();
            try (OutputStream out = Files.newOutputStream(file)) {
                copy(reply.body(), out, digester);
            }
            Digest digest = digester.digest();
            check(checksum, file, digest, work);
            return cache.put(
                    address.uri(),
                    file,
                    new WebCache.Known(digest, digester.bytes(), reply.header("ETag"), reply.header("Last-Modified")));
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private static void copy(InputStream in, OutputStream out, Digester digester) throws IOException {
        byte[] buffer = new byte[CHUNK];
        for (int got = in.read(buffer); got >= 0; got = in.read(buffer)) {
            out.write(buffer, 0, got);
            digester.update(buffer, 0, got);
            if (digester.bytes() > MOST_BYTES) {
                throw new IOException("it is longer than " + MOST_BYTES + " bytes");
            }
        }
    }

    private static void check(Optional<Digest> expected, Path content, Digest sha256, String work) throws IOException {
        if (expected.isEmpty()) {
            return;
        }
        Digest actual = expected.get().algorithm() == sha256.algorithm()
                ? sha256
                : digest(content, expected.get().algorithm());
        if (!actual.equals(expected.get())) {
            throw new DigestMismatchException(
                    work + ": digest mismatch", expected.get().toString(), actual.toString());
        }
    }

    private static Digest digest(Path content, Digest.Algorithm algorithm) throws IOException {
        Digester digester = new Digester(algorithm);
        try (InputStream in = Files.newInputStream(content)) {
            copy(in, OutputStream.nullOutputStream(), digester);
        }
        return digester.digest();
    }

    /** Made when it is needed: most builds fetch nothing. */
    private WebClient client() {
        lock.lock();
        try {
            WebClient made = client;
            if (made == null) {
                made = new WebClient(settings);
                client = made;
            }
            return made;
        } finally {
            lock.unlock();
        }
    }
}
