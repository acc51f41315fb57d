package dev.skiff.linux.cgroup;

import dev.skiff.oci.runtime.Cpu;
import dev.skiff.oci.runtime.Memory;
import dev.skiff.oci.runtime.Resources;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Which controllers a specification's resources take, by the names of version 2; {@code blkio} is version 1's name for io. */
final class Needed {
    private static final Map<String, String> VERSION_1 = Map.of("io", "blkio");

    private Needed() {}

    static String inVersion1(String controller) {
        return VERSION_1.getOrDefault(controller, controller);
    }

    static Set<String> by(Resources resources) {
        Set<String> needed = new TreeSet<>();
        resources.memory().filter(memory -> !memory.equals(Memory.none())).ifPresent(any -> needed.add("memory"));
        resources.cpu().ifPresent(cpu -> cpu(cpu, needed));
        resources.pids().ifPresent(any -> needed.add("pids"));
        resources.blockIo().ifPresent(any -> needed.add("io"));
        resources.network().ifPresent(network -> {
            network.classId().ifPresent(any -> needed.add("net_cls"));
            if (!network.priorities().isEmpty()) {
                needed.add("net_prio");
            }
        });
        addIf(!resources.hugepageLimits().isEmpty(), "hugetlb", needed);
        addIf(!resources.rdma().isEmpty(), "rdma", needed);
        resources.unified().keySet().forEach(file -> needed.add(file.substring(0, file.indexOf('.'))));
        return needed;
    }

    private static void cpu(Cpu cpu, Set<String> needed) {
        addIf(cpu.cpus().isPresent() || cpu.mems().isPresent(), "cpuset", needed);
        boolean time = cpu.shares().isPresent()
                || cpu.quota().isPresent()
                || cpu.burst().isPresent()
                || cpu.period().isPresent()
                || cpu.realtimeRuntime().isPresent()
                || cpu.realtimePeriod().isPresent()
                || cpu.idle().isPresent();
        addIf(time, "cpu", needed);
    }

    private static void addIf(boolean condition, String controller, Set<String> needed) {
        if (condition) {
            needed.add(controller);
        }
    }
}
