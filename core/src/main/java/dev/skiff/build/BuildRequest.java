package dev.skiff.build;

import dev.skiff.BuildEvent;
import dev.skiff.oci.Platform;
import dev.skiff.oci.Reference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What is to be built.
 *
 * @param dockerfile the file
 * @param context the directory that COPY takes from
 * @param arguments {@code --build-arg}
 * @param target the stage to build, if not the last
 * @param platform what the image is to run on
 * @param tags names that the image gets
 * @param noCache whether every step is run, whatever the cache has
 * @param listener hears of each step, on the thread that builds
 */
public record BuildRequest(
        Path dockerfile,
        Path context,
        Map<String, String> arguments,
        Optional<String> target,
        Platform platform,
        List<Reference> tags,
        boolean noCache,
        Consumer<BuildEvent> listener) {
    /** Names of a Dockerfile in a directory, in the order in which they are tried. */
    private static final List<String> NAMES = List.of("Dockerfile", "dockerfile");

    public BuildRequest {
        arguments = Map.copyOf(arguments);
        tags = List.copyOf(tags);
    }

    /** A build of a Dockerfile, or of the directory that holds one; the context is the directory. */
    public static BuildRequest of(Path fileOrDirectory) {
        Path path = fileOrDirectory.toAbsolutePath().normalize();
        Path parent = path.getParent();
        Path context = Files.isDirectory(path) || parent == null ? path : parent;
        Path file = context.equals(path) ? inDirectory(path) : path;
        return new BuildRequest(
                file, context, Map.of(), Optional.empty(), Platform.host(), List.of(), false, event -> {});
    }

    private static Path inDirectory(Path directory) {
        return NAMES.stream()
                .map(directory::resolve)
                .filter(Files::isRegularFile)
                .findFirst()
                .orElse(directory.resolve(NAMES.get(0)));
    }

    public BuildRequest withArguments(Map<String, String> arguments) {
        return new BuildRequest(dockerfile, context, arguments, target, platform, tags, noCache, listener);
    }

    public BuildRequest withTarget(String target) {
        return new BuildRequest(dockerfile, context, arguments, Optional.of(target), platform, tags, noCache, listener);
    }

    public BuildRequest withPlatform(Platform platform) {
        return new BuildRequest(dockerfile, context, arguments, target, platform, tags, noCache, listener);
    }

    public BuildRequest withTags(List<Reference> tags) {
        return new BuildRequest(dockerfile, context, arguments, target, platform, tags, noCache, listener);
    }

    public BuildRequest withContext(Path context) {
        return new BuildRequest(dockerfile, context, arguments, target, platform, tags, noCache, listener);
    }

    public BuildRequest withNoCache() {
        return new BuildRequest(dockerfile, context, arguments, target, platform, tags, true, listener);
    }

    public BuildRequest withListener(Consumer<BuildEvent> listener) {
        return new BuildRequest(dockerfile, context, arguments, target, platform, tags, noCache, listener);
    }
}
