package dev.skiff.build;

import dev.skiff.BuildEvent;
import dev.skiff.build.cache.CachePlace;
import dev.skiff.build.context.ContextSource;
import dev.skiff.build.context.DirectorySource;
import dev.skiff.dockerfile.plan.ContextNames;
import dev.skiff.oci.Platform;
import dev.skiff.oci.Reference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What is to be built. An option more is a component here, a field of the draft, and a method that changes it.
 *
 * @param dockerfile where the file is
 * @param context what COPY takes from
 * @param contexts what else it may take from, by {@linkplain ContextNames canonical} name
 * @param contextLimit how many bytes the build may take from any one context
 * @param arguments {@code --build-arg}
 * @param labels that the image gets beside those of the Dockerfile
 * @param target the stage to build, if not the last
 * @param platform what the image is to run on
 * @param tags names that the image gets
 * @param noCache whether every step is run, whatever the cache has
 * @param noCacheStages stages whose steps are run, whatever the cache has, in lower case
 * @param pull whether the registry is asked for every image, also for those that are in the store
 * @param run what RUNs may have of the caller
 * @param sourceDateEpoch what the environment has as {@code SOURCE_DATE_EPOCH}; an argument of that name comes before it
 * @param cacheFrom where results of steps are looked for that the store has not
 * @param cacheTo where the results of this build's steps are left
 * @param listeners hear of each step, one event at a time
 */
public record BuildRequest(
        DockerfileSource dockerfile,
        ContextSource context,
        Map<String, NamedContext> contexts,
        OptionalLong contextLimit,
        Map<String, String> arguments,
        Map<String, String> labels,
        Optional<String> target,
        Platform platform,
        List<Reference> tags,
        boolean noCache,
        Set<String> noCacheStages,
        boolean pull,
        RunOptions run,
        Optional<String> sourceDateEpoch,
        List<CachePlace> cacheFrom,
        List<CachePlace> cacheTo,
        List<Consumer<? super BuildEvent>> listeners) {
    private static final DockerfileSource IN_CONTEXT = new DockerfileSource.InContext(DockerfileSource.NAMES);

    public BuildRequest {
        contexts = Collections.unmodifiableMap(new LinkedHashMap<>(contexts));
        arguments = Collections.unmodifiableMap(new LinkedHashMap<>(arguments));
        labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
        tags = List.copyOf(tags);
        noCacheStages = Set.copyOf(noCacheStages);
        cacheFrom = List.copyOf(cacheFrom);
        cacheTo = List.copyOf(cacheTo);
        listeners = List.copyOf(listeners);
    }

    /** A build of a Dockerfile, or of the directory that holds one; the context is the directory. */
    public static BuildRequest of(Path fileOrDirectory) {
        Path path = fileOrDirectory.toAbsolutePath().normalize();
        Path parent = path.getParent();
        Path context = Files.isDirectory(path) || parent == null ? path : parent;
        DockerfileSource file = context.equals(path) ? IN_CONTEXT : new DockerfileSource.OfFile(path);
        return new Draft(file, new DirectorySource(context)).request();
    }

    /** A build of the Dockerfile in a context. */
    public static BuildRequest of(ContextSource context) {
        return new Draft(IN_CONTEXT, context).request();
    }

    public BuildRequest withDockerfile(DockerfileSource dockerfile) {
        return with(draft -> draft.dockerfile = dockerfile);
    }

    public BuildRequest plusArgument(String name, String value) {
        return with(draft -> draft.arguments.put(name, value));
    }

    public BuildRequest plusLabel(String key, String value) {
        return with(draft -> draft.labels.put(key, value));
    }

    public BuildRequest withTarget(String target) {
        return with(draft -> draft.target = Optional.of(target));
    }

    public BuildRequest withPlatform(Platform platform) {
        return with(draft -> draft.platform = platform);
    }

    public BuildRequest plusTag(Reference tag) {
        return with(draft -> draft.tags.add(tag));
    }

    public BuildRequest withContext(ContextSource context) {
        return with(draft -> draft.context = context);
    }

    /** The last one under a name counts. */
    public BuildRequest plusContext(String name, NamedContext context) {
        return with(draft -> draft.contexts.put(ContextNames.canonical(name), context));
    }

    public BuildRequest withContextLimit(long bytes) {
        return with(draft -> draft.contextLimit = OptionalLong.of(bytes));
    }

    public BuildRequest withNoCache() {
        return with(draft -> draft.noCache = true);
    }

    /**
     * The same, and the steps of this stage are run whatever the cache has.
     *
     * @param stage by name, case aside, or by number
     */
    public BuildRequest plusNoCacheStage(String stage) {
        return with(draft -> draft.noCacheStages.add(stage.toLowerCase(Locale.ROOT)));
    }

    public BuildRequest withPull() {
        return with(draft -> draft.pull = true);
    }

    public BuildRequest withRun(RunOptions run) {
        return with(draft -> draft.run = run);
    }

    public BuildRequest withSourceDateEpoch(Optional<String> seconds) {
        return with(draft -> draft.sourceDateEpoch = seconds);
    }

    public BuildRequest plusCacheFrom(CachePlace place) {
        return with(draft -> draft.cacheFrom.add(place));
    }

    public BuildRequest plusCacheTo(CachePlace place) {
        return with(draft -> draft.cacheTo.add(place));
    }

    public BuildRequest plusListener(Consumer<? super BuildEvent> listener) {
        return with(draft -> draft.listeners.add(listener));
    }

    private BuildRequest with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.request();
    }

    /** A request while it is being changed. */
    private static final class Draft {
        DockerfileSource dockerfile;
        ContextSource context;
        final Map<String, NamedContext> contexts = new LinkedHashMap<>();
        OptionalLong contextLimit = OptionalLong.empty();
        final Map<String, String> arguments = new LinkedHashMap<>();
        final Map<String, String> labels = new LinkedHashMap<>();
        Optional<String> target = Optional.empty();
        Platform platform = Platform.host();
        final List<Reference> tags = new ArrayList<>();
        boolean noCache;
        final Set<String> noCacheStages = new LinkedHashSet<>();
        boolean pull;
        RunOptions run = RunOptions.NONE;
        Optional<String> sourceDateEpoch = Optional.empty();
        final List<CachePlace> cacheFrom = new ArrayList<>();
        final List<CachePlace> cacheTo = new ArrayList<>();
        final List<Consumer<? super BuildEvent>> listeners = new ArrayList<>();

        Draft(DockerfileSource dockerfile, ContextSource context) {
            this.dockerfile = dockerfile;
            this.context = context;
        }

        Draft(BuildRequest request) {
            this(request.dockerfile, request.context);
            contexts.putAll(request.contexts);
            contextLimit = request.contextLimit;
            arguments.putAll(request.arguments);
            labels.putAll(request.labels);
            target = request.target;
            platform = request.platform;
            tags.addAll(request.tags);
            noCache = request.noCache;
            noCacheStages.addAll(request.noCacheStages);
            pull = request.pull;
            run = request.run;
            sourceDateEpoch = request.sourceDateEpoch;
            cacheFrom.addAll(request.cacheFrom);
            cacheTo.addAll(request.cacheTo);
            listeners.addAll(request.listeners);
        }

        BuildRequest request() {
            return new BuildRequest(
                    dockerfile,
                    context,
                    contexts,
                    contextLimit,
                    arguments,
                    labels,
                    target,
                    platform,
                    tags,
                    noCache,
                    noCacheStages,
                    pull,
                    run,
                    sourceDateEpoch,
                    cacheFrom,
                    cacheTo,
                    listeners);
        }
    }
}
