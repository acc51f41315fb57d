package dev.skiff.build;

import dev.skiff.dockerfile.Dockerfile;
import dev.skiff.dockerfile.Stage;
import dev.skiff.dockerfile.Suggestion;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/** What a caller has asked for that the Dockerfile knows nothing of: mostly a slip of the pen, and no reason not to build. */
final class UnusedOptions {
    private final BuildRequest request;
    private final Dockerfile file;

    UnusedOptions(BuildRequest request, Dockerfile file) {
        this.request = request;
        this.file = file;
    }

    /** Tells of them, once all is built: what ONBUILD of an image declares is known only then. */
    void warn(BuildArguments arguments, Progress progress) {
        Set<String> unused = arguments.unused(file);
        if (!unused.isEmpty()) {
            progress.warn(
                    "no ARG declares " + String.join(", ", unused) + ", so the value is not used", OptionalInt.empty());
        }
        List<String> names = file.stages().stream()
                .map(Stage::name)
                .flatMap(Optional::stream)
                .toList();
        for (String stage : new TreeSet<>(request.noCacheStages())) {
            if (!isStage(stage)) {
                progress.warn(
                        "no stage is called \"" + stage + "\", so all use the cache"
                                + Suggestion.didYouMean(stage, names),
                        OptionalInt.empty());
            }
        }
    }

    private boolean isStage(String nameOrNumber) {
        return file.stages().stream()
                .anyMatch(stage -> stage.label().equals(nameOrNumber)
                        || Integer.toString(stage.index()).equals(nameOrNumber));
    }
}
