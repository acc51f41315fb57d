package dev.skiff.store;

import dev.skiff.StoreException;
import dev.skiff.oci.DiffId;
import dev.skiff.oci.Digest;
import dev.skiff.oci.Json;
import dev.skiff.oci.JsonException;
import dev.skiff.oci.MediaTypes;
import dev.skiff.oci.Platform;
import dev.skiff.oci.Reference;
import dev.skiff.oci.image.Descriptor;
import dev.skiff.oci.image.ImageConfig;
import dev.skiff.oci.image.Manifest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The images of a store: what has a name, and how images come in. */
public final class ImageStore {
    private final Store store;
    private final NameTable names;

    ImageStore(Store store, NameTable names) {
        this.store = store;
        this.names = names;
    }

    /**
     * An image and a name it has.
     *
     * @param digest of its manifest
     */
    public record Named(Reference reference, Digest digest) {}

    /** The image of this name, if it is here. A digest in the name counts, and a tag beside it does not. */
    public Optional<StoredImage> find(Reference reference) {
        return names.find(reference).map(this::open);
    }

    /** The image with this manifest, if it is here, with or without a name. */
    public Optional<StoredImage> find(Digest manifest) {
        Optional<Descriptor> named = names.find(manifest);
        if (named.isPresent()) {
            return named.map(this::open);
        }
        return store.blobs()
                .size(manifest)
                .flatMap(size -> unnamed(manifest, size))
                .map(this::open);
    }

    private Optional<Descriptor> unnamed(Digest digest, long size) {
        if (size > Json.MAX_BYTES) {
            return Optional.empty();
        }
        Descriptor untyped = Descriptor.of(MediaTypes.OCI_MANIFEST, digest, size);
        try {
            Manifest manifest = Json.read(store.blobs().document(untyped), Manifest.class);
            return Optional.of(Descriptor.of(manifest.mediaType().orElse(MediaTypes.OCI_MANIFEST), digest, size));
        } catch (JsonException e) {
            return Optional.empty(); // a blob of another kind
        }
    }

    /** All names, sorted, each with what it stands for. */
    public List<Named> list() {
        return names.list();
    }

    /** Gives the image a name, which it may be taking from another. */
    public void tag(StoredImage image, Reference name) {
        names.put(name, image.descriptor().withPlatform(image.config().platform()));
    }

    /** Takes a name away, and says whether it was there. The image stays until nothing refers to it and space is wanted. */
    public boolean untag(Reference name) {
        return names.remove(name);
    }

    /**
     * Takes in an image from elsewhere: everything is checked against the digests in its manifest and config, and nothing
     * shows unless all of it is right.
     *
     * @param manifest what names the image, known from a place that is trusted for it
     * @param document the manifest itself
     * @param source where it comes from, as a person would name it
     * @throws dev.skiff.DigestMismatchException if something is not what it should be
     * @throws StoreException if it is malformed, or the store cannot take it
     */
    public StoredImage ingest(Descriptor manifest, byte[] document, BlobSource blobs, String source) {
        new ImageIntake(store, plain(manifest), document, blobs, source).run();
        return open(plain(manifest));
    }

    private static Descriptor plain(Descriptor manifest) {
        return Descriptor.of(manifest.mediaType(), manifest.digest(), manifest.size());
    }

    /**
     * An image that was loaded.
     *
     * @param names it was given, those that the archive has for it
     */
    public record Loaded(StoredImage image, List<Reference> names) {
        public Loaded {
            names = List.copyOf(names);
        }
    }

    /**
     * Takes in the images of an archive, and gives them the names they have there: an OCI image layout, as a directory or a tar, or
     * what {@code docker save} writes; the tar may be compressed. Of images for several platforms those for {@code platform}.
     *
     * @throws dev.skiff.ImageNotFoundException if there is none for the platform
     * @throws StoreException if it is no such archive, or the store cannot take it
     */
    public List<Loaded> load(Path archive, Platform platform) {
        return new ImageLoader(store, archive, platform).load();
    }

    /**
     * Makes an image of layers that are here. The blobs of layers that were built are not made: {@link #blob} does that.
     *
     * @param base whose blobs are used for the layers that the two have in common
     */
    public StoredImage commit(ImageConfig config, Optional<StoredImage> base) {
        byte[] configDocument = Json.write(config);
        Descriptor configDescriptor = Descriptor.of(MediaTypes.OCI_CONFIG, configDocument);
        List<Descriptor> layers = new ArrayList<>();
        for (DiffId diffId : config.diffIds()) {
            layers.add(base.flatMap(image -> blobOf(image, diffId)).orElseGet(() -> plainBlob(diffId)));
        }
        byte[] document = Json.write(Manifest.of(configDescriptor, layers));
        Descriptor descriptor = Descriptor.of(MediaTypes.OCI_MANIFEST, document);
        StoreIo.call("store an image", store.home(), () -> {
            store.layers().settle(config.diffIds());
            store.blobs().put(configDescriptor, configDocument);
            store.blobs().put(descriptor, document);
            return descriptor;
        });
        return open(descriptor);
    }

    /** A document of an image, as it is on the disk: its manifest or its config. */
    public byte[] document(Descriptor document) {
        return store.blobs().document(document);
    }

