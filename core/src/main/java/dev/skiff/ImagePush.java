package dev.skiff;

import dev.skiff.image.PushedImage;
import dev.skiff.oci.Reference;
import dev.skiff.oci.image.Descriptor;
import dev.skiff.store.StoredImage;
import dev.skiff.work.Work;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * An image to be put into a registry (OCI distribution specification, "Push"). Layers go side by side, each only if the registry has
 * it neither there nor in another of its repositories that this store knows of; an upload that breaks off goes on where it was. The
 * name there changes last, when everything else is in place, so whoever pulls it meanwhile gets the old image or the new one, whole.
 *
 * <p>An image that was pulled or loaded keeps its digest. Layers that were built here are compressed as they go out, so the
 * manifest in the registry names other blobs than the one here, and has another digest: {@link Pushed#digest()}. Pushing
 * the same image again gives the same.
 *
 * <pre>{@code
 * app.push("registry.example.com/team/app:1");                     // does nothing: a description is dropped
 * Pushed pushed = app.push("registry.example.com/team/app:1").await();
 * }</pre>
 */
@CheckReturnValue
public final class ImagePush implements Operation<Pushed> {
    private final Engine engine;
    private final StoredImage image;
    private final Reference reference;
    private final Credentials credentials;
    private final Consumer<TransferProgress> listener;

    private ImagePush(
            Engine engine,
            StoredImage image,
            Reference reference,
            Credentials credentials,
            Consumer<TransferProgress> listener) {
        this.engine = engine;
        this.image = image;
        this.reference = reference;
        this.credentials = credentials;
        this.listener = listener;
    }

    static ImagePush of(Engine engine, StoredImage image, Reference reference) {
        return new ImagePush(engine, image, reference, engine.credentials(), progress -> {});
    }

    /** Who to be towards the registry, instead of what its {@link Skiff.Builder#credentials Skiff} says. */
    public ImagePush credentials(Credentials newCredentials) {
        Objects.requireNonNull(newCredentials, "credentials");
        return new ImagePush(engine, image, reference, newCredentials, listener);
    }

    /**
     * Hears how the layers get on, each for itself, one call at a time. If it throws, the push fails with that as the cause. Given
     * several times, all of them hear of everything.
     */
    public ImagePush onProgress(Consumer<? super TransferProgress> newListener) {
        Objects.requireNonNull(newListener, "listener");
        Consumer<TransferProgress> before = listener;
        return new ImagePush(engine, image, reference, credentials, progress -> {
            before.accept(progress);
            tell(newListener, progress);
        });
    }

    private void tell(Consumer<? super TransferProgress> told, TransferProgress progress) {
        try {
            told.accept(progress);
        } catch (RuntimeException e) {
            throw new SkiffException(this + ": a listener of its progress failed", e);
        }
    }

    private Pushed make() {
        OneAtATime<TransferProgress> events = new OneAtATime<>(listener);
        PushedImage pushed = engine.registry()
                .push(image, reference, credentials, (blob, done) -> events.accept(progress(blob, done)));
        return new Pushed(reference, pushed.digest(), pushed.layers(), pushed.reused());
    }

    private static TransferProgress progress(Descriptor blob, long done) {
        return new TransferProgress(blob.digest(), done, blob.size());
    }

    /**
     * {@inheritDoc}
     *
     * @throws RegistryException if the registry cannot be reached, or refuses
     * @throws RegistryAuthException if it does not let this user write there
     * @throws StoreException if a layer of the image is damaged
     * @throws DigestMismatchException if the registry keeps something else than it was sent
     */
    @Override
    public Pushed await() {
        return Work.await(toString(), this::make);
    }

    @Override
    public Pushed await(Duration limit) {
        return Work.await(toString(), limit, this::make);
    }

    @Override
    public CompletableFuture<Pushed> async() {
        return Work.async(toString(), this::make, engine.executor(), pushed -> {});
    }

    /** Such as {@code push registry.example.com/team/app:1}. */
    @Override
    public String toString() {
        return "push " + reference.familiar();
    }
}
