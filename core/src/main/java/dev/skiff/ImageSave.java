package dev.skiff;

import dev.skiff.work.Work;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** An image to be written into a file or directory: {@link Image#save}. */
@CheckReturnValue
public final class ImageSave implements Operation<Path> {
    private final Engine engine;
    private final Image image;
    private final Path path;

    ImageSave(Engine engine, Image image, Path path) {
        this.engine = engine;
        this.image = image;
        this.path = path.toAbsolutePath().normalize();
    }

    private Path make() {
        engine.store().images().save(image.stored(), image.references(), path);
        return path;
    }

    /**
     * {@inheritDoc}
     *
     * @throws StoreException if the file cannot be written, or a layer of the image is damaged
     */
    @Override
    public Path await() {
        return Work.await(toString(), this::make);
    }

    @Override
    public Path await(Duration limit) {
        return Work.await(toString(), limit, this::make);
    }

    @Override
    public CompletableFuture<Path> async() {
        return Work.async(toString(), this::make, engine.executor(), saved -> {});
    }

    /** Such as {@code save team/app:dev to app.tar}. */
    @Override
    public String toString() {
        return "save " + image.name() + " to " + path;
    }
}
