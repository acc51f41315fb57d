package dev.skiff.oci.runtime;

import dev.skiff.oci.JsonField;
import dev.skiff.oci.UnknownFields;
import dev.skiff.oci.internal.Copies;
import dev.skiff.oci.internal.Records;
import java.util.Optional;
import java.util.Set;

/**
 * How the process is given the processor. The last three are for {@link SchedulerPolicy#SCHED_DEADLINE}, in nanoseconds.
 */
public record Scheduler(
        SchedulerPolicy policy,
        Optional<Integer> nice,
        Optional<Integer> priority,
        Set<SchedulerFlag> flags,
        @JsonField(unsigned = true) Optional<Long> runtime,
        @JsonField(unsigned = true) Optional<Long> deadline,
        @JsonField(unsigned = true) Optional<Long> period,
        UnknownFields extra) {
    public Scheduler {
        flags = Copies.set(flags);
        nice.ifPresent(value -> Checks.range("nice", value, -20, 19));
    }

    /** A policy with its defaults. */
    public static Scheduler of(SchedulerPolicy policy) {
        return new Scheduler(
                policy,
                Optional.empty(),
                Optional.empty(),
                Set.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                UnknownFields.none());
    }

    public Scheduler withNice(int nice) {
        return Records.with(this, "nice", nice);
    }

    public Scheduler withPriority(int priority) {
        return Records.with(this, "priority", priority);
    }

    public Scheduler withFlags(Set<SchedulerFlag> flags) {
        return Records.with(this, "flags", flags);
    }
}
