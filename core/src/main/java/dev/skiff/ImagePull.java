package dev.skiff;

import dev.skiff.image.RegistryImages;
import dev.skiff.oci.Platform;
import dev.skiff.oci.Reference;
import dev.skiff.work.Work;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * An image to be had from its registry: what the name stands for there when the work is done, even if the store has an image
 * of that name. Only what is missing is transferred, and everything is checked against its digest.
 *
 * <pre>{@code
 * Images.pull("node:18-alpine").platform("linux/arm64");         // does nothing: a description is dropped
 * Image image = Images.pull("node:18-alpine").await();
 * }</pre>
 */
@CheckReturnValue
public final class ImagePull implements Operation<Image>, ImageSource {
    private final Supplier<Engine> engine;
    private final Reference reference;
    private final Platform platform;
    private final Optional<Credentials> credentials;
    private final Duration limit;

    private ImagePull(
            Supplier<Engine> engine,
            Reference reference,
            Platform platform,
            Optional<Credentials> credentials,
            Duration limit) {
        this.engine = engine;
        this.reference = reference;
        this.platform = platform;
        this.credentials = credentials;
        this.limit = limit;
    }

    static ImagePull of(Supplier<Engine> engine, String reference) {
        return new ImagePull(
                engine, References.parse(reference), Platform.host(), Optional.empty(), RegistryImages.RESOLVE_LIMIT);
    }

    /** Who to be towards the registry, instead of what its {@link Skiff.Builder#credentials Skiff} says. */
    public ImagePull credentials(Credentials newCredentials) {
        Objects.requireNonNull(newCredentials, "credentials");
        return new ImagePull(engine, reference, platform, Optional.of(newCredentials), limit);
    }

    /**
     * What the image is to run on, instead of this machine.
     *
     * @param newPlatform such as {@code linux/arm64}
     */
    public ImagePull platform(String newPlatform) {
        Objects.requireNonNull(newPlatform, "platform");
        return new ImagePull(engine, reference, Platform.parse(newPlatform), credentials, limit);
    }

    /**
     * How long the registry may take to say what the name stands for, connecting, logging in and trying again included, instead
     * of a minute. The layers take as long as bytes keep coming; {@link #await(Duration)} limits all of it.
     */
    public ImagePull within(Duration newLimit) {
        Objects.requireNonNull(newLimit, "limit");
        if (newLimit.isZero() || newLimit.isNegative()) {
            throw new IllegalArgumentException("limit must be longer than nothing, got " + newLimit);
        }
        return new ImagePull(engine, reference, platform, credentials, newLimit);
    }

    Image make() {
        Engine opened = engine.get();
        Credentials login = credentials.orElseGet(opened::credentials);
        return Image.of(opened, opened.registry().pull(reference, platform, login, limit), reference.familiar());
    }

    /**
     * {@inheritDoc}
     *
     * @throws ImageNotFoundException if the registry has no such image for the platform
     * @throws RegistryException if it cannot be reached, or refuses
     * @throws DigestMismatchException if it sends something else than it promised
     */
    @Override
    public Image await() {
        return Work.await(toString(), this::make);
    }

    @Override
    public Image await(Duration timeLimit) {
        return Work.await(toString(), timeLimit, this::make);
    }

    @Override
    public CompletableFuture<Image> async() {
        return Work.async(toString(), this::make, engine.get().executor(), image -> {});
    }

    /** Such as {@code pull node:18-alpine}. */
    @Override
    public String toString() {
        return "pull " + reference.familiar();
    }
}
