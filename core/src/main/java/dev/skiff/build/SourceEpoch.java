package dev.skiff.build;

import dev.skiff.build.context.ContextTree;
import dev.skiff.dockerfile.Dockerfile;
import dev.skiff.dockerfile.Instruction;
import dev.skiff.dockerfile.Stage;
import dev.skiff.dockerfile.Word;
import dev.skiff.linux.FileMetadata;
import dev.skiff.store.Scratch;
import dev.skiff.store.Store;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * What {@code SOURCE_DATE_EPOCH} comes to: seconds; or the name of something that has a time of its own, {@code context} for the
 * build's context, else a named context, else a stage that fetches one thing and is nothing besides. An archive is as old as
 * the newest file in it, a commit as git says, a download as its {@code Last-Modified} says. A directory has no such time, and
 * then it is as if nothing had been asked for.
 */
final class SourceEpoch {
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,11}");
    private static final String CONTEXT = "context";

    private final Dockerfile file;
    private final BuildRequest request;
    private final Contexts contexts;
    private final Store store;

    SourceEpoch(Dockerfile file, BuildRequest request, Contexts contexts, Store store) {
        this.file = file;
        this.request = request;
        this.contexts = contexts;
        this.store = store;
    }

    /** Seconds since the epoch, if there is such a time. */
    OptionalLong of(String text, ContextTree context) throws IOException {
        if (SECONDS.matcher(text).matches()) {
            return OptionalLong.of(Long.parseLong(text));
        }
        if (text.equals(CONTEXT)) {
            return context.newest();
        }
        NamedContext named = request.contexts().get(text);
        if (named instanceof NamedContext.OfFiles files) {
            return contexts.files(text, files).newest();
        }
        Instruction.Add fetch = file.stages().stream()
                .filter(stage -> stage.name().equals(Optional.of(text.toLowerCase(Locale.ROOT))))
                .flatMap(stage -> fetched(stage).stream())
                .findFirst()
                .orElseThrow(() -> invalid(text));
        return OptionalLong.of(time(fetch, text));
    }

    /** The one thing that a stage consists of, if it does. */
    private static Optional<Instruction.Add> fetched(Stage stage) {
        boolean bare = stage.from().image().raw().equals("scratch")
                && stage.instructions().size() == 1;
        return bare && stage.instructions().get(0) instanceof Instruction.Add add ? Optional.of(add) : Optional.empty();
    }

    private long time(Instruction.Add add, String text) throws IOException {
        List<Word> sources = add.files().sources();
        if (sources.size() != 1 || !add.files().heredocs().isEmpty()) {
            throw invalid(text);
        }
        Word source = sources.get(0);
        CopySource found = new Remotes(store, request.run())
                .find(add, source, source.raw(), add.checksum().map(Word::raw))
                .orElseThrow(() -> invalid(text));
        try (Scratch scratch = store.scratch()) {
            FileMetadata first = found.open(scratch).get(0).top().metadata();
            if (first.mtimeSeconds() == 0) {
                throw add.error(
                        "SOURCE_DATE_EPOCH=" + text + ": the server does not say how old " + source.raw() + " is");
            }
            return first.mtimeSeconds();
        }
    }

    private RuntimeException invalid(String text) {
        return file.instructions().get(0).error("invalid SOURCE_DATE_EPOCH: " + text);
    }
}
