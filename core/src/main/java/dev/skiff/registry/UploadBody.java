package dev.skiff.registry;

import dev.skiff.DigestMismatchException;
import dev.skiff.oci.Digest;
import dev.skiff.oci.Digester;
import dev.skiff.oci.image.Descriptor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rest of a blob, from an offset on, as the body of a request. What is before the offset is read and hashed all the same, so
 * that after the last byte it is known what all of them are; if that is not what was promised, the last byte is not sent.
 */
final class UploadBody implements RequestBody, AutoCloseable {
    private final UploadContent content;
    private final Optional<Descriptor> promised;
    private final String work;
    private final long offset;
    private volatile @Nullable Reading reading;
    private volatile boolean closed;

    UploadBody(UploadContent content, Optional<Descriptor> promised, String work, long offset) {
        this.content = content;
        this.promised = promised;
        this.work = work;
        this.offset = offset;
    }

    @Override
    public BodyPublisher publisher() {
        BodyPublisher unknownLength = BodyPublishers.ofInputStream(this::open);
        long left = promised.map(blob -> blob.size() - offset).orElse(-1L);
        return left > 0 ? BodyPublishers.fromPublisher(unknownLength, left) : unknownLength;
    }

    /** Called by the HTTP client, once for each time the request is sent. */
    private InputStream open() {
        closeReading();
        Reading fresh = new Reading();
        reading = fresh;
        try {
            fresh.begin();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return fresh;
    }

    @Override
    public long sent() {
        Reading current = reading;
        return current == null ? 0 : current.bytes;
    }

    @Override
    public Optional<Exception> ownFailure() {
        Reading current = reading;
        return current == null ? Optional.empty() : Optional.ofNullable(current.failure);
    }

    /** What has been sent: the whole blob. */
    Descriptor blob(String mediaType) {
        Reading current = reading;
        Digest digest = current == null ? null : current.digest;
        if (current == null || digest == null) {
            throw new AssertionError("the registry has taken a blob that was not sent to its end");
        }
        return Descriptor.of(mediaType, digest, current.bytes);
    }

    /** Whether all of it has been read by the client. */
    boolean ended() {
        Reading current = reading;
        return current != null && current.digest != null;
    }

    /** Stops reading, once the request is over; a client that comes late gets nothing. */
    @Override
    public void close() {
        closed = true;
        closeReading();
    }

    private void closeReading() {
        Reading current = reading;
        if (current != null) {
            current.close();
        }
    }

    private final class Reading extends InputStream {
        private final Digester digester =
                promised.map(blob -> new Digester(blob.digest().algorithm())).orElseGet(Digester::sha256);
        private volatile @Nullable InputStream in;
        private volatile long bytes;
        private volatile @Nullable Digest digest;
        private volatile @Nullable Exception failure;

        void begin() throws IOException {
            try {
                InputStream opened = content.open();
                in = opened;
                if (closed) {
                    opened.close(); // it may have been closed before it was open
                    throw new IOException("the request is over");
                }
                byte[] skipped = new byte[1 << 16];
                while (bytes < offset) {
                    int got = opened.read(skipped, 0, (int) Math.min(skipped.length, offset - bytes));
                    if (got < 0) {
                        throw new IOException("the content has become shorter");
                    }
                    count(skipped, 0, got);
                }
            } catch (IOException | RuntimeException e) {
                failure = e;
                throw e;
            }
        }

        private void count(byte[] buffer, int from, int length) {
            digester.update(buffer, from, length);
            bytes = digester.bytes();
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int from, int length) throws IOException {
            try {
                InputStream opened = in;
                if (opened == null) {
                    throw new IOException("never opened");
                }
                int got = digest == null ? opened.read(buffer, from, length) : -1;
                if (got > 0) {
                    count(buffer, from, got);
                }
                if (got < 0 || promised.filter(blob -> blob.size() <= bytes).isPresent()) {
                    end();
                }
                return got;
            } catch (IOException | RuntimeException e) {
                failure = e;
                throw e;
            }
        }

        private void end() {
            if (digest == null) {
                Digest actual = digester.digest();
                promised.ifPresent(blob -> check(blob, actual));
                digest = actual;
            }
        }

        private void check(Descriptor blob, Digest actual) {
            if (bytes != blob.size()) {
                throw mismatch(blob.size() + " bytes", bytes + " bytes");
            }
            if (!actual.equals(blob.digest())) {
                throw mismatch(blob.digest().toString(), actual.toString());
            }
        }

        private DigestMismatchException mismatch(String expected, String actual) {
            return new DigestMismatchException(work + ": what is here", expected, actual);
        }

        @Override
        public void close() {
            InputStream opened = in;
            if (opened != null) {
                try {
                    opened.close();
                } catch (IOException e) {
                    // it was only read
                }
            }
        }
    }
}
