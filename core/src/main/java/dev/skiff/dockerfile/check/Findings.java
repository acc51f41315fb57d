package dev.skiff.dockerfile.check;

import dev.skiff.BuildCheck;
import dev.skiff.CheckFinding;
import dev.skiff.dockerfile.Position;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what the checks find, as far as the file wants to hear of it. */
final class Findings {
    /** Nobody reads more, and a file made for it could have one for each of its words. */
    static final int MOST = 1_000;

    private static final Comparator<CheckFinding> PLACE = Comparator.comparingInt(CheckFinding::line)
            .thenComparingInt(CheckFinding::column)
            .thenComparing(CheckFinding::check);

    private final CheckOptions options;
    private final List<CheckFinding> found = new ArrayList<>();

    Findings(CheckOptions options) {
        this.options = options;
    }

    /** Whether a finding of this kind would still be kept: else the work of making it may be saved. */
    boolean wants(BuildCheck check) {
        return found.size() < MOST && options.wants(check);
    }

    void add(BuildCheck check, Position at, String message) {
        if (wants(check)) {
            found.add(new CheckFinding(check, at.within().source().name(), at.line(), at.column(), message));
        }
    }

    List<CheckFinding> inOrder() {
        return found.stream().sorted(PLACE).toList();
    }
}
