package dev.skiff.build.copy;

import dev.skiff.dockerfile.ByteText;
import dev.skiff.dockerfile.ignore.IgnoreRules;
import dev.skiff.dockerfile.ignore.SourceGlob;
import dev.skiff.linux.RawPath;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Gathers what is below a directory of a source, each thing after the directory that holds it. */
final class Walk {
    private final SourceTree tree;
    private final IgnoreRules excludes;
    private final Optional<SourceGlob> wanted;
    private final boolean everything;
    private final List<SourceFile> found = new ArrayList<>();

    private Walk(SourceTree tree, IgnoreRules excludes, Optional<SourceGlob> wanted) {
        this.tree = tree;
        this.excludes = excludes;
        this.wanted = wanted;
        this.everything = excludes.isEmpty() && wanted.isEmpty();
    }

    /** All that is below, without what is excluded. */
    static List<SourceFile> below(SourceTree tree, SourceFile top, IgnoreRules excludes) {
        return new Walk(tree, excludes, Optional.empty()).from(top);
    }

    /** What a pattern matches, with all that is below that and the directories above it, without what is excluded. */
    static List<SourceFile> matching(SourceTree tree, SourceFile top, IgnoreRules excludes, SourceGlob wanted) {
        boolean all = wanted.isLiteral() && wanted.base().isEmpty();
        return new Walk(tree, excludes, Optional.of(wanted).filter(glob -> !all)).from(top);
    }

    private List<SourceFile> from(SourceFile top) {
        if (top.isDirectory()) {
            walk(top, "", excludes.root(), wanted.isEmpty());
        }
        return found;
    }

    private void walk(SourceFile directory, String path, IgnoreRules.Directory ignored, boolean all) {
        List<SourceFile> children = tree.children(directory.path());
        if (all) {
            expect(children, ignored);
        }
        for (SourceFile child : children) {
            if (everything) {
                found.add(child);
                if (child.isDirectory()) {
                    walk(child, path, ignored, true);
                }
            } else {
                visit(child, path, ignored, all);
            }
        }
    }

    private void expect(List<SourceFile> children, IgnoreRules.Directory ignored) {
        List<RawPath> entered = children.stream()
                .filter(child -> child.isDirectory() && (everything || mayHold(child, ignored)))
                .map(SourceFile::path)
                .toList();
        if (entered.size() > 1) {
            tree.expect(entered);
        }
    }

    private static boolean mayHold(SourceFile directory, IgnoreRules.Directory ignored) {
        String name = ByteText.decode(directory.path().name().bytes());
        return !ignored.enter(name).nothingBelow();
    }

    private void visit(SourceFile child, String directory, IgnoreRules.Directory ignored, boolean all) {
        String name = ByteText.decode(child.path().name().bytes());
        String path = directory.isEmpty() ? name : directory + "/" + name;
        boolean in = all || wanted.map(glob -> glob.matches(path)).orElse(false);
        int position = found.size();
        found.add(child);
        if (child.isDirectory() && (in || mayMatchBelow(path))) {
            IgnoreRules.Directory entered = ignored.enter(name);
            if (!entered.nothingBelow()) {
                walk(child, path, entered, in);
            }
        }
        boolean needed = found.size() > position + 1; // for something in it
        if (!needed && (!in || ignored.excludes(name))) {
            found.remove(position);
        }
    }

    private boolean mayMatchBelow(String path) {
        return wanted.map(glob -> glob.mayMatchBelow(path)).orElse(false);
    }
}
