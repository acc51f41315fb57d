package dev.skiff;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.StringJoiner;
import java.util.regex.Pattern;

/**
 * How much a container may use, with all that runs in it. Every step gives a new value; what is not said is not limited, but for the
 * number of processes, of which there may be 2048.
 *
 * <pre>{@code
 * Containers.run("postgres:16").limits(Limits.none().memory(256L << 20).cpus(1)).start();
 * }</pre>
 *
 * <p>Limits are kept by the kernel's control groups. Root has them; an ordinary user has those that are delegated to it, which
 * {@link Skiff#diagnose()} tells. A limit that cannot be had is an error, and nothing is started, unless {@link Run#mayLack} names it.
 */
@CheckReturnValue
public final class Limits {
    /** Of processes: as many as the host can hold. */
    public static final long UNLIMITED = -1;

    private static final Limits NONE = new Limits(
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalDouble.empty(),
            OptionalLong.empty(),
            Optional.empty(),
            OptionalLong.empty(),
            OptionalInt.empty());

    private static final long LEAST_MEMORY = 512 << 10;
    private static final double LEAST_CPUS = 0.01;
    private static final Pattern CPUSET = Pattern.compile("\\d{1,5}(-\\d{1,5})?(,\\d{1,5}(-\\d{1,5})?)*");

    private final OptionalLong memoryBytes;
    private final OptionalLong memoryAndSwapBytes;
    private final OptionalLong memoryReservationBytes;
    private final OptionalDouble cpus;
    private final OptionalLong cpuShares;
    private final Optional<String> cpuset;
    private final OptionalLong processes;
    private final OptionalInt ioWeight;

    private Limits(
            OptionalLong memoryBytes,
            OptionalLong memoryAndSwapBytes,
            OptionalLong memoryReservationBytes,
            OptionalDouble cpus,
            OptionalLong cpuShares,
            Optional<String> cpuset,
            OptionalLong processes,
            OptionalInt ioWeight) {
        this.memoryBytes = memoryBytes;
        this.memoryAndSwapBytes = memoryAndSwapBytes;
        this.memoryReservationBytes = memoryReservationBytes;
        this.cpus = cpus;
        this.cpuShares = cpuShares;
        this.cpuset = cpuset;
        this.processes = processes;
        this.ioWeight = ioWeight;
        if (memoryAndSwapBytes.orElse(Long.MAX_VALUE) < memoryBytes.orElse(0)) {
            throw new IllegalArgumentException("memoryAndSwap counts memory and swap together, so "
                    + memoryAndSwapBytes.getAsLong() + " bytes may not be less than the " + memoryBytes.getAsLong()
                    + " of memory");
        }
    }

    /** Nothing but the number of processes is limited. */
    public static Limits none() {
        return NONE;
    }

    /**
     * The most memory, in bytes. A process of a container that needs more is killed, which {@link ExitStatus.OutOfMemory} tells.
     * There is no swap on top of it unless {@link #memoryAndSwap} says so, where the kernel counts swap.
     *
     * @throws IllegalArgumentException for less than half a MiB, in which no program runs
     */
    public Limits memory(long bytes) {
        return with(atLeast("memory", bytes, LEAST_MEMORY), memoryAndSwapBytes, memoryReservationBytes);
    }

    /**
     * The most memory and swap together, in bytes; needs {@link #memory} too.
     *
     * @throws IllegalArgumentException for less than that
     */
    public Limits memoryAndSwap(long bytes) {
        return with(memoryBytes, atLeast("memoryAndSwap", bytes, LEAST_MEMORY), memoryReservationBytes);
    }

    /** What it is left with in bytes when the host is short of memory, as long as that can be. */
    public Limits memoryReservation(long bytes) {
        return with(memoryBytes, memoryAndSwapBytes, atLeast("memoryReservation", bytes, 0));
    }

    private Limits with(OptionalLong memory, OptionalLong andSwap, OptionalLong reservation) {
        return new Limits(memory, andSwap, reservation, cpus, cpuShares, cpuset, processes, ioWeight);
    }

    private static OptionalLong atLeast(String name, long value, long least) {
        if (value < least) {
            throw new IllegalArgumentException(name + " must be at least " + least + " bytes, got " + value);
        }
        return OptionalLong.of(value);
    }

    /**
     * How many processors' worth of time it gets at most: 0.5 is half of one.
     *
     * @throws IllegalArgumentException for less than 0.01
     */
    public Limits cpus(double count) {
        if (!(count >= LEAST_CPUS && count <= 1 << 16)) {
            throw new IllegalArgumentException("cpus must be at least " + LEAST_CPUS + ", got " + count);
        }
        return withCpu(OptionalDouble.of(count), cpuShares, cpuset);
    }

