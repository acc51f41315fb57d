package dev.skiff.store;

import dev.skiff.oci.Digest;
import dev.skiff.oci.Digester;
import dev.skiff.oci.image.Descriptor;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** A blob on its way into the store: hashed as it comes, shown once it is whole and is what was promised. */
final class BlobWriter implements AutoCloseable {
    private final Descriptor promised;
    private final String source;
    private final Path file;
    private final BlobStore blobs;
    private final FileChannel channel;
    private final Digester digester;

    BlobWriter(Descriptor promised, String source, Path file, BlobStore blobs) throws IOException {
        this.promised = promised;
        this.source = source;
        this.file = file;
        this.blobs = blobs;
        this.digester = new Digester(promised.digest().algorithm());
        this.channel = DurableFiles.create(file);
    }

    void write(byte[] bytes, int offset, int length) throws IOException {
        if (digester.bytes() + length > promised.size()) {
            throw BlobStore.mismatch(source, promised.size() + " bytes", "more");
        }
        digester.update(bytes, offset, length);
        ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    /** A stream that writes into the blob whatever is read from it. */
    InputStream keeping(InputStream in) {
        return new FilterInputStream(in) {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                int got = in.read(buffer, offset, length);
                if (got > 0) {
                    write(buffer, offset, got);
                }
                return got;
            }

            @Override
            public long skip(long n) throws IOException {
                return Math.max(read(new byte[(int) Math.min(n, 1 << 16)]), 0);
            }

            @Override
            public boolean markSupported() {
                return false;
            }
        };
    }

    /** The blob as a stream to write to; closing it does nothing. */
    OutputStream asStream() {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                BlobWriter.this.write(bytes, offset, length);
            }
        };
    }

    /** Checks that it is what was promised, all of it, and has it on the disk; nobody sees it yet. */
    void finish() throws IOException {
        if (digester.bytes() != promised.size()) {
            throw BlobStore.mismatch(source, promised.size() + " bytes", digester.bytes() + " bytes");
        }
        Digest actual = digester.digest();
        if (!actual.equals(promised.digest())) {
            throw BlobStore.mismatch(source, promised.digest(), actual);
        }
        channel.force(true);
        channel.close();
    }

    /** Shows the finished blob. */
    void publish() throws IOException {
        blobs.publish(file, promised.digest());
    }

    void commit() throws IOException {
        finish();
        publish();
    }

    /** Gives up what was not committed. */
    @Override
    public void close() throws IOException {
        channel.close();
        Files.deleteIfExists(file);
    }
}
