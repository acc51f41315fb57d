package dev.skiff.linux.cgroup;

import dev.skiff.linux.ContainerStats;
import dev.skiff.linux.ContainerStats.Cpu;
import dev.skiff.linux.ContainerStats.Io;
import dev.skiff.linux.ContainerStats.Memory;
import dev.skiff.linux.ContainerStats.Pressure;
import dev.skiff.linux.ContainerStats.Processes;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** Reads what the groups of a container have counted, from the files of either version. */
public final class GroupStats {
    private static final long NANOS_PER_MICRO = 1000;
    private static final long NANOS_PER_TICK = 10_000_000; // USER_HZ is 100 on every architecture that we run on
    private static final List<String> PRESSURES = List.of("cpu", "memory", "io");

    private final GroupPlan plan;

    GroupStats(GroupPlan plan) {
        this.plan = plan;
    }

    private Optional<Path> legacy(String controller) {
        return plan.groups().stream()
                .filter(group -> !group.unified() && group.has(controller))
                .map(Group::path)
                .findFirst();
    }

    private Optional<Path> unified(String controller) {
        return plan.groups().stream()
                .filter(group -> group.unified() && group.has(controller))
                .map(Group::path)
                .findFirst();
    }

    /** Version 2 counts time in every group, whoever has the controller. */
    public Optional<Cpu> cpu() {
        Optional<Path> unified = plan.unified();
        if (unified.isPresent()) {
            Map<String, Long> stat = GroupFiles.table(unified.get().resolve("cpu.stat"));
            long throttled = stat.getOrDefault("throttled_usec", 0L) * NANOS_PER_MICRO
                    + legacy("cpu").map(GroupStats::throttled).orElse(0L);
            return Optional.ofNullable(stat.get("usage_usec"))
                    .map(total -> new Cpu(
                            total * NANOS_PER_MICRO,
                            stat.getOrDefault("user_usec", 0L) * NANOS_PER_MICRO,
                            stat.getOrDefault("system_usec", 0L) * NANOS_PER_MICRO,
                            throttled));
        }
        return legacy("cpuacct").map(group -> {
            Map<String, Long> stat = GroupFiles.table(group.resolve("cpuacct.stat"));
            return new Cpu(
                    GroupFiles.number(group.resolve("cpuacct.usage")).orElse(0),
                    stat.getOrDefault("user", 0L) * NANOS_PER_TICK,
                    stat.getOrDefault("system", 0L) * NANOS_PER_TICK,
                    legacy("cpu").map(GroupStats::throttled).orElse(0L));
        });
    }

    private static long throttled(Path group) {
        return GroupFiles.table(group.resolve("cpu.stat")).getOrDefault("throttled_time", 0L);
    }

    public Optional<Memory> memory() {
        return unified("memory")
                .flatMap(GroupStats::memory2)
                .or(() -> legacy("memory").flatMap(GroupStats::memory1));
    }

    private static Optional<Memory> memory2(Path group) {
        Map<String, Long> events = GroupFiles.table(group.resolve("memory.events"));
        return used(group.resolve("memory.current"))
                .map(used -> new Memory(
                        used,
                        used(group.resolve("memory.max")),
                        used(group.resolve("memory.peak")),
                        GroupFiles.table(group.resolve("memory.stat")).getOrDefault("file", 0L),
                        GroupFiles.number(group.resolve("memory.swap.current")).orElse(0),
                        events.getOrDefault("oom_kill", 0L)));
    }

    private static Optional<Memory> memory1(Path group) {
        Map<String, Long> stat = GroupFiles.table(group.resolve("memory.stat"));
        return used(group.resolve("memory.usage_in_bytes"))
                .map(used -> new Memory(
                        used,
                        used(group.resolve("memory.limit_in_bytes")),
                        used(group.resolve("memory.max_usage_in_bytes")),
                        stat.getOrDefault("total_cache", 0L),
                        stat.getOrDefault("total_swap", 0L),
                        GroupFiles.table(group.resolve("memory.oom_control")).getOrDefault("oom_kill", 0L)));
    }

