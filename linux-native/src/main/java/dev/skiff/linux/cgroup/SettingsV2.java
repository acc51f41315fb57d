package dev.skiff.linux.cgroup;

import dev.skiff.oci.runtime.BlockIo;
import dev.skiff.oci.runtime.Cpu;
import dev.skiff.oci.runtime.HugepageLimit;
import dev.skiff.oci.runtime.Memory;
import dev.skiff.oci.runtime.Resources;
import dev.skiff.oci.runtime.ThrottleDevice;
import dev.skiff.oci.runtime.WeightDevice;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the resources of a runtime specification are in files of version 2 (config-linux.md, "Control groups";
 * Documentation/admin-guide/cgroup-v2.rst). What version 2 cannot hold is refused and not left out, but for the limit on kernel
 * memory, which the specification itself gave up.
 */
final class SettingsV2 {
    private static final String MAX = "max";

    private final List<Setting> settings = new ArrayList<>();

    private SettingsV2() {}

    /** Those of the controllers that version 2 has here. */
    static List<Setting> of(Resources resources, Set<String> controllers) {
        SettingsV2 all = new SettingsV2();
        resources.memory().filter(any -> controllers.contains("memory")).ifPresent(all::memory);
        resources.cpu().filter(any -> controllers.contains("cpu")).ifPresent(all::cpu);
        resources.cpu().ifPresent(all::cpuset);
        resources.pids().ifPresent(pids -> all.add("pids.max", Limit.pids(pids.limit())));
        resources.blockIo().filter(any -> controllers.contains("io")).ifPresent(all::blockIo);
        resources.hugepageLimits().forEach(all::hugepages);
        resources.rdma().forEach((device, limit) -> all.add("rdma.max", Limit.rdma(device, limit)));
        resources.unified().forEach(all::unified);
        all.settings.removeIf(setting -> !controllers.contains(setting.controller()));
        return all.settings;
    }

    /** A file that is named as it is; one such as io.max takes one line at a time. */
    private void unified(String file, String value) {
        if (file.startsWith(Hierarchy.CORE + ".") && !file.startsWith("cgroup.max.")) {
            throw new IllegalArgumentException("linux.resources.unified: " + file + " is the runtime's own to write");
        }
        value.trim().lines().forEach(line -> add(file, line));
    }

    private void hugepages(HugepageLimit limit) {
        add("hugetlb." + Limit.pageSize(limit.pageSize()) + ".max", Long.toUnsignedString(limit.limit()));
    }

    private static void refuse(String what, boolean present, String meaning) {
        if (present) {
            throw new IllegalArgumentException(
                    "linux.resources." + what + ": cgroup version 2, which this host has, has no " + meaning);
        }
    }

    private void add(String file, String value) {
        settings.add(Setting.of(file, value));
    }

    private static String limit(long value) {
        return value == Limit.UNLIMITED ? MAX : Long.toString(value);
    }

    private void memory(Memory memory) {
        Limit.checkMemory(memory);
        refuse("memory.swappiness", memory.swappiness().isPresent(), "swappiness of its own for a group");
        refuse("memory.kernelTCP", memory.kernelTcp().isPresent(), "limit on TCP buffers");
        refuse("memory.disableOOMKiller", memory.disableOomKiller().orElse(false), "way to go on without memory");
        refuse(
                "memory.useHierarchy=false",
                !memory.useHierarchy().orElse(true),
                "groups that are not in their parents");
        memory.limit().ifPresent(limit -> add("memory.max", limit(limit)));
        memory.reservation().ifPresent(reservation -> add("memory.low", limit(reservation)));
        swap(memory).ifPresent(swap -> add("memory.swap.max", swap));
    }

    /** Here swap is counted without memory. */
    private static Optional<String> swap(Memory memory) {
        return memory.swap()
                .filter(swap -> swap != 0)
                .map(swap -> swap == Limit.UNLIMITED
                        ? MAX
                        : Long.toString(swap - memory.limit().orElse(0L)));
    }

    private void cpu(Cpu cpu) {
        refuse("cpu.realtimeRuntime", cpu.realtimeRuntime().orElse(0L) != 0, "budget for real-time processes");
        refuse("cpu.realtimePeriod", cpu.realtimePeriod().orElse(0L) != 0, "budget for real-time processes");
        cpu.shares()
                .filter(shares -> shares != 0)
                .ifPresent(shares -> add("cpu.weight", Long.toString(weight(shares))));
        Optional<Long> period = cpu.period().filter(microseconds -> microseconds != 0);
        if (cpu.quota().isPresent() || period.isPresent()) {
            String quota =
                    cpu.quota().filter(value -> value > 0).map(String::valueOf).orElse(MAX);
            add("cpu.max", quota + period.map(value -> " " + value).orElse(""));
        }
        cpu.burst().ifPresent(burst -> add("cpu.max.burst", Long.toUnsignedString(burst)));
        cpu.idle().ifPresent(idle -> add("cpu.idle", Long.toString(idle)));
    }

    private void cpuset(Cpu cpu) {
        cpu.cpus().ifPresent(list -> add("cpuset.cpus", CpuList.check("cpus", list)));
        cpu.mems().ifPresent(list -> add("cpuset.mems", CpuList.check("mems", list)));
    }

    /**
     * Shares of version 1 (2 to 262144) as a weight of version 2 (1 to 10000): a curve through the two ends and through the
     * defaults, 1024 and 100, so that whoever asks for the default is not put at a disadvantage.
     */
    static long weight(long shares) {
        if (shares <= 2) {
            return 1;
        }
        if (shares >= 262_144) {
            return 10_000;
        }
        double log = Math.log((double) shares) / Math.log(2);
        double exponent = (log * log + 125 * log) / 612.0 - 7.0 / 34.0;
        return (long) Math.ceil(Math.round(Math.pow(10, exponent) * 1e6) / 1e6);
    }

    private void blockIo(BlockIo io) {
        refuse("blockIO.leafWeight", io.leafWeight().orElse(0) != 0, "leaf weights");
        io.weight().filter(weight -> weight != 0).ifPresent(weight -> weighted("", weight));
        for (WeightDevice device : io.weightDevice()) {
            refuse("blockIO.weightDevice.leafWeight", device.leafWeight().isPresent(), "leaf weights");
            device.weight().ifPresent(weight -> weighted(device.major() + ":" + device.minor() + " ", weight));
        }
        throttle("rbps", io.throttleReadBpsDevice());
        throttle("wbps", io.throttleWriteBpsDevice());
        throttle("riops", io.throttleReadIopsDevice());
        throttle("wiops", io.throttleWriteIopsDevice());
    }

    /** BFQ counts weights to 1000, as the specification does; the cost model counts to 10000. */
    private void weighted(String device, int weight) {
        String bfq = device + Limit.weight(weight);
        String cost = (device.isEmpty() ? "default " : device) + (1 + (weight - 10) * 9999L / 990);
        settings.add(
                new Setting(List.of(new Setting.Choice("io.bfq.weight", bfq), new Setting.Choice("io.weight", cost))));
    }

    private void throttle(String key, List<ThrottleDevice> devices) {
        for (ThrottleDevice device : devices) {
            String rate = device.rate() == 0 ? MAX : Long.toUnsignedString(device.rate());
            add("io.max", device.major() + ":" + device.minor() + " " + key + "=" + rate);
        }
    }
}
