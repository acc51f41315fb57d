package dev.skiff.dockerfile.ignore;

import java.util.Optional;

/**
 * The source of a COPY or ADD: a path, or a pattern that paths are searched for.
 *
 * <p>Only what is below {@link #base()} need be searched, and of that only the directories for which
 * {@link #mayMatchBelow} holds. A directory that matches gives its contents and is not searched any further.
 */
public final class SourceGlob {
    private final String base;
    private final boolean literal;
    private final Optional<PathPattern> pattern;

    private SourceGlob(String base, boolean literal, Optional<PathPattern> pattern) {
        this.base = base;
        this.literal = literal;
        this.pattern = pattern;
    }

    /**
     * Reads a source after expansion. It is taken relative to the root it is in, which it cannot leave.
     *
     * @throws IllegalArgumentException for a malformed pattern
     */
    public static SourceGlob of(String source) {
        String path = CleanPath.belowRoot(source);
        int firstWildcard = firstWildcard(path);
        if (firstWildcard < 0) {
            return new SourceGlob(path, true, Optional.empty());
        }
        int slash = path.lastIndexOf('/', firstWildcard);
        return new SourceGlob(
                slash < 0 ? "" : path.substring(0, slash),
                false,
                Optional.of(PathPattern.plain(path.substring(slash + 1))));
    }

    /**
     * Reads what a source of {@code COPY --parents} names below its root: {@code **} stands for any depth. All of the path is
     * matched, were it literal, for the directories on the way are looked for too.
     *
     * @throws IllegalArgumentException for a malformed pattern
     */
    public static SourceGlob anyDepth(String source) {
        String path = CleanPath.belowRoot(source);
        boolean literal = firstWildcard(path) < 0;
        return new SourceGlob(literal ? path : "", literal, Optional.of(PathPattern.withDoubleStar(path)));
    }

    /** Whether it names one path, which must exist, rather than whatever matches. */
    public boolean isLiteral() {
        return literal;
    }

    /** The path itself if it is literal, else the directory that the pattern begins in; empty is the root. */
    public String base() {
        return base;
    }

    /** Whether a path relative to {@link #base()} is one of those meant. */
    public boolean matches(String pathBelowBase) {
        return pattern.map(glob -> glob.matches(pathBelowBase)).orElse(false);
    }

    /** Whether something below this directory, which is relative to {@link #base()}, may be meant. */
    public boolean mayMatchBelow(String directoryBelowBase) {
        return pattern.map(glob -> directoryBelowBase.isEmpty() || glob.mayMatchBelow(directoryBelowBase))
                .orElse(false);
    }

    private static int firstWildcard(String path) {
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '*' || c == '?' || c == '[') {
                return i;
            }
        }
        return -1;
    }
}
