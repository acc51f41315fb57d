package dev.skiff.build;

import dev.skiff.build.copy.Selection;
import dev.skiff.build.copy.SourceSelector;
import dev.skiff.build.remote.GitReference;
import dev.skiff.build.remote.GitRepository;
import dev.skiff.dockerfile.Word;
import dev.skiff.dockerfile.ignore.IgnoreRules;
import dev.skiff.store.Scratch;
import java.io.IOException;
import java.util.List;

/**
 * The files of a git repository. They are keyed by the commit, and only fetched when that is a new one.
 *
 * @param place where the Dockerfile names it
 * @param excludes the patterns of {@code --exclude}
 */
record GitSource(
        Word place,
        GitReference reference,
        GitRepository repository,
        GitRepository.Commit commit,
        boolean keepGitDir,
        List<String> excludes)
        implements CopySource {
    GitSource {
        excludes = List.copyOf(excludes);
    }

    @Override
    public void addTo(StepKey key) {
        key.with("git").with(commit.hash()).with(reference.subdirectory()).with(excludes);
        key.with(reference.submodules() ? "submodules" : "");
        key.with(keepGitDir ? reference.remote() : "");
    }

    @Override
    public List<Selection> open(Scratch scratch) throws IOException {
        SourceSelector selector = new SourceSelector(
                repository.checkout(commit, scratch.newDirectory(), keepGitDir), IgnoreRules.of(excludes));
        return selector.select(place, "/" + reference.subdirectory());
    }

    @Override
    public boolean unpacks() {
        return false;
    }
}
