package dev.skiff.dockerfile.ignore;

import dev.skiff.DockerfileException;
import dev.skiff.dockerfile.Blanks;
import dev.skiff.dockerfile.Source;
import dev.skiff.dockerfile.Span;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Which paths a {@code .dockerignore}, or the {@code --exclude} flags of a COPY, leave out.
 *
 * <p>The patterns are asked in order and the last that matches decides; one that matches a directory matches all below
 * it; one that begins with {@code !} brings back. So a file below an excluded directory may be in, and then the
 * directories above it are needed although they are excluded themselves.
 *
 * <p>To walk a tree, begin with {@link #root()}: each {@link Directory} knows what its parents have matched, so a file
 * costs its own name's comparison, and a directory of which nothing can be in says so and need not be listed.
 */
public final class IgnoreRules {
    /** Leaves nothing out. */
    public static final IgnoreRules NONE = new IgnoreRules(List.of());

    private final List<Rule> rules;

    private IgnoreRules(List<Rule> rules) {
        this.rules = List.copyOf(rules);
    }

    private record Rule(PathPattern pattern, boolean bringsBack) {}

    /**
     * Reads a {@code .dockerignore}.
     *
     * @param name how messages call the file
     * @throws DockerfileException for a pattern that makes no sense, with its line
     */
    public static IgnoreRules parse(String name, byte[] content) {
        Source source = Source.of(name, content);
        List<Rule> rules = new ArrayList<>();
        for (int number = 1; number <= source.lines(); number++) {
            String line = source.line(number);
            String pattern = line.startsWith("#") ? "" : Blanks.trim(line);
            if (!pattern.isEmpty()) {
                try {
                    rules.add(rule(pattern, true));
                } catch (IllegalArgumentException malformed) {
                    int column = Blanks.skipSpaces(line, 0) + 1;
                    throw new Span(source, number, number, column).error(String.valueOf(malformed.getMessage()));
                }
            }
        }
        return new IgnoreRules(rules);
    }

    /**
     * Rules from patterns, as {@code --exclude} has them.
     *
     * @throws IllegalArgumentException for a pattern that makes no sense
     */
    public static IgnoreRules of(List<String> patterns) {
        List<Rule> rules = new ArrayList<>();
        for (String pattern : patterns) {
            String trimmed = Blanks.trim(pattern);
            if (!trimmed.isEmpty()) {
                rules.add(rule(trimmed, false));
            }
        }
        return new IgnoreRules(rules);
    }

    /** Whether there is no rule, so that nothing is left out. */
    public boolean isEmpty() {
        return rules.isEmpty();
    }

    /** Whether some rule brings back what others leave out. */
    public boolean hasExceptions() {
        return rules.stream().anyMatch(Rule::bringsBack);
    }

    /** Whether a path is left out: relative, clean, {@code /}-separated. For many paths, walk from {@link #root()}. */
    public boolean excludes(String path) {
        if (path.isEmpty()) {
            return false;
        }
        Directory directory = root();
        int start = 0;
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', start)) {
            directory = directory.enter(path.substring(start, slash));
            start = slash + 1;
        }
        return directory.excludes(path.substring(start));
    }

    /** The directory that all paths are relative to. It is never left out itself. */
    public Directory root() {
        return new Directory("", new BitSet());
    }

    private static Rule rule(String trimmed, boolean dropLeadingSlash) {
        boolean bringsBack = trimmed.startsWith("!");
        String pattern = bringsBack ? Blanks.trim(trimmed.substring(1)) : trimmed;
        if (pattern.isEmpty()) {
            throw new IllegalArgumentException("illegal exclusion pattern: \"!\"");
        }
        String clean = CleanPath.of(pattern);
        boolean rooted = dropLeadingSlash && clean.length() > 1 && clean.startsWith("/");
        return new Rule(PathPattern.withDoubleStar(rooted ? clean.substring(1) : clean), bringsBack);
    }

    /** A directory on a walk: what it is, and what it means for those in it. */
    public final class Directory {
        private final String path;
        private final BitSet matched;

        private Directory(String path, BitSet matched) {
            this.path = path;
            this.matched = matched;
        }

        /** Whether the directory itself is left out. */
        public boolean excluded() {
            int last = matched.previousSetBit(rules.size());
            return last >= 0 && !rules.get(last).bringsBack();
        }

        /** Whether it and all below it is left out for certain, so that it need not be listed. */
        public boolean nothingBelow() {
            if (!excluded()) {
                return false;
            }
            for (int i = matched.previousSetBit(rules.size()) + 1; i < rules.size(); i++) {
                if (rules.get(i).bringsBack() && rules.get(i).pattern().mayMatchBelow(path)) {
                    return false;
                }
            }
            return true;
        }

        /** Whether something in this directory is left out. */
        public boolean excludes(String name) {
            String child = child(name);
            for (int i = rules.size() - 1; i >= 0; i--) {
                if (matched.get(i) || rules.get(i).pattern().matches(child)) {
                    return !rules.get(i).bringsBack();
                }
            }
            return false;
        }

        /** A directory in this one. */
        public Directory enter(String name) {
            // As the reference: a rule that changes nothing for the directory is not kept for what is in it, so after
            // "**/*.log" a "!logs" brings back no logs/a.log.
            String child = child(name);
            BitSet childMatched = (BitSet) matched.clone();
            boolean excluded = false;
            for (int i = 0; i < rules.size(); i++) {
                Rule rule = rules.get(i);
                if (rule.bringsBack() == excluded
                        && !childMatched.get(i)
                        && rule.pattern().matches(child)) {
                    childMatched.set(i);
                }
                excluded = childMatched.get(i) ? !rule.bringsBack() : excluded;
            }
            return new Directory(child, childMatched);
        }

        private String child(String name) {
            return path.isEmpty() ? name : path + "/" + name;
        }
    }
}
