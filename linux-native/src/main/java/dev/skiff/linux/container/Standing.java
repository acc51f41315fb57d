package dev.skiff.linux.container;

import dev.skiff.linux.cgroup.CpuList;
import dev.skiff.linux.program.Arg;
import dev.skiff.linux.program.Program;
import dev.skiff.oci.runtime.IoPriority;
import dev.skiff.oci.runtime.Personality;
import dev.skiff.oci.runtime.PersonalityDomain;
import dev.skiff.oci.runtime.Process;
import dev.skiff.oci.runtime.Scheduler;
import dev.skiff.oci.runtime.SchedulerFlag;
import dev.skiff.oci.runtime.SchedulerPolicy;
import java.util.Optional;

/** How a process stands among the others of the host: for the processor, the disks, and when memory is short. */
final class Standing {
    private static final int PER_LINUX32 = 8;
    private static final int IOPRIO_WHO_PROCESS = 1;
    private static final int IOPRIO_CLASS_SHIFT = 13;
    private static final int SCHED_ATTR_BYTES = 48;
    private static final long ALL_BITS = 0xffffffffL;

    private final Program program;

    Standing(Program program) {
        this.program = program;
    }

    /** Before anything of the container is mounted. */
    void adjustOomScore(int score) {
        program.purpose(
                "set oom_score_adj to " + score, "a score below the one that is inherited takes CAP_SYS_RESOURCE");
        new OwnProcFile(program).write("oom_score_adj", Integer.toString(score));
    }

    /** What else there is of it. Some of it takes capabilities that go later. */
    void schedule(Process process, Optional<Personality> personality) {
        personality.ifPresent(this::pretend);
        process.ioPriority().ifPresent(this::queue);
        process.scheduler().ifPresent(this::schedule);
    }

    private void pretend(Personality personality) {
        if (!personality.flags().isEmpty()) {
            throw new IllegalArgumentException("linux.personality.flags: there are none that are known, but "
                    + personality.flags() + " was given");
        }
        program.purpose("set the personality to " + personality.domain());
        int domain = personality.domain() == PersonalityDomain.LINUX32 ? PER_LINUX32 : 0;
        program.call("personality", Arg.named("PER_" + personality.domain(), domain));
    }

    private void queue(IoPriority priority) {
        program.purpose(
                "set the I/O priority to " + priority.ioClass() + " " + priority.priority(),
                "IOPRIO_CLASS_RT takes CAP_SYS_NICE or CAP_SYS_ADMIN");
        int number = switch (priority.ioClass()) {
            case IOPRIO_CLASS_RT -> 1;
            case IOPRIO_CLASS_BE -> 2;
            case IOPRIO_CLASS_IDLE -> 3;
        };
        program.call(
                "ioprio_set",
                Arg.named("IOPRIO_WHO_PROCESS", IOPRIO_WHO_PROCESS),
                Arg.of(0),
                Arg.named(
                        priority.ioClass() + "|" + priority.priority(),
                        (long) number << IOPRIO_CLASS_SHIFT | priority.priority()));
    }

    /** struct sched_attr: sched_setattr(2). */
    private void schedule(Scheduler scheduler) {
        program.purpose(
                "schedule by " + scheduler.policy(), "real-time policies and negative nice values take CAP_SYS_NICE");
        long flags = scheduler.flags().stream().mapToLong(Standing::bit).reduce(0, (a, b) -> a | b);
        Arg.Address attributes = program.words(
                "{" + scheduler.policy() + "}",
                SCHED_ATTR_BYTES | (long) number(scheduler.policy()) << 32,
                flags,
                (scheduler.nice().orElse(0) & ALL_BITS)
                        | (long) scheduler.priority().orElse(0) << 32,
                scheduler.runtime().orElse(0L),
                scheduler.deadline().orElse(0L),
                scheduler.period().orElse(0L));
        program.call("sched_setattr", Arg.of(0), attributes, Arg.of(0));
    }

    private static int number(SchedulerPolicy policy) {
        return switch (policy) {
            case SCHED_OTHER -> 0;
            case SCHED_FIFO -> 1;
            case SCHED_RR -> 2;
            case SCHED_BATCH -> 3;
            case SCHED_ISO -> 4;
            case SCHED_IDLE -> 5;
            case SCHED_DEADLINE -> 6;
        };
    }

    private static long bit(SchedulerFlag flag) {
        return switch (flag) {
            case SCHED_FLAG_RESET_ON_FORK -> 0x01;
            case SCHED_FLAG_RECLAIM -> 0x02;
            case SCHED_FLAG_DL_OVERRUN -> 0x04;
            case SCHED_FLAG_KEEP_POLICY -> 0x08;
            case SCHED_FLAG_KEEP_PARAMS -> 0x10;
            case SCHED_FLAG_UTIL_CLAMP_MIN -> 0x20;
            case SCHED_FLAG_UTIL_CLAMP_MAX -> 0x40;
        };
    }

    /** Those processors alone. */
    void runOn(String processors) {
        program.purpose("run on the processors " + processors);
        byte[] mask = CpuList.mask(processors);
        program.call("sched_setaffinity", Arg.of(0), Arg.of(mask.length), program.bytes(mask, "{" + processors + "}"));
    }
}
