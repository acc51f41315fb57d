package dev.skiff;

import dev.skiff.build.BuildRequest;
import dev.skiff.oci.Platform;
import dev.skiff.oci.Reference;
import dev.skiff.work.Work;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * An image to be built from a Dockerfile. Steps that an earlier build has carried out on the same input are not carried out
 * again. Every option gives a new value; nothing is read before a terminal:
 *
 * <pre>{@code
 * Images.build(Path.of("service")).arg("VERSION", "1.4.2");     // does nothing: the new value is dropped
 * Image image = Images.build(Path.of("service")).arg("VERSION", "1.4.2").tag("service:1.4.2").await();
 * }</pre>
 */
@CheckReturnValue
public final class ImageBuild implements Operation<Image>, ImageSource {
    private final Supplier<Engine> engine;
    private final Path path;

    /** What was asked for, to be put on a request in this order: the request itself looks at the disk. */
    private final UnaryOperator<BuildRequest> options;

    private final String name;

    private ImageBuild(Supplier<Engine> engine, Path path, UnaryOperator<BuildRequest> options, String name) {
        this.engine = engine;
        this.path = path;
        this.options = options;
        this.name = name;
    }

    static ImageBuild of(Supplier<Engine> engine, Path path) {
        return new ImageBuild(engine, path, UnaryOperator.identity(), path.toString());
    }

    private ImageBuild with(UnaryOperator<BuildRequest> option) {
        return new ImageBuild(engine, path, request -> option.apply(options.apply(request)), name);
    }

    /** A value for an {@code ARG} of the Dockerfile. Arguments are seen in the image's history: they are no place for secrets. */
    public ImageBuild arg(String variable, String value) {
        Objects.requireNonNull(variable, "variable");
        Objects.requireNonNull(value, "value");
        return with(request -> request.plusArgument(variable, value));
    }

    /** The stage to build, by name or number, instead of the last; stages that it does not need are left out. */
    public ImageBuild target(String stage) {
        Objects.requireNonNull(stage, "stage");
        return with(request -> request.withTarget(stage));
    }

    /**
     * A name for the image, once it is built; it may have several.
     *
     * @throws InvalidReferenceException if that is no name
     */
    public ImageBuild tag(String reference) {
        Reference parsed = References.parse(reference);
        ImageBuild tagged = with(request -> request.plusTag(parsed));
        return new ImageBuild(engine, path, tagged.options, parsed.familiar());
    }

    /**
     * What the image is to run on, instead of this machine. {@code RUN} still runs here.
     *
     * @param platform such as {@code linux/arm64}
     */
    public ImageBuild platform(String platform) {
        Platform parsed = Platform.parse(Objects.requireNonNull(platform, "platform"));
        return with(request -> request.withPlatform(parsed));
    }

    /** The directory that {@code COPY} takes from, instead of the Dockerfile's own. */
    public ImageBuild context(Path directory) {
        Path absolute = directory.toAbsolutePath().normalize();
        return with(request -> request.withContext(absolute));
    }

    /** Every step is carried out, whatever the cache has. */
    public ImageBuild noCache() {
        return with(BuildRequest::withNoCache);
    }

    /**
     * Hears what happens, as it happens: one event at a time, those of one step in their order, on whichever thread. If it throws,
     * the build fails with that as the cause.
     */
    public ImageBuild onEvent(Consumer<? super BuildEvent> listener) {
        Objects.requireNonNull(listener, "listener");
        return with(request -> request.plusListener(event -> tell(listener, event)));
    }

    private void tell(Consumer<? super BuildEvent> listener, BuildEvent event) {
        try {
            listener.accept(event);
        } catch (RuntimeException e) {
            throw new SkiffException(this + ": a listener of its events failed", e);
        }
    }

    Image make() {
        Engine opened = engine.get();
        return Image.of(opened, opened.builder().build(options.apply(BuildRequest.of(path))), name);
    }

    /**
     * {@inheritDoc}
     *
     * @throws DockerfileException for what is wrong in the Dockerfile, with its line
     * @throws BuildCheckException if the Dockerfile says {@code # check=error=true} and {@link Dockerfile#check()} finds something
     * @throws BuildStepException if a {@code RUN} fails
     * @throws ImageNotFoundException if a {@code FROM} names no image
     */
    @Override
    public Image await() {
        return Work.await(toString(), this::make);
    }

    @Override
    public Image await(Duration limit) {
        return Work.await(toString(), limit, this::make);
    }

    @Override
    public CompletableFuture<Image> async() {
        return Work.async(toString(), this::make, engine.get().executor(), image -> {});
    }

    /** Such as {@code build team/app:dev}. */
    @Override
    public String toString() {
        return "build " + name;
    }
}
