package dev.skiff.linux.tree;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** A file's content, fetched piece by piece. */
final class ContentStream extends InputStream {
    private final AgentTree tree;
    private final Reader.Source source;
    private byte[] piece;
    private int at;
    private boolean closed;

    ContentStream(AgentTree tree, Reader.Source source) {
        this.tree = tree;
        this.source = source;
        this.piece = source.start();
    }

    @Override
    public int read() throws IOException {
        return fetch() ? piece[at++] & 0xff : -1;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, to.length);
        if (length == 0) {
            return 0;
        }
        if (!fetch()) {
            return -1;
        }
        int count = Math.min(length, piece.length - at);
        System.arraycopy(piece, at, to, offset, count);
        at += count;
        return count;
    }

    /** Sees to it that something is there; false at the end. */
    private boolean fetch() throws IOException {
        if (closed) {
            throw new IOException("this stream is closed");
        }
        if (at == piece.length && source.isOpen()) {
            piece = tree.read(source);
            at = 0;
        }
        return at < piece.length;
    }

    @Override
    public int available() {
        return closed ? 0 : piece.length - at;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            tree.close(source);
        }
    }
}
