package dev.skiff.run;

import dev.skiff.Limits;
import dev.skiff.Safeguard;
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

/** From limits as people say them to the resources of a runtime specification. */
final class LimitsWriter {
    static final long PERIOD_MICROS = 100_000;

    private final Limits limits;
    private final Allowance allowance;
    private final Set<String> available;
    private final boolean countsSwap;

    LimitsWriter(Limits limits, Allowance allowance, LinuxHost host) {
        this(limits, allowance, host.controllers(), host.countsSwap());
    }

    LimitsWriter(Limits limits, Allowance allowance, Set<String> available, boolean countsSwap) {
        this.limits = limits;
        this.allowance = allowance;
        this.available = available;
        this.countsSwap = countsSwap;
    }

    Spec addTo(Spec spec) {
        Linux linux = spec.linux().orElseThrow();
        return spec.withLinux(linux.withResources(addTo(linux.resources().orElseGet(Resources::none))));
    }

    /**
     * These resources, and the limits.
     *
     * @throws MissingSafeguard for what cannot be limited here, unless it may be left out
     */
    Resources addTo(Resources resources) {
        Resources all = resources;
        if (asksForMemory() && has("memory", Safeguard.MEMORY_LIMIT)) {
            all = all.withMemory(memory());
        }
        if ((limits.cpus().isPresent() || limits.cpuShares().isPresent()) && has("cpu", Safeguard.CPU_LIMIT)) {
            all = all.withCpu(time());
        }
        if (limits.cpuset().isPresent() && has("cpuset", Safeguard.CPU_SET)) {
            all = all.withCpu(
                    all.cpu().orElseGet(Cpu::none).withCpus(limits.cpuset().get()));
        }
        if (boundsProcesses() && has("pids", Safeguard.PROCESS_LIMIT)) {
            all = all.withPids(Pids.of(limits.processes().getAsLong()));
        }
        if (limits.ioWeight().isPresent() && has("io", Safeguard.IO_WEIGHT)) {
            all = all.withBlockIo(weight(limits.ioWeight().getAsInt()));
        }
        return all;
    }

    private boolean has(String controller, Safeguard safeguard) {
        if (available.contains(controller)) {
            return true;
        }
        allowance.leaveOut(
                safeguard, String.valueOf(new MissingControllerException(controller, available).getMessage()));
        return false;
    }

    /** That they are not to be bounded needs nobody who would. */
    private boolean boundsProcesses() {
        return limits.processes().isPresent()
                && (available.contains("pids") || limits.processes().getAsLong() != Limits.UNLIMITED);
    }

    private boolean asksForMemory() {
        return limits.memoryBytes().isPresent()
                || limits.memoryAndSwapBytes().isPresent()
                || limits.memoryReservationBytes().isPresent();
    }

    /** That there is no swap on top is our own doing, and left out where it cannot be had: a kernel may be started without counting it. */
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
        if (limits.memoryAndSwapBytes().isEmpty()) {
            return memory;
        }
        if (!countsSwap) {
            allowance.leaveOut(
                    Safeguard.SWAP_LIMIT,
                    "limit swap: the kernel of this host does not count it; boot it with swapaccount=1");
            return memory;
        }
        return memory.withSwap(limits.memoryAndSwapBytes().getAsLong());
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
