package dev.skiff.run;

import dev.skiff.Limits;
import dev.skiff.linux.LinuxHost;
import dev.skiff.linux.MissingControllerException;
import dev.skiff.oci.UnknownFields;
import dev.skiff.oci.runtime.BlockIo;
import dev.skiff.oci.runtime.Cpu;
import dev.skiff.oci.runtime.Linux;
import dev.skiff.oci.runtime.Memory;
import dev.skiff.oci.runtime.Pids;
import dev.skiff.oci.runtime.Resources;
import dev.skiff.oci.runtime.Spec;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** From limits as people say them to the resources of a runtime specification. */
final class LimitsWriter {
    private static final System.Logger LOG = System.getLogger(LimitsWriter.class.getName());
    private static final long PERIOD_MICROS = 100_000;

    private final Limits limits;
    private final Set<String> available;
    private final boolean countsSwap;
    private final Set<String> leftOut = new TreeSet<>();

    LimitsWriter(Limits limits, LinuxHost host) {
        this(limits, host.controllers(), host.countsSwap());
    }

    LimitsWriter(Limits limits, Set<String> available, boolean countsSwap) {
        this.limits = limits;
        this.available = available;
        this.countsSwap = countsSwap;
    }

    Spec addTo(Spec spec, String who) {
        Linux linux = spec.linux().orElseThrow();
        Resources resources = addTo(linux.resources().orElseGet(Resources::none));
        if (!leftOut.isEmpty()) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    () -> who + " is not limited in " + leftOut + ": this host cannot do that for this user");
        }
        return spec.withLinux(linux.withResources(resources));
    }

    /**
     * These resources, and the limits.
     *
     * @throws MissingControllerException for what cannot be limited here, unless it may be left out
     */
    Resources addTo(Resources resources) {
        Resources all = resources;
        if (asksForMemory() && has("memory")) {
            all = all.withMemory(memory());
        }
        if ((limits.cpus().isPresent() || limits.cpuShares().isPresent()) && has("cpu")) {
            all = all.withCpu(time());
        }
        if (limits.cpuset().isPresent() && has("cpuset")) {
            all = all.withCpu(
                    all.cpu().orElseGet(Cpu::none).withCpus(limits.cpuset().get()));
        }
        if (limits.processes().isPresent() && has("pids")) {
            all = all.withPids(Pids.of(limits.processes().getAsLong()));
        }
        if (limits.ioWeight().isPresent() && has("io")) {
            all = all.withBlockIo(weight(limits.ioWeight().getAsInt()));
        }
        return all;
    }

    private boolean has(String controller) {
        if (available.contains(controller)) {
            return true;
        }
        if (!limits.isIfPossible()) {
            throw new MissingControllerException(controller, available);
        }
        leftOut.add(controller);
        return false;
    }

    private boolean asksForMemory() {
        return limits.memoryBytes().isPresent()
                || limits.memoryAndSwapBytes().isPresent()
                || limits.memoryReservationBytes().isPresent();
    }

    /** What is not counted cannot be limited: a kernel may be started without counting swap. */
    private Memory memory() {
        Memory memory = Memory.none();
        if (limits.memoryReservationBytes().isPresent()) {
            memory = memory.withReservation(limits.memoryReservationBytes().getAsLong());
        }
        if (limits.memoryBytes().isPresent()) {
            long bytes = limits.memoryBytes().getAsLong();
            memory = memory.withLimit(bytes);
            memory = countsSwap ? memory.withSwap(bytes) : memory;
        }
        return limits.memoryAndSwapBytes().isPresent()
                ? memory.withSwap(limits.memoryAndSwapBytes().getAsLong())
                : memory;
    }

    private Cpu time() {
        Cpu cpu = Cpu.none();
        if (limits.cpus().isPresent()) {
            cpu = cpu.withPeriod(PERIOD_MICROS)
                    .withQuota(Math.round(limits.cpus().getAsDouble() * PERIOD_MICROS));
        }
        return limits.cpuShares().isPresent()
                ? cpu.withShares(limits.cpuShares().getAsLong())
                : cpu;
    }

    private static BlockIo weight(int weight) {
        return new BlockIo(
                Optional.of(weight),
                Optional.empty(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                UnknownFields.none());
    }
}
