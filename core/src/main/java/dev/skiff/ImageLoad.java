package dev.skiff;

import dev.skiff.oci.Platform;
import dev.skiff.work.Work;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Images to be taken from a file or directory that another tool has written: an OCI image layout, as a directory or a tar, or
 * what {@code docker save} writes. All of them are taken in, with the names that they have there, or none:
 *
 * <pre>{@code
 * Image app = Images.load(Path.of("app.tar")).await().get(0);
 * }</pre>
 */
@CheckReturnValue
public final class ImageLoad implements Operation<List<Image>> {
    private final Supplier<Engine> engine;
    private final Path path;
    private final Platform platform;

    private ImageLoad(Supplier<Engine> engine, Path path, Platform platform) {
        this.engine = engine;
        this.path = path;
        this.platform = platform;
    }

    static ImageLoad of(Supplier<Engine> engine, Path path) {
        return new ImageLoad(engine, path.toAbsolutePath().normalize(), Platform.host());
    }

    /**
     * Which of an image for several platforms is meant, instead of the one for this machine.
     *
     * @param newPlatform such as {@code linux/arm64}
     */
    public ImageLoad platform(String newPlatform) {
        Objects.requireNonNull(newPlatform, "platform");
        return new ImageLoad(engine, path, Platform.parse(newPlatform));
    }

    ImageLoad platform(Platform newPlatform) {
        return new ImageLoad(engine, path, newPlatform);
    }

    /** The image, where there has to be one and no more. */
    Image only() {
        List<Image> images = make();
        if (images.size() != 1) {
            throw new StoreException(this + ": one image was expected, and there are " + images.size(), path);
        }
        return images.get(0);
    }

    private List<Image> make() {
        Engine opened = engine.get();
        return opened.store().images().load(path, platform).stream()
                .map(loaded -> Image.of(
                        opened,
                        loaded.image(),
                        loaded.names().isEmpty()
                                ? path.toString()
                                : loaded.names().get(0).familiar()))
                .toList();
    }

    /**
     * {@inheritDoc}
     *
     * @throws StoreException if it is no archive of images, or cannot be read
     * @throws DigestMismatchException if something in it is not what its digest says
     * @throws ImageNotFoundException if it holds no image for the platform
     */
    @Override
    public List<Image> await() {
        return Work.await(toString(), this::make);
    }

    @Override
    public List<Image> await(Duration limit) {
        return Work.await(toString(), limit, this::make);
    }

    @Override
    public CompletableFuture<List<Image>> async() {
        return Work.async(toString(), this::make, engine.get().executor(), images -> {});
    }

    /** Such as {@code load /tmp/app.tar}. */
    @Override
    public String toString() {
        return "load " + path;
    }
}
