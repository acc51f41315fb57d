package dev.skiff.build.copy;

import dev.skiff.dockerfile.ByteText;
import dev.skiff.dockerfile.Suggestion;
import dev.skiff.dockerfile.Word;
import dev.skiff.dockerfile.ignore.CleanPath;
import dev.skiff.dockerfile.ignore.IgnoreRules;
import dev.skiff.dockerfile.ignore.SourceGlob;
import dev.skiff.linux.RawPath;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds what the sources of a COPY or ADD name: one path each, or, with wildcards, whatever matches. What is named is
 * followed if it is a link; links below a directory stay links.
 */
public final class SourceSelector {
    private final SourceTree tree;
    private final IgnoreRules excludes;

    /** @param excludes what {@code --exclude} leaves out, as seen from each source */
    public SourceSelector(SourceTree tree, IgnoreRules excludes) {
        this.tree = tree;
        this.excludes = excludes;
    }

    /**
     * What a source comes to: nothing for a pattern without a match.
     *
     * @param source where the Dockerfile says it
     * @param expanded what it says, its variables put in
     * @throws dev.skiff.DockerfileException if a path that is named does not exist
     */
    public List<Selection> select(Word source, String expanded) {
        SourceGlob glob = glob(source, expanded);
        RawPath base = path(glob.base());
        if (glob.isLiteral()) {
            return List.of(follow(base).orElseThrow(() -> source.error(notFound(base))));
        }
        List<Selection> matches = new ArrayList<>();
        follow(base, false).ifPresent(top -> match(glob, top, "", matches));
        return matches;
    }

    private static SourceGlob glob(Word source, String expanded) {
        try {
            return SourceGlob.of(expanded);
        } catch (IllegalArgumentException malformed) {
            throw source.error(String.valueOf(malformed.getMessage()));
        }
    }

    private void match(SourceGlob glob, Selection directory, String below, List<Selection> matches) {
        for (SourceFile child : tree.children(directory.top().path())) {
            String name = ByteText.decode(child.path().name().bytes());
            String path = below.isEmpty() ? name : below + "/" + name;
            if (glob.matches(path)) {
                follow(child.path()).ifPresent(matches::add);
            } else if (child.isDirectory() && glob.mayMatchBelow(path)) {
                match(glob, new Selection(tree, child.path().name(), child, List.of()), path, matches);
            }
        }
    }

    private Optional<Selection> follow(RawPath path) {
        return follow(path, true);
    }

    private Optional<Selection> follow(RawPath path, boolean withContents) {
        return Links.follow(path, this::targetAt)
                .flatMap(tree::find)
                .map(top -> new Selection(tree, path.name(), top, withContents ? below(top) : List.of()));
    }

    private Optional<byte[]> targetAt(RawPath path) {
        return tree.find(path).flatMap(SourceFile::linkTarget);
    }

    private List<SourceFile> below(SourceFile top) {
        List<SourceFile> below = new ArrayList<>();
        if (top.isDirectory()) {
            walk(top.path(), excludes.root(), below);
        }
        return below;
    }

    private void walk(RawPath directory, IgnoreRules.Directory ignored, List<SourceFile> below) {
        for (SourceFile child : tree.children(directory)) {
            if (excludes.isEmpty()) {
                below.add(child);
                if (child.isDirectory()) {
                    walk(child.path(), ignored, below);
                }
                continue;
            }
            String name = ByteText.decode(child.path().name().bytes());
            int position = below.size();
            if (child.isDirectory() && !ignored.enter(name).nothingBelow()) {
                walk(child.path(), ignored.enter(name), below);
            }
            if (!ignored.excludes(name) || below.size() > position) {
                below.add(position, child);
            }
        }
    }

    private String notFound(RawPath named) {
        RawPath path = Links.followParent(named, this::targetAt).orElse(named);
        Optional<byte[]> target = targetAt(path);
        if (target.isPresent()) {
            return "\"/" + named + "\" is a link to \"" + ByteText.decode(target.get())
                    + "\", which is not there; no link leads out of what is copied from";
        }
        String why = tree.whyMissing(path);
        return "\"/" + named + "\": not found" + (why.isEmpty() ? didYouMean(path) : why);
    }

    private String didYouMean(RawPath path) {
        List<String> siblings = tree.children(path.parent()).stream()
                .map(file -> file.path().toString())
                .toList();
        return Suggestion.didYouMean(path.toString(), siblings);
    }

    private static RawPath path(String text) {
        return RawPath.ofBytes(ByteText.encode(CleanPath.belowRoot(text)));
    }
}