    /**
     * Its weight beside others when all want to run, as Docker counts it: 1024 is usual, with 2048 it gets twice as much.
     *
     * @throws IllegalArgumentException unless it is 2 to 262144
     */
    public Limits cpuShares(long shares) {
        if (shares < 2 || shares > 262_144) {
            throw new IllegalArgumentException("cpuShares must be 2 to 262144, got " + shares);
        }
        return withCpu(cpus, OptionalLong.of(shares), cpuset);
    }

    /**
     * The processors that it may run on, such as {@code 0-3,7}.
     *
     * @throws IllegalArgumentException if that is no such list
     */
    public Limits cpuset(String processors) {
        if (processors.length() > 4096 || !CPUSET.matcher(processors).matches()) {
            throw new IllegalArgumentException("cpuset must be a list such as \"0-3,7\", got \""
                    + (processors.length() > 40 ? processors.substring(0, 40) + "..." : processors) + "\"");
        }
        return withCpu(cpus, cpuShares, Optional.of(processors));
    }

    private Limits withCpu(OptionalDouble count, OptionalLong shares, Optional<String> set) {
        return new Limits(
                memoryBytes, memoryAndSwapBytes, memoryReservationBytes, count, shares, set, processes, ioWeight);
    }

    /**
     * How many processes and threads there may be; the first is always there.
     *
     * @param count 1 or more, or {@link #UNLIMITED}
     */
    public Limits processes(long count) {
        if (count != UNLIMITED && count < 1) {
            throw new IllegalArgumentException("processes must be 1 or more, or Limits.UNLIMITED, got " + count);
        }
        return withOthers(OptionalLong.of(count), ioWeight);
    }

    /**
     * Its weight beside others at the disks, where their scheduler knows weights (BFQ); 100 is usual.
     *
     * @throws IllegalArgumentException unless it is 10 to 1000
     */
    public Limits ioWeight(int weight) {
        if (weight < 10 || weight > 1000) {
            throw new IllegalArgumentException("ioWeight must be 10 to 1000, got " + weight);
        }
        return withOthers(processes, OptionalInt.of(weight));
    }

    private Limits withOthers(OptionalLong newProcesses, OptionalInt newIoWeight) {
        return new Limits(
                memoryBytes,
                memoryAndSwapBytes,
                memoryReservationBytes,
                cpus,
                cpuShares,
                cpuset,
                newProcesses,
                newIoWeight);
    }

    /** What {@link #memory} was given, if it was. */
    public OptionalLong memoryBytes() {
        return memoryBytes;
    }

    /** What {@link #memoryAndSwap} was given, if it was. */
    public OptionalLong memoryAndSwapBytes() {
        return memoryAndSwapBytes;
    }

    /** What {@link #memoryReservation} was given, if it was. */
    public OptionalLong memoryReservationBytes() {
        return memoryReservationBytes;
    }

    /** What {@link #cpus(double)} was given, if it was. */
    public OptionalDouble cpus() {
        return cpus;
    }

    /** What {@link #cpuShares(long)} was given, if it was. */
    public OptionalLong cpuShares() {
        return cpuShares;
    }

    /** What {@link #cpuset(String)} was given, if it was. */
    public Optional<String> cpuset() {
        return cpuset;
    }

    /** What {@link #processes(long)} was given, if it was. */
    public OptionalLong processes() {
        return processes;
    }

    /** What {@link #ioWeight(int)} was given, if it was. */
    public OptionalInt ioWeight() {
        return ioWeight;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Limits that && toString().equals(that.toString());
    }

    @Override
    public int hashCode() {
        return toString().hashCode();
    }

    /** Such as {@code memory=268435456 cpus=1.0}. */
    @Override
    public String toString() {
        StringJoiner text = new StringJoiner(" ").setEmptyValue("none");
        memoryBytes.ifPresent(value -> text.add("memory=" + value));
        memoryAndSwapBytes.ifPresent(value -> text.add("memoryAndSwap=" + value));
        memoryReservationBytes.ifPresent(value -> text.add("memoryReservation=" + value));
        cpus.ifPresent(value -> text.add("cpus=" + value));
        cpuShares.ifPresent(value -> text.add("cpuShares=" + value));
        cpuset.ifPresent(value -> text.add("cpuset=" + value));
        processes.ifPresent(value -> text.add("processes=" + (value == UNLIMITED ? "unlimited" : value)));
        ioWeight.ifPresent(value -> text.add("ioWeight=" + value));
        return text.toString();
    }
}
