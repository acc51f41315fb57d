package dev.skiff.run;

import dev.skiff.Safeguard;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** What a run may lack, and what of that it does lack: the one rule for all that was asked for and cannot be had. */
final class Allowance {
    private final Set<Safeguard> allowed;
    private final Set<Safeguard> lacking = EnumSet.noneOf(Safeguard.class);

    Allowance(Set<Safeguard> allowed) {
        this.allowed = allowed;
    }

    /** For what has no way to be allowed less. */
    static Allowance ofNothing() {
        return new Allowance(Set.of());
    }

    /**
     * Remembers that it is left out.
     *
     * @param problem what is missing, and how it could be had
     * @throws MissingSafeguard unless it may be
     */
    void leaveOut(Safeguard safeguard, String problem) {
        if (!allowed.contains(safeguard)) {
            throw new MissingSafeguard(safeguard, problem);
        }
        lacking.add(safeguard);
    }

    /** What has been left out until now. */
    Set<Safeguard> lacking() {
        return Collections.unmodifiableSet(lacking);
    }
}