    /**
     * Which other repositories of a registry probably have which blobs: those that images of the store come from, or went to.
     *
     * @param name of an image in that registry
     * @return paths of repositories, by the blobs in them
     */
    public Map<Digest, String> repositories(Reference name) {
        Map<Digest, String> repositories = new HashMap<>();
        for (Named named : list()) {
            Reference other = named.reference();
            if (other.domain().equals(name.domain()) && !other.path().equals(name.path())) {
                manifest(named.digest())
                        .ifPresent(manifest -> manifest.layers()
                                .forEach(layer -> repositories.putIfAbsent(layer.digest(), other.path())));
            }
        }
        return repositories;
    }

    private Optional<Manifest> manifest(Digest digest) {
        return store.blobs()
                .size(digest)
                .flatMap(size -> unnamed(digest, size))
                .map(descriptor -> Manifest.read(store.blobs().document(descriptor), descriptor.mediaType()));
    }

    private static Optional<Descriptor> blobOf(StoredImage image, DiffId diffId) {
        int at = image.config().diffIds().indexOf(diffId);
        return at < 0
                ? Optional.empty()
                : Optional.of(ociTyped(image.manifest().layers().get(at)));
    }

    /** A manifest of OCI's should not name layers in Docker's words. */
    private static Descriptor ociTyped(Descriptor layer) {
        String mediaType =
                MediaTypes.layer(MediaTypes.compression(layer.mediaType()).orElseThrow());
        return Descriptor.of(mediaType, layer.digest(), layer.size());
    }

    private Descriptor plainBlob(DiffId diffId) {
        return Descriptor.of(
                MediaTypes.OCI_LAYER, diffId.digest(), layer(diffId).tarBytes());
    }

    private StoredLayer layer(DiffId diffId) {
        return store.layers()
                .find(diffId)
                .orElseThrow(() -> new StoreException(
                        "layer " + diffId + " is not in the store; pull or build the image again", store.home()));
    }

    /** The image with this manifest, which is in the store; layers that somebody removed, or never unpacked, are unpacked. */
    private StoredImage open(Descriptor descriptor) {
        Manifest manifest = Manifest.read(store.blobs().document(descriptor), descriptor.mediaType());
        ImageConfig config = Json.read(store.blobs().document(manifest.config()), ImageConfig.class);
        boolean unpacked = config.diffIds().stream()
                .allMatch(diffId -> store.layers().find(diffId).isPresent());
        if (!unpacked) {
            byte[] document = store.blobs().document(descriptor);
            String source = store.home().toString();
            new ImageIntake(store, plain(descriptor), document, this::ownBlob, source).run();
        }
        return new StoredImage(
                plain(descriptor),
                manifest,
                config,
                config.diffIds().stream().map(this::layer).toList());
    }

    private InputStream ownBlob(Descriptor blob) throws IOException {
        if (!store.blobs().has(blob)) {
            Path path = store.blobs().path(blob.digest());
            throw new StoreException(path + " is gone, and its layer too; pull or build the image again", path);
        }
        return store.blobs().open(blob.digest());
    }

    /**
     * A blob of an image: its config, or a layer as the manifest names it. The tar of a layer that was built here is made
     * now, and kept.
     */
    public InputStream blob(Descriptor blob) {
        return StoreIo.call("open a blob", store.blobs().path(blob.digest()), () -> {
            if (!store.blobs().has(blob)) {
                makeTar(blob);
            }
            return store.blobs().open(blob.digest());
        });
    }

    /**
     * Writes an image into a file or directory of its own.
     *
     * @param path a directory, which is to be an image layout, or else the tar of one
     * @param given names that it has in there; may be empty
     */
    public void save(StoredImage image, List<Reference> given, Path path) {
        new ImageSaver(store, image, given).save(path);
    }

    /** The layers of an image as other places want them, the lowest first. */
    public List<OutgoingLayer> outgoing(StoredImage image) {
        List<OutgoingLayer> layers = new ArrayList<>();
        for (int i = 0; i < image.layers().size(); i++) {
            layers.add(outgoing(image.manifest().layers().get(i), image.layers().get(i)));
        }
        return layers;
    }

    /** A layer that was built here, and belongs to no image yet, as other places want it. */
    public OutgoingLayer outgoing(StoredLayer layer) {
        return outgoing(plainBlob(layer.diffId()), layer);
    }

    private OutgoingLayer outgoing(Descriptor blob, StoredLayer layer) {
        boolean built = blob.digest().equals(layer.diffId().digest()) && layer.built();
        return new OutgoingLayer(store, blob, layer, built);
    }

    /** Makes what other tools need that read the image layout: the tars of layers that were built here. */
    public void complete(StoredImage image) {
        for (Descriptor layer : image.manifest().layers()) {
            StoreIo.call("complete an image", store.blobs().path(layer.digest()), () -> {
                if (!store.blobs().has(layer)) {
                    makeTar(layer);
                }
                return layer;
            });
        }
    }

    private void makeTar(Descriptor blob) throws IOException {
        StoredLayer layer = layer(new DiffId(blob.digest()));
        try (BlobWriter writer = store.blobs().writer(blob, layer.directory().toString())) {
            store.layers().writeTar(layer, writer.asStream());
            writer.commit();
        }
    }
}
