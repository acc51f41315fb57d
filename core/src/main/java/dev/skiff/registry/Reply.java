package dev.skiff.registry;

import dev.skiff.oci.MediaTypes;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpHeaders;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An answer whose body is still on its way.
 *
 * @param call the request that got it: after redirects, the last one
 */
record Reply(Call call, int status, HttpHeaders headers, InputStream body) implements AutoCloseable {

    boolean isRedirect() {
        return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    }

    Optional<String> header(String name) {
        return headers.firstValue(name);
    }

    /** What {@code Content-Length} promises; empty when it is missing or no number. */
    OptionalLong length() {
        Optional<String> length = header("Content-Length");
        if (length.isEmpty() || !length.get().matches("[0-9]{1,18}")) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(Long.parseLong(length.get()));
    }

    /** The media type without parameters, in lower case; empty text when there is none. */
    String mediaType() {
        return MediaTypes.ofContentType(header("Content-Type").orElse(""));
    }

    /** Up to {@code limit} bytes, and one more if there is one: a longer result means that the body is too long. */
    byte[] bytes(int limit) throws IOException {
        return body.readNBytes(limit + 1);
    }

    /** Drops what is left of the body, and the connection with it if that is the only way. */
    @Override
    public void close() {
        try {
            body.close();
        } catch (IOException e) {
            throw new AssertionError("closing an answer does no I/O", e);
        }
    }
}
