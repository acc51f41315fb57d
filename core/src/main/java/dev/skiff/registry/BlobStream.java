package dev.skiff.registry;

import dev.skiff.DigestMismatchException;
import dev.skiff.oci.Digest;
import dev.skiff.oci.Digester;
import dev.skiff.oci.image.Descriptor;
import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The content of a blob as it arrives: exactly what its descriptor promises, or an exception before the last byte is
 * handed out. A connection that breaks is made again and goes on where it broke off.
 *
 * <p>Whoever reads it to the end has what the digest names. Whoever stops before that has nothing yet.
 */
final class BlobStream extends InputStream {
    /** So much has to arrive for a connection to count as one that works. */
    private static final long PROGRESS = 1 << 20;

    private final Session session;
    private final Call call;
    private final String scope;
    private final Descriptor descriptor;
    private final Failures failures;
    private final Deadline deadline;
    private final Digester digester;

    private volatile @Nullable Reply reply;
    private volatile boolean closed;
    private boolean verified;
    private boolean rangesWork = true;
    private int failuresInARow;
    private long lastFailureAt;

    private BlobStream(
            Session session, Call call, String scope, Descriptor descriptor, Failures failures, Deadline deadline) {
        this.session = session;
        this.call = call;
        this.scope = scope;
        this.descriptor = descriptor;
        this.failures = failures;
        this.deadline = deadline;
        this.digester = new Digester(descriptor.digest().algorithm());
    }

    /** Asks for the blob, so that one that is not there is known before anybody makes room for it. */
    static BlobStream open(
            Session session, Call call, String scope, Descriptor descriptor, Failures failures, Deadline deadline) {
        BlobStream stream = new BlobStream(session, call, scope, descriptor, failures, deadline);
        try {
            stream.current();
            return stream;
        } catch (IOException e) {
            throw new AssertionError("nothing is skipped at the start", e);
        } catch (RuntimeException | Error e) {
            stream.close();
            throw e;
        }
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
        if (length == 0) {
            return 0;
        }
        while (!verified) {
            try {
                int count = current().body().read(buffer, offset, (int) Math.min(length, missing()));
                if (count > 0) {
                    digester.update(buffer, offset, count);
                    verifyWhenComplete();
                    return count;
                }
                if (missing() == 0) {
                    verifyWhenComplete();
                } else {
                    throw new IOException("the answer ended " + missing() + " bytes early");
                }
            } catch (IOException e) {
                dropConnection(e);
            }
        }
        return -1;
    }

    private long missing() {
        return descriptor.size() - digester.bytes();
    }

    private Reply current() throws IOException {
        Reply current = reply;
        if (current == null) {
            current = request();
            reply = current;
        }
        if (closed) {
            current.close(); // by another thread, perhaps while the request was on its way
            throw failures.unusable(call, "closed before its end");
        }
        return current;
    }

    /** The last bytes are handed out only when all of them are right: some readers never look for the end. */
    private void verifyWhenComplete() {
        if (missing() > 0) {
            return;
        }
        if (hasMore()) {
            throw mismatch(descriptor.size() + " bytes", "more");
        }
        Digest actual = digester.digest();
        if (!actual.equals(descriptor.digest())) {
            throw mismatch(descriptor.digest().toString(), actual.toString());
        }
        verified = true;
        close();
    }

    private boolean hasMore() {
        try {
            return current().body().read() >= 0;
        } catch (IOException e) {
            return false; // a connection that breaks after the last byte has done its work
        }
    }

    private DigestMismatchException mismatch(String expected, String actual) {
        close();
        return new DigestMismatchException(failures.work(), expected, actual);
    }

    /** Drops the connection, so that the next read makes another; throws if that is not worth while. */
    private void dropConnection(IOException broken) {
        boolean progress = digester.bytes() - lastFailureAt >= PROGRESS;
        failuresInARow = progress ? 1 : failuresInARow + 1;
        lastFailureAt = digester.bytes();
        Reply dead = reply;
        if (dead != null) {
            dead.close();
        }
        reply = null;
        if (closed) {
            throw failures.unusable(call, "closed before its end");
        }
        if (failuresInARow > RetryPolicy.MOST_RETRIES || deadline.passed() || Failures.isInterrupt(broken)) {
            close();
            throw failures.noAnswer(call, broken);
        }
    }

    /** An answer whose body goes on at the first missing byte. */
    private Reply request() throws IOException {
        if (digester.bytes() > 0 && rangesWork) {
            Reply partial =
                    session.send(call.with("Range", "bytes=" + digester.bytes() + "-"), scope, failures, deadline);
            if (continues(partial)) {
                return partial;
            }
            if (partial.status() == 200) {
                return skipTo(digester.bytes(), whole(partial));
            }
            partial.close();
            rangesWork = false;
        }
        return skipTo(digester.bytes(), whole(session.send(call, scope, failures, deadline)));
    }

    /** Whether this is just the missing part; anything else would put the wrong bytes behind the right ones. */
    private boolean continues(Reply partial) {
        String range = "bytes " + digester.bytes() + "-" + (descriptor.size() - 1) + "/";
        String answered = partial.header("Content-Range").orElse("");
        return partial.status() == 206
                && (answered.equals(range + descriptor.size()) || answered.equals(range + "*"))
                && partial.length().orElse(missing()) == missing();
    }

    private Reply whole(Reply answer) {
        if (answer.status() != 200) {
            throw failures.refused(answer, answer.status() == 404 ? "no such blob" : "no blob");
        }
        OptionalLong length = answer.length();
        if (length.isPresent() && length.getAsLong() != descriptor.size()) {
            answer.close();
            throw mismatch(descriptor.size() + " bytes", length.getAsLong() + " bytes");
        }
        return answer;
    }

    private static Reply skipTo(long position, Reply whole) throws IOException {
        try {
            whole.body().skipNBytes(position);
            return whole;
        } catch (IOException | RuntimeException | Error e) {
            whole.close();
            throw e;
        }
    }

    /** Stops the download, also one that another thread waits for. */
    @Override
    public void close() {
        closed = true;
        deadline.cancel();
        Reply current = reply;
        if (current != null) {
            current.close();
        }
    }
}
