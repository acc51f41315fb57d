package dev.skiff;

import java.io.Serializable;
import java.util.Objects;

/**
 * One thing that Skiff needs or can use of a host, and whether it is there.
 *
 * @param feature what was looked at: {@code user namespaces}
 * @param result whether it is there
 * @param found what was seen: {@code kernel.unprivileged_userns_clone is 0}
 * @param remedy what to do to have it: {@code sysctl -w kernel.unprivileged_userns_clone=1}; empty if nothing need be done
 */
public record HostCheck(String feature, Result result, String found, String remedy) implements Serializable {
    /** Whether a host has what was looked for. */
    public enum Result {
        /** It is there. */
        GOOD,
        /** It is not, and Skiff does the same in a slower or simpler way. */
        REDUCED,
        /** It is not, and without it no container can run. */
        MISSING
    }

    public HostCheck {
        Objects.requireNonNull(feature, "feature");
        Objects.requireNonNull(result, "result");
        Objects.requireNonNull(found, "found");
        Objects.requireNonNull(remedy, "remedy");
    }

    private String mark() {
        return switch (result) {
            case GOOD -> "ok";
            case REDUCED -> "reduced";
            case MISSING -> "missing";
        };
    }

    ReportText.Row row() {
        return new ReportText.Row(mark(), feature, found, remedy);
    }

    /** For people, with the remedy if there is one. */
    @Override
    public String toString() {
        return mark() + ": " + feature + ": " + found + (remedy.isEmpty() ? "" : "; " + remedy);
    }
}
