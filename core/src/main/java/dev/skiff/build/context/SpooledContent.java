package dev.skiff.build.context;

import dev.skiff.oci.Digest;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** A part of a file that holds many contents. Each stream has a position of its own, so that several can be open. */
record SpooledContent(FileChannel spool, long start, long size, Digest digest) implements ListedTree.Content {
    @Override
    public InputStream open() {
        return new InputStream() {
            private long at = start;

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                long left = start + size - at;
                if (left == 0) {
                    return -1;
                }
                int got = spool.read(ByteBuffer.wrap(buffer, offset, (int) Math.min(length, left)), at);
                if (got < 0) {
                    throw new EOFException("a file of Skiff's own has been cut");
                }
                at += got;
                return got;
            }
        };
    }
}