    private static Optional<Long> used(Path file) {
        OptionalLong number = GroupFiles.number(file);
        return number.isPresent() ? Optional.of(number.getAsLong()) : Optional.empty();
    }

    public Optional<Processes> processes() {
        return plan.of("pids")
                .flatMap(group -> used(group.resolve("pids.current"))
                        .map(count -> new Processes(count, used(group.resolve("pids.max")))));
    }

    public Optional<Io> io() {
        return unified("io").map(GroupStats::io2).or(() -> legacy("blkio").map(GroupStats::io1));
    }

    /** A line for each device: {@code 8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=0 dios=0}. */
    private static Io io2(Path group) {
        Map<String, Long> sums = new TreeMap<>();
        GroupFiles.find(group.resolve("io.stat")).orElse("").lines().forEach(line -> {
            for (String word : line.split(" ", -1)) {
                int equals = word.indexOf('=');
                if (equals > 0) {
                    sums.merge(
                            word.substring(0, equals), Long.parseUnsignedLong(word.substring(equals + 1)), Long::sum);
                }
            }
        });
        return new Io(
                sums.getOrDefault("rbytes", 0L),
                sums.getOrDefault("wbytes", 0L),
                sums.getOrDefault("rios", 0L),
                sums.getOrDefault("wios", 0L));
    }

    private static Io io1(Path group) {
        Map<String, Long> bytes = byOperation(group.resolve("blkio.throttle.io_service_bytes_recursive"));
        Map<String, Long> operations = byOperation(group.resolve("blkio.throttle.io_serviced_recursive"));
        return new Io(
                bytes.getOrDefault("Read", 0L),
                bytes.getOrDefault("Write", 0L),
                operations.getOrDefault("Read", 0L),
                operations.getOrDefault("Write", 0L));
    }

    /** Lines such as {@code 8:0 Read 4096}. */
    private static Map<String, Long> byOperation(Path file) {
        Map<String, Long> sums = new TreeMap<>();
        GroupFiles.find(file)
                .orElse("")
                .lines()
                .map(line -> line.split(" ", -1))
                .forEach(words -> {
                    if (words.length == 3) {
                        sums.merge(words[1], Long.parseUnsignedLong(words[2]), Long::sum);
                    }
                });
        return sums;
    }

    /** Where the kernel is built and started with it. */
    public Map<String, Pressure> pressures() {
        Map<String, Pressure> pressures = new TreeMap<>();
        plan.unified().ifPresent(group -> {
            for (String name : PRESSURES) {
                GroupFiles.find(group.resolve(name + ".pressure"))
                        .filter(text -> text.startsWith("some "))
                        .ifPresent(text -> pressures.put(name, pressure(text)));
            }
        });
        return pressures;
    }

    private static Pressure pressure(String text) {
        return new Pressure(
                Double.parseDouble(value(text, "some", "avg10")),
                Double.parseDouble(value(text, "full", "avg10")),
                Long.parseLong(value(text, "some", "total")),
                Long.parseLong(value(text, "full", "total")));
    }

    /** Of {@code some avg10=0.00 avg60=0.00 avg300=0.00 total=0}. */
    private static String value(String text, String line, String key) {
        return text.lines()
                .filter(each -> each.startsWith(line + " "))
                .flatMap(each -> List.of(each.split(" ", -1)).stream())
                .filter(word -> word.startsWith(key + "="))
                .map(word -> word.substring(key.length() + 1))
                .findFirst()
                .orElse("0");
    }

    /** All of it, and what went over the network, which no group counts. */
    public ContainerStats with(List<ContainerStats.Network> networks) {
        return new ContainerStats(cpu(), memory(), processes(), io(), networks, pressures());
    }
}
