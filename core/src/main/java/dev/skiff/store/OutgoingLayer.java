package dev.skiff.store;

import dev.skiff.DigestMismatchException;
import dev.skiff.StoreException;
import dev.skiff.layer.ParallelGzip;
import dev.skiff.layer.Pipe;
import dev.skiff.oci.DiffId;
import dev.skiff.oci.MediaTypes;
import dev.skiff.oci.image.Descriptor;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.LongConsumer;

/**
 * A layer on its way out of the store: the very blob that came in with an image, or for a layer that was built here, which
 * has none, its tar, compressed as it is read. Both give the same bytes each time they are opened.
 */
public final class OutgoingLayer {
    private static final int BLOCKS_AHEAD = 4;

    private final Store store;
    private final Descriptor blob;
    private final StoredLayer layer;
    private final boolean built;

    OutgoingLayer(Store store, Descriptor blob, StoredLayer layer, boolean built) {
        this.store = store;
        this.blob = blob;
        this.layer = layer;
        this.built = built;
    }

    /** As the image's manifest names it here. */
    public Descriptor blob() {
        return blob;
    }

    /** What names it unpacked. */
    public DiffId diffId() {
        return layer.diffId();
    }

    /** Whether its bytes are known only when they have been made. */
    public boolean isPacked() {
        return built;
    }

    /** The blob that goes out, if that is known: as it came in, or what compressing it came to the last time. */
    public Optional<Descriptor> known() {
        return built ? store.packed().find(layer.diffId()) : Optional.of(blob);
    }

    /** The type of what goes out. */
    public String mediaType() {
        return built ? MediaTypes.OCI_LAYER_GZIP : blob.mediaType();
    }

    /**
     * The bytes. Nothing that is damaged comes to its end.
     *
     * @param packers compress, if need be
     * @param read hears how many more bytes of {@link #blob()} have been read, on any thread
     */
    public InputStream open(Executor packers, LongConsumer read) throws IOException {
        if (!built) {
            return new CountedStream(own(), read);
        }
        return Pipe.from(threadName(), out -> {
            ParallelGzip gzip = new ParallelGzip(out, packers, BLOCKS_AHEAD);
            store.layers().writeTar(layer, new CountedOutput(gzip, read));
            gzip.finish();
        });
    }

    /** The bytes of {@link #blob()}: not compressed, if it was built here. */
    InputStream openAsNamed() throws IOException {
        if (!built || store.blobs().has(blob)) {
            return own();
        }
        return Pipe.from(threadName(), out -> store.layers().writeTar(layer, out));
    }

    private InputStream own() throws IOException {
        try {
            return store.blobs().open(blob.digest());
        } catch (NoSuchFileException e) {
            Path path = store.blobs().path(blob.digest());
            throw new StoreException(path + " is gone; pull or build the image again", path, e);
        }
    }

    /**
     * Looks for the reason why what was read turned out to be something else. A blob that is damaged is removed, for that is what lets
     * it come in again.
     *
     * @throws StoreException if it is damaged
     */
    public void failIfDamaged(DigestMismatchException mismatch) {
        Path path = store.blobs().path(blob.digest());
        if (StoreIo.call("look at a blob", path, () -> store.blobs().removeIfDamaged(blob))) {
            throw new StoreException(
                    path
                            + " is damaged, and has been removed: it was not what its name says; pull or build the image again",
                    path,
                    mismatch);
        }
    }

    private String threadName() {
        return "skiff-pack-" + layer.diffId().digest().hex().substring(0, 8);
    }

    /** Remembers what compressing it came to. */
    public void remember(Descriptor packed) {
        if (built) {
            StoreIo.call("remember a blob", store.home(), () -> {
                store.packed().put(layer.diffId(), packed);
                return packed;
            });
        }
    }

    private static final class CountedStream extends FilterInputStream {
        private final LongConsumer count;

        CountedStream(InputStream in, LongConsumer count) {
            super(in);
            this.count = count;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int got = in.read(buffer, offset, length);
            count.accept(Math.max(got, 0));
            return got;
        }
    }

    private static final class CountedOutput extends FilterOutputStream {
        private final LongConsumer count;

        CountedOutput(OutputStream out, LongConsumer count) {
            super(out);
            this.count = count;
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
            count.accept(1);
        }

        @Override
        public void write(byte[] buffer, int offset, int length) throws IOException {
            out.write(buffer, offset, length);
            count.accept(length);
        }
    }
}
