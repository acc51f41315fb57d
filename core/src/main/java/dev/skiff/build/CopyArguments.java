package dev.skiff.build;

import dev.skiff.build.copy.Owner;
import dev.skiff.build.copy.Selection;
import dev.skiff.build.copy.SourceFile;
import dev.skiff.build.copy.SourceSelector;
import dev.skiff.build.copy.SourceTree;
import dev.skiff.dockerfile.FileOperands;
import dev.skiff.dockerfile.Instruction;
import dev.skiff.dockerfile.Stage;
import dev.skiff.dockerfile.Word;
import dev.skiff.dockerfile.ignore.IgnoreRules;
import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.RawPath;
import dev.skiff.oci.Digest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A COPY or ADD with its variables put in and its sources found.
 *
 * @param sources as history shows them
 * @param destination likewise
 * @param selections what the sources came to
 * @param target the destination, absolute
 * @param intoDirectory whether the destination was written as a directory
 * @param chown as history shows it
 * @param owner what it means
 * @param chmod as history shows it
 * @param permissions what it means
 */
record CopyArguments(
        List<String> sources,
        String destination,
        List<Selection> selections,
        RawPath target,
        boolean intoDirectory,
        Optional<String> chown,
        Optional<Owner> owner,
        Optional<String> chmod,
        OptionalInt permissions) {
    private static final int MOST_PERMISSIONS = 07777;

    static CopyArguments of(Stage stage, Instruction.Copy copy, StageState state, Build build) throws IOException {
        SourceTree tree =
                copy.from().isPresent() ? build.from(stage, copy.from().get()) : build.context();
        return of(copy.files(), copy.excludes(), copy.chown(), copy.chmod(), tree, state, build);
    }

    static CopyArguments of(Instruction.Add add, StageState state, Build build) throws IOException {
        for (Word source : add.files().sources()) {
            Unsupported.refuseRemote(source, build.expand(source, state));
        }
        return of(add.files(), add.excludes(), add.chown(), add.chmod(), build.context(), state, build);
    }

    private static CopyArguments of(
            FileOperands files,
            List<Word> excludes,
            Optional<Word> chown,
            Optional<Word> chmod,
            SourceTree tree,
            StageState state,
            Build build)
            throws IOException {
        SourceSelector selector = new SourceSelector(tree, excludes(excludes));
        List<String> sources = new ArrayList<>();
        List<Selection> selections = new ArrayList<>();
        for (Word source : files.sources()) {
            String expanded = build.expand(source, state);
            sources.add(expanded);
            selections.addAll(selector.select(source, expanded));
        }
        String destination = build.expand(files.destination(), state);
        Optional<String> ownerText = chown.map(word -> build.expand(word, state));
        Optional<String> modeText = chmod.map(word -> build.expand(word, state));
        return new CopyArguments(
                sources,
                destination,
                selections,
                target(destination, state),
                isDirectory(destination),
                ownerText,
                chown.isPresent()
                        ? Optional.of(owner(chown.get(), ownerText.orElseThrow(), state, build))
                        : Optional.empty(),
                modeText,
                chmod.isPresent() ? permissions(chmod.get(), modeText.orElseThrow()) : OptionalInt.empty());
    }

    private static IgnoreRules excludes(List<Word> patterns) {
        try {
            return IgnoreRules.of(patterns.stream().map(Word::raw).toList());
        } catch (IllegalArgumentException malformed) {
            throw patterns.get(0).error("--exclude: " + malformed.getMessage());
        }
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

    private static OptionalInt permissions(Word word, String text) {
        int mode = text.matches("[0-7]{1,5}") ? Integer.parseInt(text, 8) : -1;
        if (mode < 0 || mode > MOST_PERMISSIONS) {
            throw word.error(
                    "invalid chmod parameter: '" + text + "'. it should be octal string and between 0 and 07777");
        }
        return OptionalInt.of(mode);
    }

    /** Adds all that decides what the layer will be, the files below it aside. Times are not among it. */
    Digest key(StepKey key) throws IOException {
        key.with(target).with(intoDirectory ? "/" : "");
        key.with(owner.map(Owner::toString).orElse("")).with(permissions.orElse(-1));
        for (Selection selection : selections) {
            key.with(selection.name());
            add(key, selection, selection.top());
            for (SourceFile file : selection.below()) {
                key.with(file.path());
                add(key, selection, file);
            }
            key.with(selection.below().size());
        }
        return key.with(selections.size()).digest();
    }

    private static void add(StepKey key, Selection selection, SourceFile file) throws IOException {
        FileMetadata metadata = file.metadata();
        key.with(metadata.mode()).with(metadata.uid()).with(metadata.gid());
        key.with(metadata.deviceMajor()).with(metadata.deviceMinor());
        for (Map.Entry<String, byte[]> attribute : metadata.xattrs().entrySet()) {
            key.with(attribute.getKey()).with(attribute.getValue());
        }
        file.linkTarget().ifPresent(key::with);
        if (metadata.isRegular()) {
            key.with(selection.tree().digest(file).toString());
        }
    }
}
