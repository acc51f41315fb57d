package dev.skiff.build.copy;

import dev.skiff.dockerfile.ByteText;
import dev.skiff.dockerfile.Suggestion;
import dev.skiff.dockerfile.Word;
import dev.skiff.dockerfile.ignore.CleanPath;
import dev.skiff.dockerfile.ignore.IgnoreRules;
import dev.skiff.dockerfile.ignore.SourceGlob;
import dev.skiff.layer.Links;
import dev.skiff.linux.RawPath;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Finds what the sources of a COPY or ADD name: one path each, or, with wildcards, whatever matches. What is named is
 * followed if it is a link; links below a directory stay links.
 */
public final class SourceSelector {
    private static final String PIVOT = "/./";

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
        return tops(source, expanded).stream()
                .map(top -> top.with(Walk.below(tree, top.top(), excludes)))
                .toList();
    }

    /**
     * What a source of {@code COPY --parents} comes to: what it names and the directories above that, as contents of the root or
     * of the directory before a {@code /./}. What is named there is not followed: it is not renamed either.
     *
     * @param source where the Dockerfile says it
     * @param expanded what it says, its variables put in
     * @throws dev.skiff.DockerfileException if a path that is named does not exist
     */
    public List<Selection> selectWithParents(Word source, String expanded) {
        int pivot = expanded.indexOf(PIVOT);
        SourceGlob wanted =
                glob(source, pivot < 0 ? expanded : expanded.substring(pivot + PIVOT.length()), SourceGlob::anyDepth);
        List<Selection> tops = tops(source, pivot < 0 ? "/" : expanded.substring(0, pivot)).stream()
                .filter(top -> top.top().isDirectory())
                .toList();
        List<Selection> selections = new ArrayList<>();
        for (Selection top : tops) {
            List<SourceFile> below = Walk.matching(tree, top.top(), excludes, wanted);
            if (!below.isEmpty() || !isMissing(top, wanted)) {
                selections.add(top.with(below));
            }
        }
        if (selections.isEmpty() && wanted.isLiteral()) {
            RawPath parent = tops.isEmpty() ? RawPath.ROOT : tops.get(0).top().path();
            throw source.error(notFound(parent.resolve(path(wanted.base()))));
        }
        return selections;
    }

    private boolean isMissing(Selection top, SourceGlob wanted) {
        return wanted.isLiteral()
                && !wanted.base().isEmpty()
                && Walk.matching(tree, top.top(), IgnoreRules.NONE, wanted).isEmpty();
    }

    private List<Selection> tops(Word source, String expanded) {
        SourceGlob glob = glob(source, expanded, SourceGlob::of);
        RawPath base = path(glob.base());
        if (glob.isLiteral()) {
            return List.of(follow(base).orElseThrow(() -> source.error(notFound(base))));
        }
        List<Selection> matches = new ArrayList<>();
        follow(base).ifPresent(top -> match(source, glob, top.top(), "", matches));
        return matches;
    }

    private static SourceGlob glob(Word source, String expanded, Function<String, SourceGlob> reader) {
        try {
            return reader.apply(expanded);
        } catch (IllegalArgumentException malformed) {
            throw source.error(String.valueOf(malformed.getMessage()));
        }
    }

    /** A hit is followed as a name is, and one that leads to nothing is an error: leaving it out would lose a file in silence. */
    private void match(Word source, SourceGlob glob, SourceFile directory, String below, List<Selection> matches) {
        for (SourceFile child : tree.children(directory.path())) {
            String name = ByteText.decode(child.path().name().bytes());
            String path = below.isEmpty() ? name : below + "/" + name;
            if (glob.matches(path)) {
                matches.add(follow(child.path()).orElseThrow(() -> source.error(notFound(child.path()))));
            } else if (child.isDirectory() && glob.mayMatchBelow(path)) {
                match(source, glob, child, path, matches);
            }
        }
    }

    /** What is there, links followed, without what is below. */
    private Optional<Selection> follow(RawPath path) {
        return Links.follow(path, this::targetAt)
                .flatMap(tree::find)
                .map(top -> new Selection(tree, path.name(), top, List.of()));
    }

    private Optional<byte[]> targetAt(RawPath path) {
        return tree.find(path).flatMap(SourceFile::linkTarget);
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
