package dev.skiff;

import dev.skiff.oci.Digest;
import dev.skiff.oci.Reference;
import dev.skiff.oci.image.ImageConfig;
import dev.skiff.store.ImageStore;
import dev.skiff.store.StoredImage;
import java.nio.file.Path;
import java.util.List;

/** An image of the store, complete and unpacked: what containers are run from. It never changes, though its names may. */
public final class Image implements ImageSource {
    private final Engine engine;
    private final StoredImage stored;
    private final String name;

    private Image(Engine engine, StoredImage stored, String name) {
        this.engine = engine;
        this.stored = stored;
        this.name = name;
    }

    /** @param name what it was asked for by, for messages */
    static Image of(Engine engine, StoredImage stored, String name) {
        return new Image(engine, stored, name);
    }

    StoredImage stored() {
        return stored;
    }

    /** What a person would call it. */
    String name() {
        return name;
    }

    /** What names it for good: the digest of its manifest. */
    public Digest digest() {
        return stored.digest();
    }

    /** What it says of itself: command, environment, layers, history. */
    public ImageConfig config() {
        return stored.config();
    }

    /** The names that it has in the store at this moment, sorted. */
    public List<Reference> references() {
        return engine.store().images().list().stream()
                .filter(named -> named.digest().equals(digest()))
                .map(ImageStore.Named::reference)
                .toList();
    }

    /**
     * Gives it a name at once, which another image may lose by that.
     *
     * @param reference such as {@code team/app:dev}
     * @return this image
     * @throws InvalidReferenceException if that is no name
     */
    @CanIgnoreReturnValue
    public Image tag(String reference) {
        engine.store().images().tag(stored, References.parse(reference));
        return this;
    }

    /**
     * Puts it into a registry. Only what the registry lacks is sent; layers that were built here are compressed while they are
     * sent:
     *
     * <pre>{@code
     * Pushed pushed = app.push("registry.example.com/team/app:1.4.2").await();
     * }</pre>
     *
     * @param reference what it is to be called there; it is no name of the image here unless it is given that, too
     * @throws InvalidReferenceException if that is no name
     */
    public ImagePush push(String reference) {
        return ImagePush.of(engine, stored, References.parse(reference));
    }

    /**
     * Writes it, with the names that it has, into a file that other tools read: a tar that is an OCI image layout and what
     * {@code docker save} writes at once, so {@code docker load}, {@code podman load}, skopeo and {@link Images#load} all take it.
     * If {@code path} is a directory, it becomes a layout itself, or the image is added to the one it is.
     *
     * <p>The image keeps its digest, and the bytes of the tar depend on the image and its names alone. Layers that were built here are
     * not compressed. The file is there when it is whole.
     *
     * @return an operation that gives the path
     */
    public ImageSave save(Path path) {
        return new ImageSave(engine, this, path);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Image image && digest().equals(image.digest());
    }

    @Override
    public int hashCode() {
        return digest().hashCode();
    }

    /** Such as {@code node:18-alpine (sha256:1c2d...)}. */
    @Override
    public String toString() {
        return name + " (" + digest() + ")";
    }
}
