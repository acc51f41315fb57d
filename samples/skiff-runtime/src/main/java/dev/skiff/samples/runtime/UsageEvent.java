package dev.skiff.samples.runtime;

import dev.skiff.linux.ContainerStats;
import dev.skiff.oci.JsonField;
import java.util.List;
import java.util.Optional;

/** What a container uses, in the form of {@code runc events}. */
record UsageEvent(String type, String id, Usage data) {

    record Usage(
            Optional<Cpu> cpu,
            Optional<Memory> memory,
            Optional<Pids> pids,
            @JsonField("network_interfaces") List<Interface> networkInterfaces) {}

    record Cpu(Time usage, Throttling throttling) {}

    record Time(long total, long kernel, long user) {}

    record Throttling(long throttledTime) {}

    record Memory(long cache, Level usage, Level swap) {}

    record Level(long usage, Optional<Long> max, Optional<Long> limit) {}

    record Pids(long current, Optional<Long> limit) {}

    record Interface(
            String name,
            @JsonField("rx_bytes") long received,
            @JsonField("rx_packets") long receivedPackets,
            @JsonField("rx_errors") long receiveErrors,
            @JsonField("rx_dropped") long receiveDropped,
            @JsonField("tx_bytes") long sent,
            @JsonField("tx_packets") long sentPackets,
            @JsonField("tx_errors") long sendErrors,
            @JsonField("tx_dropped") long sendDropped) {}

    static UsageEvent of(String id, ContainerStats stats) {
        return new UsageEvent(
                "stats",
                id,
                new Usage(
                        stats.cpu().map(UsageEvent::cpu),
                        stats.memory().map(UsageEvent::memory),
                        stats.processes().map(each -> new Pids(each.count(), each.limit())),
                        stats.networks().stream().map(UsageEvent::network).toList()));
    }

    private static Cpu cpu(ContainerStats.Cpu cpu) {
        return new Cpu(
                new Time(cpu.totalNanos(), cpu.systemNanos(), cpu.userNanos()), new Throttling(cpu.throttledNanos()));
    }

    private static Memory memory(ContainerStats.Memory memory) {
        return new Memory(
                memory.fileBytes(),
                new Level(memory.usedBytes(), memory.peakBytes(), memory.limitBytes()),
                new Level(memory.swappedBytes(), Optional.empty(), Optional.empty()));
    }

    private static Interface network(ContainerStats.Network each) {
        return new Interface(
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
