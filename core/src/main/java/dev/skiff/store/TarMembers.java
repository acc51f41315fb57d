package dev.skiff.store;

import dev.skiff.layer.ArchiveException;
import dev.skiff.layer.ArchiveLimits;
import dev.skiff.layer.TarEntry;
import dev.skiff.layer.TarReader;
import dev.skiff.layer.TarType;
import dev.skiff.linux.RawPath;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The files in a tar, each read from where it lies; nothing is unpacked. Links lead to other files of the archive and
 * nowhere else: {@code docker save} once wrote them for layers that images share.
 */
final class TarMembers implements Members {
    private static final int MOST_LINKS = 10;

    private final FileChannel file;
    private final Map<RawPath, Slice> files = new HashMap<>();
    private final Map<RawPath, RawPath> links = new HashMap<>();

    /** Where a file is. */
    private record Slice(long position, long size) {}

    private TarMembers(FileChannel file) {
        this.file = file;
    }

    /** Reads where things are in a tar that is not compressed. */
    static TarMembers open(Path tar, ArchiveLimits limits) throws IOException {
        FileChannel file = FileChannel.open(tar, StandardOpenOption.READ);
        try {
            TarMembers members = new TarMembers(file);
            members.scan(new TarReader(Channels.newInputStream(file), limits));
            return members;
        } catch (Throwable t) {
            file.close();
            throw t;
        }
    }

    private void scan(TarReader reader) throws IOException {
        for (Optional<TarEntry> next = reader.next(); next.isPresent(); next = reader.next()) {
            TarEntry entry = next.get();
            files.remove(entry.path());
            links.remove(entry.path());
            if (entry.type() == TarType.FILE) {
                files.put(
                        entry.path(),
                        new Slice(reader.position(), entry.metadata().size()));
            } else if (entry.linkName().isPresent()) {
                links.put(entry.path(), target(entry, entry.linkName().get()));
            }
        }
    }

    private static RawPath target(TarEntry entry, byte[] linkName) throws ArchiveException {
        try {
            boolean fromRoot = entry.type() == TarType.HARD_LINK || (linkName.length > 0 && linkName[0] == '/');
            byte[] directory = fromRoot ? new byte[0] : entry.path().parent().bytes();
            byte[] joined = ByteBuffer.allocate(directory.length + 1 + linkName.length)
                    .put(directory)
                    .put((byte) '/')
                    .put(linkName)
                    .array();
            return RawPath.ofBytes(joined);
        } catch (IllegalArgumentException e) {
            throw new ArchiveException("tar entry \"" + entry.path() + "\" links to a name with a NUL byte", e);
        }
    }

    private Optional<Slice> slice(String name) {
        RawPath path = RawPath.of(name);
        for (int i = 0; i < MOST_LINKS && links.containsKey(path); i++) {
            path = Objects.requireNonNull(links.get(path));
        }
        return Optional.ofNullable(files.get(path));
    }

    @Override
    public Optional<InputStream> open(String name) {
        return slice(name).map(SliceStream::new);
    }

    @Override
    public Optional<Long> size(String name) {
        return slice(name).map(Slice::size);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    /** Reads at a position of its own, so that several can read one file. */
    private final class SliceStream extends InputStream {
        private long at;
        private final long end;

        SliceStream(Slice slice) {
            this.at = slice.position();
            this.end = slice.position() + slice.size();
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            if (at == end) {
                return -1;
            }
            int got = file.read(ByteBuffer.wrap(buffer, offset, (int) Math.min(length, end - at)), at);
            if (got < 0) {
                throw new EOFException("the tar archive ends within a file");
            }
            at += got;
            return got;
        }
    }
}
