package dev.skiff.image;

import dev.skiff.DigestMismatchException;
import dev.skiff.oci.Digest;
import dev.skiff.oci.image.Descriptor;
import dev.skiff.registry.Destination;
import dev.skiff.registry.UploadContent;
import dev.skiff.store.OutgoingLayer;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Has layers in a repository: it is asked first, then told of other repositories that may have the layer, and only then sent the bytes.
 * Any number of threads may use it at once.
 */
final class LayerUpload {
    private final Destination destination;
    private final Map<Digest, String> elsewhere;
    private final Executor packers;
    private final PushListener listener;

    /** @param elsewhere which other repositories of the registry may have which blobs */
    LayerUpload(Destination destination, Map<Digest, String> elsewhere, Executor packers, PushListener listener) {
        this.destination = destination;
        this.elsewhere = elsewhere;
        this.packers = packers;
        this.listener = listener;
    }

    /**
     * A layer that the repository has.
     *
     * @param blob what it is called there
     * @param reused whether the registry had it before
     */
    record Sent(Descriptor blob, boolean reused) {}

    Sent send(OutgoingLayer layer) {
        Optional<Descriptor> known = layer.known();
        if (known.isPresent() && isThere(known.get())) {
            listener.progress(layer.blob(), layer.blob().size());
            return new Sent(known.get(), true);
        }
        return new Sent(upload(layer), false);
    }

    private boolean isThere(Descriptor blob) {
        return destination.has(blob)
                || Optional.ofNullable(elsewhere.get(blob.digest()))
                        .filter(from -> destination.mount(blob, from))
                        .isPresent();
    }

    private Descriptor upload(OutgoingLayer layer) {
        AtomicLong done = new AtomicLong();
        UploadContent content = () -> {
            done.set(0); // what breaks off is read again
            return layer.open(packers, more -> listener.progress(layer.blob(), done.addAndGet(more)));
        };
        if (!layer.isPacked()) {
            try {
                destination.upload(layer.blob(), content);
            } catch (DigestMismatchException e) {
                layer.failIfDamaged(e);
                throw e; // it is what the registry made of it
            }
            return layer.blob();
        }
        Descriptor packed = destination.upload(layer.mediaType(), "of layer " + layer.diffId(), content);
        layer.remember(packed);
        return packed;
    }
}
