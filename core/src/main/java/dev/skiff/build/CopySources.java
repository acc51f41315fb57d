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
import java.util.regex.Pattern;

/** Finds what the words of a COPY or ADD name, in their order; heredocs come after the others, as in the reference. */
final class CopySources {
    private static final Pattern URL = Pattern.compile("https?://.*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

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
            if (URL.matcher(expanded).matches()) {
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
        for (Word source : add.files().sources()) {
            String expanded = sources.expand(source);
            Unsupported.refuseRemote(source, expanded);
            sources.found.add(new SelectedSource(
                    selector.select(source, expanded), add.unpack().orElse(true)));
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
