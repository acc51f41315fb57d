package dev.skiff.layer;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.zip.CRC32;

/**
 * Packs a stream as gzip (RFC 1952) on several threads: compressing is what a push waits for, by far. The bytes that come out are a
 * function of the bytes that go in, however many threads there are and however fast they are: no time, no name, no system in the
 * header, and the stream is cut at fixed places. Another zlib than that of this JVM may come to other bytes.
 */
public final class ParallelGzip extends OutputStream {
    private static final int BLOCK = 512 << 10;
    private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};
    private static final byte[] LAST_BLOCK = {3, 0};

    private final OutputStream out;
    private final Executor workers;
    private final int ahead;
    private final Queue<FutureTask<byte[]>> packing = new ArrayDeque<>();
    private final CRC32 crc = new CRC32();
    private byte[] block = new byte[BLOCK];
    private byte[] before = new byte[0];
    private int filled;
    private long total;
    private boolean begun;

    /**
     * A stream that packs into another, which it does not close.
     *
     * @param workers do the work; one that never gets to it makes this wait for ever
     * @param ahead so many blocks of 512 KiB are packed at once
     */
    public ParallelGzip(OutputStream out, Executor workers, int ahead) {
        this.out = out;
        this.workers = workers;
        this.ahead = ahead;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        crc.update(bytes, offset, length);
        total += length;
        int at = offset;
        int left = length;
        while (left > 0) {
            int count = Math.min(left, BLOCK - filled);
            System.arraycopy(bytes, at, block, filled, count);
            filled += count;
            at += count;
            left -= count;
            if (filled == BLOCK) {
                handOut();
            }
        }
    }

    private void handOut() throws IOException {
        byte[] full = block;
        byte[] window = before;
        int length = filled;
        Callable<byte[]> pack = () -> GzipBlocks.pack(window, full, length);
        FutureTask<byte[]> task = new FutureTask<>(pack);
        workers.execute(task);
        packing.add(task);
        before = Arrays.copyOfRange(full, Math.max(0, length - GzipBlocks.WINDOW), length);
        block = new byte[BLOCK];
        filled = 0;
        if (packing.size() >= ahead) {
            writeOldest();
        }
    }

    private void writeOldest() throws IOException {
        if (!begun) {
            out.write(HEADER);
            begun = true;
        }
        try {
            out.write(packing.remove().get());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (InterruptedIOException) new InterruptedIOException("interrupted while packing").initCause(e);
        } catch (ExecutionException e) {
            throw new IOException("packing failed: " + e.getCause(), e.getCause());
        }
    }

    /** Ends the archive. The stream below stays open. */
    public void finish() throws IOException {
        if (filled > 0 || total == 0) {
            handOut();
        }
        while (!packing.isEmpty()) {
            writeOldest();
        }
        out.write(LAST_BLOCK);
        writeInt((int) crc.getValue());
        writeInt((int) total);
    }

    private void writeInt(int value) throws IOException {
        out.write(new byte[] {(byte) value, (byte) (value >> 8), (byte) (value >> 16), (byte) (value >> 24)});
    }
}
