package dev.skiff.linux.cgroup;

import dev.skiff.oci.runtime.BlockIo;
import dev.skiff.oci.runtime.Cpu;
import dev.skiff.oci.runtime.DeviceRule;
import dev.skiff.oci.runtime.HugepageLimit;
import dev.skiff.oci.runtime.InterfacePriority;
import dev.skiff.oci.runtime.Memory;
import dev.skiff.oci.runtime.NetworkClass;
import dev.skiff.oci.runtime.Resources;
import dev.skiff.oci.runtime.ThrottleDevice;
import dev.skiff.oci.runtime.WeightDevice;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the resources of a runtime specification are in files of version 1 (config-linux.md, "Control groups"; the
 * files are those of Documentation/admin-guide/cgroup-v1), in the order in which a new group takes them.
 */
final class SettingsV1 {
    private final List<Setting> settings = new ArrayList<>();

    private SettingsV1() {}

    /** Those of the controllers that version 1 has here. */
    static List<Setting> of(Resources resources, Set<String> controllers) {
        SettingsV1 all = new SettingsV1();
        resources.memory().ifPresent(all::memory);
        resources.cpu().ifPresent(all::cpu);
        resources.pids().ifPresent(pids -> all.add("pids.max", Limit.pids(pids.limit())));
        resources.blockIo().ifPresent(all::blockIo);
        resources.hugepageLimits().forEach(all::hugepages);
        resources.network().ifPresent(all::network);
        resources.rdma().forEach((device, limit) -> all.add("rdma.max", Limit.rdma(device, limit)));
        all.settings.removeIf(setting -> !controllers.contains(setting.controller()));
        return all.settings;
    }

    /** Rules as the devices controller takes them, one by one; the later win. */
    static List<Setting> devices(List<DeviceRule> rules) {
        List<Setting> settings = new ArrayList<>();
        for (DeviceRule rule : rules) {
            String file = rule.allow() ? "devices.allow" : "devices.deny";
            DeviceRules.texts(rule).forEach(text -> settings.add(Setting.of(file, text)));
        }
        return settings;
    }

    private void add(String file, String value) {
        settings.add(Setting.of(file, value));
    }

    private void add(String file, Optional<Long> value) {
        value.ifPresent(number -> add(file, Long.toUnsignedString(number)));
    }

    private void addSigned(String file, Optional<Long> value) {
        value.ifPresent(number -> add(file, Long.toString(number)));
    }

    /** The limit of memory and swap together may not be below that of memory, so it comes after it. */
    private void memory(Memory memory) {
        Limit.checkMemory(memory);
        memory.useHierarchy().ifPresent(yes -> add("memory.use_hierarchy", yes ? "1" : "0"));
        addSigned("memory.limit_in_bytes", memory.limit());
        addSigned("memory.soft_limit_in_bytes", memory.reservation());
        addSigned("memory.memsw.limit_in_bytes", memory.swap());
        addSigned("memory.kmem.tcp.limit_in_bytes", memory.kernelTcp());
        add("memory.swappiness", memory.swappiness());
        memory.disableOomKiller().filter(yes -> yes).ifPresent(yes -> add("memory.oom_control", "1"));
    }

    private void cpu(Cpu cpu) {
        add("cpu.shares", cpu.shares().filter(shares -> shares != 0));
        add("cpu.cfs_period_us", cpu.period().filter(period -> period != 0));
        addSigned("cpu.cfs_quota_us", cpu.quota().map(quota -> quota <= 0 ? -1 : quota));
        add("cpu.cfs_burst_us", cpu.burst());
        add("cpu.rt_period_us", cpu.realtimePeriod().filter(period -> period != 0));
        addSigned("cpu.rt_runtime_us", cpu.realtimeRuntime().filter(runtime -> runtime != 0));
        addSigned("cpu.idle", cpu.idle());
        cpu.cpus().ifPresent(list -> add("cpuset.cpus", CpuList.check("cpus", list)));
        cpu.mems().ifPresent(list -> add("cpuset.mems", CpuList.check("mems", list)));
    }

    private void network(NetworkClass network) {
        add("net_cls.classid", network.classId());
        for (InterfacePriority priority : network.priorities()) {
            add("net_prio.ifpriomap", priority.name() + " " + priority.priority());
        }
    }

    private void blockIo(BlockIo io) {
        io.weight().filter(weight -> weight != 0).ifPresent(weight -> weighted("weight", Limit.weight(weight)));
        io.leafWeight()
                .filter(weight -> weight != 0)
                .ifPresent(weight -> add("blkio.leaf_weight", Limit.weight(weight)));
        for (WeightDevice device : io.weightDevice()) {
            String number = device.major() + ":" + device.minor() + " ";
            device.weight().ifPresent(weight -> weighted("weight_device", number + Limit.weight(weight)));
            device.leafWeight().ifPresent(weight -> add("blkio.leaf_weight_device", number + Limit.weight(weight)));
        }
        throttle("blkio.throttle.read_bps_device", io.throttleReadBpsDevice());
        throttle("blkio.throttle.write_bps_device", io.throttleWriteBpsDevice());
        throttle("blkio.throttle.read_iops_device", io.throttleReadIopsDevice());
        throttle("blkio.throttle.write_iops_device", io.throttleWriteIopsDevice());
    }

    /** Weights were CFQ's until Linux 5.0, and have been BFQ's since. */
    private void weighted(String file, String value) {
        settings.add(new Setting(
                List.of(new Setting.Choice("blkio.bfq." + file, value), new Setting.Choice("blkio." + file, value))));
    }

    private void throttle(String file, List<ThrottleDevice> devices) {
        for (ThrottleDevice device : devices) {
            add(file, device.major() + ":" + device.minor() + " " + Long.toUnsignedString(device.rate()));
        }
    }

    private void hugepages(HugepageLimit limit) {
        add("hugetlb." + Limit.pageSize(limit.pageSize()) + ".limit_in_bytes", Optional.of(limit.limit()));
    }
}
