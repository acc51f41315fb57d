package dev.skiff.build;

import dev.skiff.build.copy.ModeChange;
import dev.skiff.build.copy.Owner;
import dev.skiff.build.copy.Selection;
import dev.skiff.build.copy.SourceSelector;
import dev.skiff.build.copy.SourceTree;
import dev.skiff.dockerfile.FileOperands;
import dev.skiff.dockerfile.Heredoc;
import dev.skiff.dockerfile.Instruction;
import dev.skiff.dockerfile.Stage;
import dev.skiff.dockerfile.Word;
import dev.skiff.dockerfile.ignore.IgnoreRules;
import dev.skiff.linux.RawPath;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * A COPY or ADD with its variables put in and its sources found.
 *
 * @param texts the sources as history shows them
 * @param heredocs the names of those likewise
 * @param destination likewise
 * @param sources what they came to
 * @param target the destination, absolute
 * @param intoDirectory whether the destination was written as a directory
 * @param chown as history shows it
 * @param owner what it means
 * @param chmod as history shows it
 * @param mode what it means
 */
record CopyArguments(
        List<String> texts,
        List<String> heredocs,
        String destination,
        List<CopySource> sources,
        RawPath target,
        boolean intoDirectory,
        Optional<String> chown,
        Optional<Owner> owner,
        Optional<String> chmod,
        Optional<ModeChange> mode) {

    static CopyArguments of(Stage stage, Instruction.Copy copy, StageState state, Build build) throws IOException {
        CopySources sources = CopySources.of(stage, copy, state, build);
        return of(copy.files(), copy.chown(), copy.chmod(), sources, state, build);
    }

    static CopyArguments of(Instruction.Add add, StageState state, Build build) throws IOException {
        CopySources sources = CopySources.of(add, state, build);
        return of(add.files(), add.chown(), add.chmod(), sources, state, build);
    }

    /** All of a tree, to the root. */
    static CopyArguments ofAll(Word place, SourceTree tree) {
        List<Selection> all = new SourceSelector(tree, IgnoreRules.NONE).select(place, "/");
        return new CopyArguments(
                List.of(),
                List.of(),
                "/",
                List.of(new SelectedSource(all, false)),
                RawPath.ROOT,
                true,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static CopyArguments of(
            FileOperands files,
            Optional<Word> chown,
            Optional<Word> chmod,
            CopySources sources,
            StageState state,
            Build build)
            throws IOException {
        String destination = build.expand(files.destination(), state);
        Optional<String> ownerText = flag(chown, state, build);
        Optional<String> modeText = flag(chmod, state, build);
        return new CopyArguments(
                sources.texts(),
                files.heredocs().stream().map(Heredoc::name).toList(),
                destination,
                sources.found(),
                target(destination, state),
                isDirectory(destination),
                ownerText,
                ownerText.isPresent()
                        ? Optional.of(owner(chown.orElseThrow(), ownerText.get(), state, build))
                        : Optional.empty(),
                modeText,
                modeText.map(text -> mode(chmod.orElseThrow(), text)));
    }

    /** A flag whose variables leave nothing is as good as none. */
    private static Optional<String> flag(Optional<Word> flag, StageState state, Build build) {
        return flag.map(word -> build.expand(word, state)).filter(text -> !text.isEmpty());
    }

    /** Whether the layer is made as on top of nothing: as with BuildKit, only without {@code --chmod}. */
    boolean isLinked(boolean asked) {
        return asked && chmod.isEmpty();
    }

    private static RawPath target(String destination, StageState state) {
        return FileSteps.raw(destination.startsWith("/") ? destination : state.workingDirectory() + "/" + destination);
    }

    private static boolean isDirectory(String destination) {
        return destination.isEmpty()
                || destination.equals(".")
                || destination.endsWith("/")
                || destination.endsWith("/.");
    }

    private static Owner owner(Word word, String text, StageState state, Build build) throws IOException {
        try {
            return build.users(state).ownerOfCopy(text);
        } catch (IllegalArgumentException unknown) {
            throw word.error("--chown=" + text + ": " + unknown.getMessage());
        }
    }

    private static ModeChange mode(Word word, String text) {
        try {
            return ModeChange.parse(text);
        } catch (IllegalArgumentException malformed) {
            throw word.error(String.valueOf(malformed.getMessage()));
        }
    }

    /** What of the sources can be in no image, for a person to read. */
    List<String> leftOut() {
        return sources.stream()
                .flatMap(source -> source.leftOut().stream())
                .distinct()
                .toList();
    }

    /** Adds all that decides what the layer will be, the files below it aside. Times are not among it. */
    StepKey key(StepKey key) throws IOException {
        key.about(StepParts.Kind.SETTING, "the destination").with(target).with(intoDirectory ? "/" : "");
        key.setting("--chown", owner.map(Owner::toString).orElse(""))
                .setting("--chmod", mode.map(ModeChange::toString).orElse(""));
        for (CopySource source : sources) {
            source.addTo(key.with(source.unpacks() ? "unpacked" : ""));
        }
        return key.with(sources.size());
    }
}
