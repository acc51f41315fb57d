package dev.skiff.build;

import dev.skiff.build.copy.SingleFile;
import dev.skiff.build.copy.SourceSelector;
import dev.skiff.build.copy.SourceTree;
import dev.skiff.dockerfile.ByteText;
import dev.skiff.dockerfile.Heredoc;
import dev.skiff.dockerfile.Instruction;
import dev.skiff.dockerfile.Stage;
import dev.skiff.dockerfile.Word;
import dev.skiff.dockerfile.ignore.IgnoreRules;
import dev.skiff.linux.RawPath;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds what the words of a COPY or ADD name, in their order; heredocs come after the others, as in the reference. */
final class CopySources {
    private final Build build;
    private final StageState state;
    private final List<String> texts = new ArrayList<>();
    private final List<CopySource> found = new ArrayList<>();

    private CopySources(Build build, StageState state) {
        this.build = build;
        this.state = state;
    }

    static CopySources of(Stage stage, Instruction.Copy copy, StageState state, Build build) throws IOException {
        CopySources sources = new CopySources(build, state);
        SourceTree tree =
                copy.from().isPresent() ? build.from(stage, copy.from().get()) : build.context();
        SourceSelector selector = new SourceSelector(tree, excludes(copy.excludes()));
        for (Word source : copy.files().sources()) {
            String expanded = sources.expand(source);
            if (Remotes.isUrl(expanded)) {
                throw source.error("source can't be a URL for COPY: \"" + expanded + "\"; ADD takes one");
            }
            sources.found.add(new SelectedSource(
                    copy.parents() ? selector.selectWithParents(source, expanded) : selector.select(source, expanded),
                    false));
        }
        copy.files().heredocs().forEach(sources::add);
        return sources;
    }

    static CopySources of(Instruction.Add add, StageState state, Build build) throws IOException {
        CopySources sources = new CopySources(build, state);
        SourceSelector selector = new SourceSelector(build.context(), excludes(add.excludes()));
        Optional<String> checksum = add.checksum().map(word -> build.expand(word, state));
        if (checksum.isPresent()
                && add.files().sources().size() + add.files().heredocs().size() != 1) {
            throw add.checksum().get().error("checksum can't be specified for multiple sources");
        }
        for (Word source : add.files().sources()) {
            String expanded = sources.expand(source);
            Optional<CopySource> remote = build.remotes().find(add, source, expanded, checksum);
            if (remote.isEmpty() && checksum.isPresent()) {
                throw add.checksum().get().error("checksum requires HTTP(S) or Git sources");
            }
            sources.found.add(
                    remote.isPresent()
                            ? remote.get()
                            : new SelectedSource(
                                    selector.select(source, expanded),
                                    add.unpack().orElse(true)));
        }
        add.files().heredocs().forEach(sources::add);
        return sources;
    }

    private static IgnoreRules excludes(List<Word> patterns) {
        try {
            return IgnoreRules.of(patterns.stream().map(Word::raw).toList());
        } catch (IllegalArgumentException malformed) {
            throw patterns.get(0).error("--exclude: " + malformed.getMessage());
        }
    }

    private String expand(Word source) {
        String expanded = build.expand(source, state);
        texts.add(expanded);
        return expanded;
    }

    private void add(Heredoc heredoc) {
        RawPath name = FileSteps.raw(heredoc.name()).name();
        if (name.isRoot()) {
            throw heredoc.body()
                    .error("the file that a heredoc makes is named by its delimiter, which names none: \""
                            + heredoc.name() + "\"");
        }
        byte[] content = ByteText.encode(
                build.expander().expandHeredoc(heredoc, state.variables().lookup()));
        found.add(new SelectedSource(List.of(SingleFile.heredoc(name, content, Instant.now())), false));
    }

    /** As history shows them, heredocs aside. */
    List<String> texts() {
        return List.copyOf(texts);
    }

    List<CopySource> found() {
        return List.copyOf(found);
    }
}
