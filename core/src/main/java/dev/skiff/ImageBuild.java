package dev.skiff;

import dev.skiff.build.BuildRequest;
import dev.skiff.build.DockerfileSource;
import dev.skiff.build.NamedContext;
import dev.skiff.build.RunOptions;
import dev.skiff.build.Secret;
import dev.skiff.build.context.ContextSource;
import dev.skiff.oci.Platform;
import dev.skiff.oci.Reference;
import dev.skiff.work.Work;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
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
    private final Supplier<BuildRequest> start;

    /** What was asked for, to be put on a request in this order: the request itself looks at the disk. */
    private final UnaryOperator<BuildRequest> options;

    private final String name;

    private ImageBuild(
            Supplier<Engine> engine, Supplier<BuildRequest> start, UnaryOperator<BuildRequest> options, String name) {
        this.engine = engine;
        this.start = start;
        this.options = options;
        this.name = name;
    }

    static ImageBuild of(Supplier<Engine> engine, Path path) {
        return new ImageBuild(engine, () -> BuildRequest.of(path), UnaryOperator.identity(), path.toString());
    }

    static ImageBuild of(Supplier<Engine> engine, BuildContext context) {
        ContextSource source = context.source();
        return new ImageBuild(engine, () -> BuildRequest.of(source), UnaryOperator.identity(), source.label());
    }

    private ImageBuild with(UnaryOperator<BuildRequest> option) {
        return new ImageBuild(engine, start, request -> option.apply(options.apply(request)), name);
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
        return new ImageBuild(engine, start, tagged.options, parsed.familiar());
    }

    /**
     * What the image is to run on, instead of this machine: base images are looked for that do, {@code TARGETPLATFORM} and the like
     * say so, and what {@code FROM --platform} says goes before. A {@code RUN} of a program for another processor needs an emulator
     * that is registered with the kernel (binfmt_misc); without one it is a {@link DockerfileException}. Copying needs nothing.
     *
     * @param platform such as {@code linux/arm64}
     */
    public ImageBuild platform(String platform) {
        Platform parsed = Platform.parse(Objects.requireNonNull(platform, "platform"));
        return with(request -> request.withPlatform(parsed));
    }

    /** The directory that {@code COPY} takes from, instead of the Dockerfile's own. */
    public ImageBuild context(Path directory) {
        return context(BuildContext.directory(directory));
    }

    /** What {@code COPY} takes from, instead of the Dockerfile's directory. */
    public ImageBuild context(BuildContext context) {
        ContextSource source = context.source();
        return with(request -> request.withContext(source));
    }

    /**
     * A directory under a name, for {@code FROM}, {@code COPY --from} and {@code RUN --mount=from=} to take from; it has a
     * {@code .dockerignore} of its own. Where the Dockerfile has a stage of that name, the context takes its place; where it names
     * an image so ({@code alpine} is {@code docker.io/library/alpine:latest}), the context is taken for it. As with
     * {@code docker build --build-context}, a name that the Dockerfile does not use means nothing.
     *
     * @param name of a stage or an image, case aside; not {@code scratch} and {@code context}, which mean something already
     */
    public ImageBuild context(String name, Path directory) {
        return context(name, BuildContext.directory(directory));
    }

    /** The same with other files. */
    public ImageBuild context(String name, BuildContext context) {
        return context(name, new NamedContext.OfFiles(context.source()));
    }

    /** An image under a name, by the name that FROM would have for it. */
    public ImageBuild context(String name, String reference) {
        return context(
                name, new NamedContext.OfReference(References.parse(reference).toString()));
    }

    /**
     * An image under a name: one that is there, or one that is built or pulled when a stage that the target needs asks for it, for
     * the platform that its own description says.
     */
    public ImageBuild context(String name, ImageSource image) {
        Objects.requireNonNull(image, "image");
        return context(name, new NamedContext.OfImage(any -> Sources.make(image).stored()));
    }

    /** The image of a layout, or of an archive of another tool, under a name; it has to hold one image for the platform. */
    public ImageBuild context(String name, ImageLoad archive) {
        Objects.requireNonNull(archive, "archive");
        return context(
                name,
                new NamedContext.OfImage(
                        platform -> archive.platform(platform).only().stored()));
    }

    private ImageBuild context(String name, NamedContext context) {
        String lowerCase = Objects.requireNonNull(name, "name").toLowerCase(Locale.ROOT);
        if (lowerCase.isBlank() || lowerCase.equals("scratch") || lowerCase.equals("context")) {
            throw new IllegalArgumentException("no context can have the name \"" + name + "\"");
        }
        return with(request -> request.plusContext(name, context));
    }

    /**
     * How much the build may take from any one context, in bytes; more fails it with a {@link BuildContextException}. Files that no
     * {@code COPY}, {@code ADD} or mount takes, or that {@code .dockerignore} leaves out, do not count, but all of an archive does.
     * There is no limit by default.
     */
    public ImageBuild contextLimit(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("bytes must not be negative, got " + bytes);
        }
        return with(request -> request.withContextLimit(bytes));
    }

    /** The Dockerfile, instead of the one that is found in the context. It may lie anywhere. */
    public ImageBuild dockerfile(Path file) {
        DockerfileSource source =
                new DockerfileSource.OfFile(file.toAbsolutePath().normalize());
        return with(request -> request.withDockerfile(source));
    }

    /**
     * The Dockerfile by its path in the context, also where that is an archive.
     *
     * @param path such as {@code docker/release.Dockerfile}
     */
    public ImageBuild dockerfile(String path) {
        DockerfileSource source = new DockerfileSource.InContext(List.of(path));
        return with(request -> request.withDockerfile(source));
    }

    /** The text of the Dockerfile, for one that is in no file. */
    public ImageBuild dockerfileText(String text) {
        DockerfileSource source = new DockerfileSource.OfText(Objects.requireNonNull(text, "text"));
        return with(request -> request.withDockerfile(source));
    }

    /**
     * A file that {@code RUN --mount=type=secret,id=...} may read, at most 500 KiB. It is read anew for each of them, reaches the
     * command through memory alone, and is in no layer, history, cache key or log. Its value may change without a step being run
     * again.
     *
     * @param id as the Dockerfile names it
     */
    public ImageBuild secret(String id, Path file) {
        Path absolute = file.toAbsolutePath().normalize();
        return withSecret(id, Secret.of(absolute));
    }

    /** A secret with that value; see {@link #secret(String, Path)}. */
    public ImageBuild secret(String id, String value) {
        return withSecret(id, Secret.of(value.getBytes(StandardCharsets.UTF_8)));
    }

    /** A secret with that value; see {@link #secret(String, Path)}. */
    public ImageBuild secret(String id, byte[] value) {
        return withSecret(id, Secret.of(value));
    }

    /**
     * A secret that an environment variable of this JVM holds, looked up when a RUN mounts it; one that is not set is no secret
     * at all. See {@link #secret(String, Path)}.
     */
    public ImageBuild secretFromEnv(String id, String variable) {
        Objects.requireNonNull(variable, "variable");
        return withSecret(
                id,
                () -> Optional.ofNullable(System.getenv(variable))
                        .map(value -> value.getBytes(StandardCharsets.UTF_8)));
    }

    private ImageBuild withSecret(String id, Secret secret) {
        Objects.requireNonNull(id, "id");
        return withRun(run -> run.withSecret(id, secret));
    }

    /**
     * Lets {@code RUN --mount=type=ssh}, and the git of an {@code ADD}, talk to the ssh agent that {@code SSH_AUTH_SOCK} names. Keys
     * stay with the agent.
     *
     * @throws IllegalStateException if that variable is not set
     */
    public ImageBuild ssh() {
        String socket = System.getenv("SSH_AUTH_SOCK");
        if (socket == null || socket.isEmpty()) {
            throw new IllegalStateException(
                    "forward an ssh agent: SSH_AUTH_SOCK is not set; start one (ssh-agent), or name its socket");
        }
        return ssh("default", Path.of(socket));
    }

    /**
     * Lets {@code RUN --mount=type=ssh,id=...} talk to an ssh agent.
     *
     * @param id as the Dockerfile names it, {@code default} where it names none
     * @param agent the agent's socket, not a key
     */
    public ImageBuild ssh(String id, Path agent) {
        Objects.requireNonNull(id, "id");
        Path absolute = agent.toAbsolutePath().normalize();
        return withRun(run -> run.withAgent(id, absolute));
    }

    /**
     * Allows {@code RUN --security=insecure}: a command with every capability, no filter of system calls and nothing of the kernel
     * hidden. As root, it can take over this machine: for Dockerfiles that are trusted like a program that root runs.
     */
    public ImageBuild allowInsecure() {
        return withRun(RunOptions::withInsecure);
    }

    private ImageBuild withRun(UnaryOperator<RunOptions> option) {
        return with(request -> request.withRun(option.apply(request.run())));
    }

    /** Every step is carried out, whatever the cache has. */
    public ImageBuild noCache() {
        return with(BuildRequest::withNoCache);
    }

    /** The steps of one stage are carried out, whatever the cache has; say it again for others. By name or number, as {@link #target}. */
    public ImageBuild noCache(String stage) {
        Objects.requireNonNull(stage, "stage");
        return with(request -> request.plusNoCacheStage(stage));
    }

    /**
     * The registry is asked for every image that the build begins with or copies from, also for those that are in the store. What is
     * the same there is not fetched again. By default only what is not in the store is asked for.
     */
    public ImageBuild pull() {
        return with(BuildRequest::withPull);
    }

    /** A label that the image gets, beside those of the Dockerfile and in place of one with that key. History does not tell of it. */
    public ImageBuild label(String key, String value) {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(value, "value");
        return with(request -> request.plusLabel(key, value));
    }

    /**
     * Results of steps that the store has not are looked for there, and brought from there, before a step is carried out; of several
     * caches the first that has it counts. One that is not there, or not to be read, is a {@link BuildEvent.Warning} and no more.
     *
     * <p>Name only caches that those alone may write to whose images you would run: see {@link BuildCache}.
     */
    public ImageBuild cacheFrom(BuildCache cache) {
        Objects.requireNonNull(cache, "cache");
        return with(request -> request.plusCacheFrom(cache.at(engine.get())));
    }

    /**
     * When the image is built, the results of all steps of all its stages are left there, in place of what was there before. A cache
     * that cannot be written is a {@link BuildEvent.Warning}: the image is built all the same.
     */
    public ImageBuild cacheTo(BuildCache cache) {
        Objects.requireNonNull(cache, "cache");
        return with(request -> request.plusCacheTo(cache.at(engine.get())));
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

    /** As {@code docker build} does, the build takes {@code SOURCE_DATE_EPOCH} of the environment for an argument of that name. */
    private static Optional<String> epoch() {
        return Optional.ofNullable(System.getenv("SOURCE_DATE_EPOCH")).filter(text -> !text.isEmpty());
    }

    Image make() {
        Engine opened = engine.get();
        BuildRequest request = start.get().withSourceDateEpoch(epoch());
        return Image.of(opened, opened.builder().build(options.apply(request)), name);
    }

    /**
     * {@inheritDoc}
     *
     * @throws DockerfileException for what is wrong in the Dockerfile, with its line
     * @throws BuildCheckException if the Dockerfile says {@code # check=error=true} and {@link Dockerfile#check()} finds something
     * @throws BuildStepException if a {@code RUN} fails
     * @throws ImageNotFoundException if a {@code FROM} names no image
     * @throws BuildContextException if a context is not there, or a file in it cannot be used
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
