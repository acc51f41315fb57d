package dev.skiff;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a container uses, with all that runs in it, at the moment it was asked. Each part is there if this host counts it for this user:
 * what an ordinary user's containers use is counted where control groups are delegated.
 *
 * @param cpu time of the processors
 * @param memory what its processes and the files that they read and write take
 * @param processes processes and threads
 * @param io of block devices, all together
 * @param networks by the name of the interface in the container; of the host, if the container has no network of its own
 * @param pressures how long it has been held up, by {@code cpu}, {@code memory} and {@code io}
 */
public record ContainerStats(
        Optional<Cpu> cpu,
        Optional<Memory> memory,
        Optional<Processes> processes,
        Optional<Io> io,
        List<Network> networks,
        Map<String, Pressure> pressures) {
    public ContainerStats {
        networks = List.copyOf(networks);
        pressures = Collections.unmodifiableMap(new TreeMap<>(pressures));
    }

    /**
     * Time of the processors since the start, in nanoseconds.
     *
     * @param throttledNanos how long it was kept from running by its quota
     */
    public record Cpu(long totalNanos, long userNanos, long systemNanos, long throttledNanos) {}

    /**
     * In bytes.
     *
     * @param limitBytes the most that it may have, if that is limited
     * @param peakBytes the most that it has had, where the kernel keeps that
     * @param fileBytes what of it are files, which the kernel gives up when memory gets short
     * @param swappedBytes what is in swap
     * @param oomKills how often the kernel has killed one of its processes for want of memory
     */
    public record Memory(
            long usedBytes,
            Optional<Long> limitBytes,
            Optional<Long> peakBytes,
            long fileBytes,
            long swappedBytes,
            long oomKills) {}

    /** Processes and threads now, and the most that there may be, if that is limited. */
    public record Processes(long count, Optional<Long> limit) {}

    /** Since the start. */
    public record Io(long readBytes, long writtenBytes, long reads, long writes) {}

    /** Since the start. */
    public record Network(
            String name,
            long receivedBytes,
            long receivedPackets,
            long receiveErrors,
            long receiveDropped,
            long sentBytes,
            long sentPackets,
            long sendErrors,
            long sendDropped) {}

    /**
     * Pressure stall information (Documentation/accounting/psi.rst).
     *
     * @param some10Percent in how much of the last 10 seconds at least one process waited
     * @param full10Percent in how much of them all did
     * @param someTotalMicros how long at least one has waited, since the start
     * @param fullTotalMicros how long all have
     */
    public record Pressure(double some10Percent, double full10Percent, long someTotalMicros, long fullTotalMicros) {}
}
