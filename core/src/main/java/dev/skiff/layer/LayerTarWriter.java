package dev.skiff.layer;

import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.RawPath;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Writes the entries of a layer as its tar, deletions under the names that stand for them. */
final class LayerTarWriter {
    private static final FileMetadata MARKER = FileMetadata.regular(0, 0);

    private final TarWriter tar;

    LayerTarWriter(OutputStream out) {
        this.tar = new TarWriter(out);
    }

    /** Writes an entry other than a file with content. */
    void add(LayerEntry entry) throws IOException {
        refuseReservedName(entry.path());
        if (entry.isWhiteout()) {
            addMarker(Whiteout.hiding(entry.path()));
            return;
        }
        if (!entry.implied()) {
            tar.add(tarEntry(entry), InputStream.nullInputStream());
        }
        if (entry.opaque()) {
            addMarker(Whiteout.opaqueMarkerOf(entry.path()));
        }
    }

    /** Writes a file that is in memory. */
    void add(LayerEntry file, Slice content) throws IOException {
        refuseReservedName(file.path());
        tar.add(tarEntry(file), content);
    }

    /** Writes a file as its content is read from the stream that comes back. */
    InputStream passing(LayerEntry file, InputStream content) throws IOException {
        refuseReservedName(file.path());
        return tar.passing(tarEntry(file), content);
    }

    void finish() throws IOException {
        tar.finish();
    }

    private void addMarker(RawPath path) throws IOException {
        tar.add(TarEntry.of(path, TarType.FILE, MARKER), InputStream.nullInputStream());
    }

    private static void refuseReservedName(RawPath path) throws ArchiveException {
        if (Whiteout.isWhiteout(path)) {
            throw new ArchiveException(
                    "\"" + path + "\" cannot be kept in a layer: names that begin with .wh. stand for deletions");
        }
    }

    private static TarEntry tarEntry(LayerEntry entry) throws ArchiveException {
        FileMetadata metadata =
                entry.metadata().isRegular() && entry.hardLinkTo().isEmpty()
                        ? entry.metadata()
                        : entry.metadata().withSize(0);
        if (entry.hardLinkTo().isPresent()) {
            return new TarEntry(
                    entry.path(),
                    TarType.HARD_LINK,
                    metadata,
                    entry.hardLinkTo().map(RawPath::bytes));
        }
        TarType type = TarType.of(metadata)
                .orElseThrow(() -> new ArchiveException("\"" + entry.path() + "\" is of a kind that no layer holds: "
                        + Integer.toOctalString(metadata.mode())));
        return new TarEntry(entry.path(), type, metadata, entry.linkTarget());
    }
}
