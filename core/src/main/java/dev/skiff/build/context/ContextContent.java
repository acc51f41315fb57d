package dev.skiff.build.context;

import dev.skiff.build.copy.SourceFile;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** The content of a file that somebody may write to while it is being read: as many bytes as it had at first, or an error. */
final class ContextContent extends FilterInputStream {
    private final SourceFile file;
    private final Problems problems;
    private long count;

    ContextContent(InputStream in, SourceFile file, Problems problems) {
        super(in);
        this.file = file;
        this.problems = problems;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int got = readSome(buffer, offset, length);
        count += Math.max(got, 0);
        boolean shrunk = got < 0 && count < file.metadata().size();
        if (shrunk || count > file.metadata().size()) {
            throw problems.changed(file.path());
        }
        return got;
    }

    private int readSome(byte[] buffer, int offset, int length) throws IOException {
        try {
            return in.read(buffer, offset, length);
        } catch (IOException e) {
            throw problems.unreadable("read", file.path(), Problems.orInterrupt(e));
        }
    }

    @Override
    public long skip(long n) throws IOException {
        return Math.max(read(new byte[(int) Math.min(n, 1 << 16)]), 0);
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
