package dev.skiff.linux.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.linux.ContainerStats;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read of recorded files of either version. */
class StatsTest {
    @TempDir
    Path base;

    private GroupStats stats(boolean unified, String... controllers) {
        Group group = new Group(unified, base, Set.of(controllers), List.of(), List.of());
        return new GroupStats(new GroupPlan(List.of(group), List.of(), Optional.empty()));
    }

    private void file(String name, String content) {
        FakeHost.write(base.resolve(name), content);
    }

    @Test
    void version2() {
        file("cpu.stat", "usage_usec 7\nuser_usec 4\nsystem_usec 3\nnr_periods 1\nnr_throttled 1\nthrottled_usec 2\n");
        file("memory.current", "4096\n");
        file("memory.max", "max\n");
        file("memory.peak", "8192\n");
        file("memory.stat", "anon 1\nfile 2048\n");
        file("memory.swap.current", "0\n");
        file("memory.events", "low 0\nhigh 0\nmax 3\noom 1\noom_kill 1\noom_group_kill 0\n");
        file("pids.current", "3\n");
        file("pids.max", "10\n");
        file(
                "io.stat",
                "8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=0 dios=0\n8:16 rbytes=10 wbytes=20 rios=30 wios=40\n");
        file(
                "cpu.pressure",
                "some avg10=1.50 avg60=0.00 avg300=0.00 total=9\nfull avg10=0.25 avg60=0.00 avg300=0.00 total=8\n");
        GroupStats stats = stats(true, "cgroup", "memory", "pids", "io", "cpu");
        assertThat(stats.cpu()).contains(new ContainerStats.Cpu(7000, 4000, 3000, 2000));
        assertThat(stats.memory())
                .contains(new ContainerStats.Memory(4096, Optional.empty(), Optional.of(8192L), 2048, 0, 1));
        assertThat(stats.processes()).contains(new ContainerStats.Processes(3, Optional.of(10L)));
        assertThat(stats.io()).contains(new ContainerStats.Io(11, 22, 33, 44));
        assertThat(stats.pressures())
                .containsEntry("cpu", new ContainerStats.Pressure(1.5, 0.25, 9, 8))
                .hasSize(1);
    }

    @Test
    void version1() {
        file("cpuacct.usage", "7000\n");
        file("cpuacct.stat", "user 2\nsystem 1\n");
        file("cpu.stat", "nr_periods 0\nnr_throttled 0\nthrottled_time 5\n");
        file("memory.usage_in_bytes", "4096\n");
        file("memory.limit_in_bytes", "9223372036854771712\n");
        file("memory.max_usage_in_bytes", "8192\n");
        file("memory.stat", "cache 1\ntotal_cache 2048\ntotal_swap 512\n");
        file("memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n");
        file("blkio.throttle.io_service_bytes_recursive", "8:0 Read 5\n8:0 Write 6\n8:0 Total 11\nTotal 11\n");
        file("blkio.throttle.io_serviced_recursive", "8:0 Read 1\n8:0 Write 2\nTotal 3\n");
        GroupStats stats = stats(false, "cpuacct", "cpu", "memory", "blkio");
        assertThat(stats.cpu()).contains(new ContainerStats.Cpu(7000, 20_000_000, 10_000_000, 5));
        assertThat(stats.memory())
                .contains(new ContainerStats.Memory(4096, Optional.empty(), Optional.of(8192L), 2048, 512, 2));
        assertThat(stats.io()).contains(new ContainerStats.Io(5, 6, 1, 2));
        assertThat(stats.processes()).isEmpty();
        assertThat(stats.pressures()).isEmpty();
    }

    @Test
    void aGroupThatIsGoneHasNothing() {
        GroupStats stats = stats(true, "cgroup", "memory", "pids", "io");
        assertThat(stats.cpu()).isEmpty();
        assertThat(stats.memory()).isEmpty();
        assertThat(stats.processes()).isEmpty();
    }

    @Test
    void networks() {
        String text = """
                Inter-|   Receive                                                |  Transmit
                 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier
                    lo:     1       2    3    4    0     0          0         0       5       6    7    8    0     0       0 0
                eth0:1: 10 20 30 40 0 0 0 0 50 60 70 80 0 0 0 0
                """;
        assertThat(NetworkStats.parse(text))
                .containsExactly(
                        new ContainerStats.Network("lo", 1, 2, 3, 4, 5, 6, 7, 8),
                        new ContainerStats.Network("eth0:1", 10, 20, 30, 40, 50, 60, 70, 80));
        assertThat(NetworkStats.of(-1)).isEmpty();
    }
}
