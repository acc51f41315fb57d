package dev.skiff.run;

import dev.skiff.ContainerStats;
import java.util.Map;
import java.util.TreeMap;

/** What the kernel has counted, in our own words: nothing that others see mentions the layer below. */
final class Stats {
    private Stats() {}

    static ContainerStats of(dev.skiff.linux.ContainerStats stats) {
        Map<String, ContainerStats.Pressure> pressures = new TreeMap<>();
        stats.pressures()
                .forEach((name, each) -> pressures.put(
                        name,
                        new ContainerStats.Pressure(
                                each.some10Percent(),
                                each.full10Percent(),
                                each.someTotalMicros(),
                                each.fullTotalMicros())));
        return new ContainerStats(
                stats.cpu()
                        .map(cpu -> new ContainerStats.Cpu(
                                cpu.totalNanos(), cpu.userNanos(), cpu.systemNanos(), cpu.throttledNanos())),
                stats.memory()
                        .map(memory -> new ContainerStats.Memory(
                                memory.usedBytes(),
                                memory.limitBytes(),
                                memory.peakBytes(),
                                memory.fileBytes(),
                                memory.swappedBytes(),
                                memory.oomKills())),
                stats.processes().map(each -> new ContainerStats.Processes(each.count(), each.limit())),
                stats.io().map(io -> new ContainerStats.Io(io.readBytes(), io.writtenBytes(), io.reads(), io.writes())),
                stats.networks().stream().map(Stats::network).toList(),
                pressures);
    }

    private static ContainerStats.Network network(dev.skiff.linux.ContainerStats.Network each) {
        return new ContainerStats.Network(
                each.name(),
                each.receivedBytes(),
                each.receivedPackets(),
                each.receiveErrors(),
                each.receiveDropped(),
                each.sentBytes(),
                each.sentPackets(),
                each.sendErrors(),
                each.sendDropped());
    }
}
