package dev.skiff;

import java.util.List;

/**
 * What this host offers to Skiff, feature by feature, each with what to do where it is missing: to be read before the first
 * stack trace is.
 *
 * @param checks in the order a person would want to read them
 */
public record HostReport(List<HostCheck> checks) {
    public HostReport {
        checks = List.copyOf(checks);
    }

    /** Whether containers can run here. */
    public boolean usable() {
        return missing().isEmpty();
    }

    /** What keeps containers from running here. */
    public List<HostCheck> missing() {
        return checks.stream()
                .filter(check -> check.result() == HostCheck.Result.MISSING)
                .toList();
    }

    /** What Skiff can use, and does without here. */
    public List<HostCheck> reduced() {
        return checks.stream()
                .filter(check -> check.result() == HostCheck.Result.REDUCED)
                .toList();
    }

    /** A table for people: one check a line, and what would help below it. */
    @Override
    public String toString() {
        return ReportText.of(checks.stream().map(HostCheck::row).toList());
    }
}
