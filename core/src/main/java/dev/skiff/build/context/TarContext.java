package dev.skiff.build.context;

import dev.skiff.build.context.ListedTree.Content;
import dev.skiff.build.context.ListingBuilder.RefusedException;
import dev.skiff.layer.ArchiveException;
import dev.skiff.layer.ArchiveLimits;
import dev.skiff.layer.Decompression;
import dev.skiff.layer.DigestingInputStream;
import dev.skiff.layer.TarEntry;
import dev.skiff.layer.TarReader;
import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.RawPath;
import dev.skiff.oci.Digester;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Reads a tar as a context. One pass: each file's content goes to one spool file and is hashed on the way; what is where is kept
 * in memory. Nothing is unpacked, so there is nothing for a name or a link to lead out of. Owners are dropped, as for any
 * context.
 */
final class TarContext {
    private final FileChannel spool;
    private final ListingBuilder listing;
    private final Problems problems;
    private final OptionalLong mostBytes;
    private long position;
    private OptionalLong newest = OptionalLong.empty();

    private TarContext(FileChannel spool, String label, ArchiveLimits limits, OptionalLong mostBytes) {
        this.spool = spool;
        this.listing = new ListingBuilder(limits.entries(), limits.indexBytes());
        this.problems = new Problems(label);
        this.mostBytes = mostBytes;
    }

    /**
     * Reads it to its last byte, so that its checksum, if it has one, has been looked at.
     *
     * @param file a name that is free; there is nothing under it when this returns
     */
    static RawContext read(InputStream archive, Path file, String label, ArchiveLimits limits, OptionalLong mostBytes)
            throws IOException {
        FileChannel spool = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            Files.delete(file); // the open file lasts as long as it is needed, whatever becomes of this JVM
            TarContext context = new TarContext(spool, label, limits, mostBytes);
            TarReader reader = new TarReader(Decompression.unpack(archive, limits), limits);
            for (Optional<TarEntry> next = reader.next(); next.isPresent(); next = reader.next()) {
                context.add(next.get(), reader.content());
            }
            reader.drain();
            return context.listing.build(label, context.newest, () -> close(spool));
        } catch (Throwable t) {
            close(spool);
            throw t;
        }
    }

    private static void close(FileChannel spool) {
        try {
            spool.close();
        } catch (IOException e) {
            // it is deleted, and nothing of it is wanted any more
        }
    }

    private void add(TarEntry entry, InputStream content) throws IOException {
        RawPath path = entry.path();
        FileMetadata metadata = entry.metadata().withOwner(0, 0).withXattrs(Collections.emptySortedMap());
        newest = OptionalLong.of(Math.max(newest.orElse(Long.MIN_VALUE), metadata.mtimeSeconds()));
        try {
            switch (entry.type()) {
                case DIRECTORY -> listing.directory(path, metadata);
                case FILE -> listing.file(path, metadata, spool(path, metadata, content));
                case SYMLINK -> listing.link(path, metadata, entry.linkName().orElseThrow());
                case HARD_LINK -> listing.hardLink(path, target(entry));
                case FIFO, CHARACTER_DEVICE, BLOCK_DEVICE -> listing.node(path, metadata);
            }
        } catch (RefusedException refused) {
            throw problems.at(refused.path(), refused.reason());
        }
    }

    private static RawPath target(TarEntry entry) throws ArchiveException {
        try {
            return RawPath.ofBytes(entry.linkName().orElseThrow());
        } catch (IllegalArgumentException e) {
            throw new ArchiveException("\"" + entry.path() + "\" links to a name with a NUL byte", e);
        }
    }

    private Content spool(RawPath path, FileMetadata metadata, InputStream content) throws IOException {
        if (mostBytes.isPresent() && position + metadata.size() > mostBytes.getAsLong()) {
            throw problems.whole("is larger than the " + mostBytes.getAsLong()
                    + " bytes that this build may take from it (it came to /" + path + " of " + metadata.size()
                    + " bytes)");
        }
        Digester digester = Digester.sha256();
        OutputStream out = Channels.newOutputStream(spool);
        new DigestingInputStream(content, digester).transferTo(out);
        SpooledContent spooled = new SpooledContent(spool, position, metadata.size(), digester.digest());
        position += metadata.size();
        return spooled;
    }
}
