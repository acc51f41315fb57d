package dev.skiff.store;

import dev.skiff.layer.ArchiveException;
import dev.skiff.layer.ArchiveLimits;
import dev.skiff.layer.Decompression;
import dev.skiff.layer.DigestingInputStream;
import dev.skiff.layer.LayerUnpacker;
import dev.skiff.layer.OverlayForm;
import dev.skiff.layer.UnpackedLayer;
import dev.skiff.oci.DiffId;
import dev.skiff.oci.Digester;
import dev.skiff.oci.image.Descriptor;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Takes one layer in, in one pass over its blob: what is read is hashed and kept, unpacked, hashed again and written out as
 * files, all at once. Nobody sees anything of it before {@link #publish}; closing gives up what was not published.
 */
final class LayerIntake implements AutoCloseable {
    private final Descriptor blob;
    private final DiffId expected;
    private final String name;
    private final BlobStore blobs;
    private final Optional<BlobWriter> writer;
    private final Optional<NewLayer> directory;
    private @Nullable UnpackedLayer unpacked;

    private LayerIntake(
            Descriptor blob,
            DiffId expected,
            String name,
            BlobStore blobs,
            Optional<BlobWriter> writer,
            Optional<NewLayer> directory) {
        this.blob = blob;
        this.expected = expected;
        this.name = name;
        this.blobs = blobs;
        this.writer = writer;
        this.directory = directory;
    }

    /**
     * Prepares to take in what the store lacks: the blob, the directory, or only the knowledge that they belong together.
     *
     * @param source where the layer comes from, as a person would name it
     */
    static LayerIntake open(Descriptor blob, DiffId expected, String source, BlobStore blobs, LayerStore layers)
            throws IOException {
        String name = source + ": layer " + blob.digest();
        Optional<NewLayer> directory =
                layers.find(expected).isPresent() ? Optional.empty() : Optional.of(layers.create());
        try {
            Optional<BlobWriter> writer = blobs.has(blob) ? Optional.empty() : Optional.of(blobs.writer(blob, name));
            return new LayerIntake(blob, expected, name, blobs, writer, directory);
        } catch (Throwable t) {
            directory.ifPresent(NewLayer::close);
            throw t;
        }
    }

    /**
     * Reads the blob, unless the store has it from elsewhere.
     *
     * @throws dev.skiff.DigestMismatchException if it is not what the manifest and the config promise
     * @throws ArchiveException if it is, but is no layer
     */
    void read(BlobSource from, OverlayForm form) throws IOException {
        try (InputStream raw = writer.isPresent() ? from.open(blob) : blobs.open(blob.digest())) {
            InputStream packed = writer.isPresent() ? writer.get().keeping(raw) : raw;
            DiffId actual = unpack(packed, form);
            packed.transferTo(OutputStream.nullOutputStream()); // what a decoder leaves over belongs to the blob, too
            if (writer.isPresent()) {
                writer.get().finish();
            }
            if (!actual.equals(expected)) {
                throw BlobStore.mismatch(name + ", unpacked", expected, actual);
            }
        }
        UnpackedLayer layer = unpacked;
        if (directory.isPresent() && layer != null) {
            directory.get().finish(layer, false);
        }
    }

    private DiffId unpack(InputStream packed, OverlayForm form) throws IOException {
        try (InputStream tar = Decompression.unpackWithin(packed, ArchiveLimits.DEFAULT)) {
            if (directory.isEmpty()) {
                Digester digester = new Digester(expected.digest().algorithm());
                new DigestingInputStream(tar, digester).transferTo(OutputStream.nullOutputStream());
                return new DiffId(digester.digest());
            }
            UnpackedLayer layer = LayerUnpacker.unpack(tar, directory.get().files(), ArchiveLimits.DEFAULT, form);
            unpacked = layer;
            return layer.diffId();
        } catch (ArchiveException | EOFException e) {
            throw explain(packed, e);
        }
    }

    /** Bytes that were changed on the way break the archive first; but what is wrong is that they were changed. */
    private IOException explain(InputStream packed, IOException broken) throws IOException {
        if (writer.isPresent()) {
            packed.transferTo(OutputStream.nullOutputStream());
            try {
                writer.get().finish();
            } catch (RuntimeException mismatch) {
                mismatch.addSuppressed(broken);
                throw mismatch;
            }
        }
        return new ArchiveException(name + ": " + broken.getMessage(), broken);
    }

    /** Shows what {@link #read} has finished. */
    void publish(DiffIdCache diffIds) throws IOException {
        if (writer.isPresent()) {
            writer.get().publish();
        }
        UnpackedLayer layer = unpacked;
        if (directory.isPresent() && layer != null) {
            directory.get().publish(layer);
        }
        diffIds.put(blob.digest(), expected);
    }

    @Override
    public void close() throws IOException {
        directory.ifPresent(NewLayer::close);
        if (writer.isPresent()) {
            writer.get().close();
        }
    }
}
