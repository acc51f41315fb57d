package dev.skiff.layer;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Makes a stream to read from of work that writes: a thread of its own writes, a few pieces ahead of the reader. What the writer
 * fails with, the reader gets, before it could take the end for the end. Closing ends the writer.
 */
public final class Pipe extends InputStream {
    private static final int PIECE = 128 << 10;
    private static final int PIECES = 8;

    /** Work that writes. */
    @FunctionalInterface
    public interface Writer {
        void writeTo(OutputStream out) throws IOException;
    }

    /** Some bytes; or, without any, the end, which may be a failure. */
    private record Piece(ByteBuffer bytes, @Nullable Throwable failure) {
        boolean isEnd() {
            return bytes.capacity() == 0;
        }
    }

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final BlockingQueue<Piece> pieces = new ArrayBlockingQueue<>(PIECES);
    private final Thread thread;
    private volatile boolean closed;
    private @Nullable Piece current;

    private Pipe(String name, Writer writer) {
        this.thread = new Thread(() -> write(writer), name);
        this.thread.setDaemon(true);
    }

    /** Begins the work, on a thread of this name. */
    public static Pipe from(String name, Writer writer) {
        Pipe pipe = new Pipe(name, writer);
        pipe.thread.start();
        return pipe;
    }

    private void write(Writer writer) {
        Throwable failure = null;
        try {
            Buffer buffer = new Buffer();
            writer.writeTo(buffer);
            buffer.flush();
        } catch (Throwable t) {
            failure = t;
        }
        put(new Piece(NOTHING, failure));
    }

    /** Also when it is interrupted: somebody who has closed this does not read, and anybody else has to hear of the end. */
    private void put(Piece end) {
        while (!closed) {
            try {
                pieces.put(end);
                return;
            } catch (InterruptedException e) {
                // by close(), and then that is all; or by the work itself, which is over
            }
        }
    }

    /** Hands over what is written in pieces of a size worth the hand-over. */
    private final class Buffer extends OutputStream {
        private byte[] bytes = new byte[PIECE];
        private int filled;

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            for (int done = 0; done < length; ) {
                int count = Math.min(length - done, PIECE - filled);
                System.arraycopy(from, offset + done, bytes, filled, count);
                filled += count;
                done += count;
                if (filled == PIECE) {
                    handOver(ByteBuffer.wrap(bytes));
                    bytes = new byte[PIECE];
                    filled = 0;
                }
            }
        }

        /** What is left. Called once, at the end: in between, small pieces would cost more than they bring. */
        @Override
        public void flush() throws IOException {
            if (filled > 0) {
                handOver(ByteBuffer.wrap(Arrays.copyOf(bytes, filled)));
                filled = 0;
            }
        }

        private void handOver(ByteBuffer piece) throws IOException {
            try {
                if (closed) {
                    throw new IOException("nobody reads any more");
                }
                pieces.put(new Piece(piece, null));
            } catch (InterruptedException e) {
                throw (InterruptedIOException) new InterruptedIOException("nobody reads any more").initCause(e);
            }
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        Piece piece = current;
        if (piece == null || !(piece.isEnd() || piece.bytes().hasRemaining())) {
            piece = take();
        }
        if (piece.isEnd()) {
            return end(piece);
        }
        int count = Math.min(length, piece.bytes().remaining());
        piece.bytes().get(buffer, offset, count);
        return count;
    }

    private Piece take() throws IOException {
        try {
            Piece next = pieces.take();
            current = next;
            return next;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (InterruptedIOException) new InterruptedIOException("interrupted while reading").initCause(e);
        }
    }

    private static int end(Piece end) throws IOException {
        Throwable failure = end.failure();
        if (failure == null) {
            return -1;
        }
        if (failure instanceof Error error) {
            throw error;
        }
        throw new IOException(String.valueOf(failure.getMessage()), failure);
    }

    /** Ends the work, if it is not done, and waits until it is. From any thread. */
    @Override
    public void close() {
        closed = true;
        pieces.clear();
        pieces.offer(new Piece(NOTHING, new IOException("closed while being read"))); // wakes a reader that waits
        thread.interrupt();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
