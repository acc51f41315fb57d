package dev.skiff.run;

import dev.skiff.Safeguard;

/** That something was asked for to hold a container in, and this host cannot give it. */
final class MissingSafeguard extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final Safeguard safeguard;

    /** @param problem what is missing, and how it could be had */
    MissingSafeguard(Safeguard safeguard, String problem) {
        super(problem);
        this.safeguard = safeguard;
    }

    Safeguard safeguard() {
        return safeguard;
    }
}
