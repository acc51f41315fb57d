package dev.skiff.linux.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.oci.Json;
import dev.skiff.oci.runtime.Memory;
import dev.skiff.oci.runtime.Pids;
import dev.skiff.oci.runtime.Resources;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

/** From the resources of a runtime specification (config-linux.md, "Control groups") to files of either version. */
class SettingsTest {
    private static final Set<String> V1 = Set.of(
            "memory", "cpu", "cpuset", "pids", "blkio", "hugetlb", "net_cls", "net_prio", "rdma", "freezer", "devices");
    private static final Set<String> V2 =
            Set.of("memory", "cpu", "cpuset", "pids", "io", "hugetlb", "rdma", Hierarchy.CORE);

    private static Resources resources(String json) {
        return Json.read(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8), Resources.class);
    }

    private static List<String> v1(String json) {
        return SettingsV1.of(resources(json), V1).stream()
                .map(Setting::toString)
                .toList();
    }

    private static List<String> v2(String json) {
        return SettingsV2.of(resources(json), V2).stream()
                .map(Setting::toString)
                .toList();
    }

    @Test
    void memory() {
        String json = "{'memory':{'limit':4096,'reservation':2048,'swap':8192,'kernel':-1}}";
        assertThat(v1(json))
                .containsExactly(
                        "memory.limit_in_bytes=4096",
                        "memory.soft_limit_in_bytes=2048",
                        "memory.memsw.limit_in_bytes=8192");
        assertThat(v2(json)).containsExactly("memory.max=4096", "memory.low=2048", "memory.swap.max=4096");
    }

    @Test
    void memoryWithoutLimit() {
        String json = "{'memory':{'limit':-1,'swap':-1}}";
        assertThat(v1(json)).containsExactly("memory.limit_in_bytes=-1", "memory.memsw.limit_in_bytes=-1");
        assertThat(v2(json)).containsExactly("memory.max=max", "memory.swap.max=max");
    }

    @Test
    void whatOnlyVersion1Has() {
        assertThat(v1("{'memory':{'kernelTCP':4096,'swappiness':0,'disableOOMKiller':true,'useHierarchy':true}}"))
                .containsExactly(
                        "memory.use_hierarchy=1",
                        "memory.kmem.tcp.limit_in_bytes=4096",
                        "memory.swappiness=0",
                        "memory.oom_control=1");
        assertThat(v1("{'network':{'classID':1048577,'priorities':[{'name':'lo','priority':5}]}}"))
                .containsExactly("net_cls.classid=1048577", "net_prio.ifpriomap=lo 5");
        assertThat(v1("{'cpu':{'realtimeRuntime':1000,'realtimePeriod':10000}}"))
                .containsExactly("cpu.rt_period_us=10000", "cpu.rt_runtime_us=1000");
    }

    @Test
    void whatVersion2LacksIsRefusedAndNotLeftOut() {
        for (String json : List.of(
                "{'memory':{'swappiness':60}}",
                "{'memory':{'kernelTCP':4096}}",
                "{'memory':{'disableOOMKiller':true}}",
                "{'memory':{'useHierarchy':false}}",
                "{'cpu':{'realtimeRuntime':1000}}",
                "{'blockIO':{'leafWeight':100}}")) {
            assertThatThrownBy(() -> v2(json))
                    .as(json)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("version 2");
        }
    }

    @Test
    void processors() {
        String json =
                "{'cpu':{'shares':1024,'quota':20000,'period':100000,'burst':5000,'cpus':'0-1','mems':'0','idle':1}}";
        assertThat(v1(json))
                .containsExactly(
                        "cpu.shares=1024",
                        "cpu.cfs_period_us=100000",
                        "cpu.cfs_quota_us=20000",
                        "cpu.cfs_burst_us=5000",
                        "cpu.idle=1",
                        "cpuset.cpus=0-1",
                        "cpuset.mems=0");
        assertThat(v2(json))
                .containsExactly(
                        "cpu.weight=100",
                        "cpu.max=20000 100000",
                        "cpu.max.burst=5000",
                        "cpu.idle=1",
                        "cpuset.cpus=0-1",
                        "cpuset.mems=0");
    }

    @Test
    void aQuotaOfNothingIsNoLimit() {
        assertThat(v1("{'cpu':{'quota':-1}}")).containsExactly("cpu.cfs_quota_us=-1");
        assertThat(v2("{'cpu':{'quota':-1,'period':50000}}")).containsExactly("cpu.max=max 50000");
    }

    @Test
    void disks() {
        String json = "{'blockIO':{'weight':500,'weightDevice':[{'major':8,'minor':0,'weight':10}],"
                + "'throttleReadBpsDevice':[{'major':8,'minor':0,'rate':1000}],"
                + "'throttleWriteIOPSDevice':[{'major':8,'minor':16,'rate':7}]}}";
        assertThat(v1(json))
                .containsExactly(
                        "blkio.bfq.weight=500",
                        "blkio.bfq.weight_device=8:0 10",
                        "blkio.throttle.read_bps_device=8:0 1000",
                        "blkio.throttle.write_iops_device=8:16 7");
        assertThat(v2(json))
                .containsExactly(
                        "io.bfq.weight=500", "io.bfq.weight=8:0 10", "io.max=8:0 rbps=1000", "io.max=8:16 wiops=7");
        assertThat(SettingsV1.of(resources(json), V1).get(0).choices())
                .extracting(Setting.Choice::file)
                .containsExactly("blkio.bfq.weight", "blkio.weight");
        assertThat(SettingsV2.of(resources(json), V2).get(0).choices())
                .extracting(Setting.Choice::value)
                .containsExactly("500", "default 4950");
    }

    @Test
    void hugePagesAndRdma() {
        String json = "{'hugepageLimits':[{'pageSize':'2MB','limit':4194304}],'rdma':{'mlx5_1':{'hcaHandles':3}}}";
        assertThat(v1(json))
                .containsExactly("hugetlb.2MB.limit_in_bytes=4194304", "rdma.max=mlx5_1 hca_handle=3 hca_object=max");
        assertThat(v2(json)).containsExactly("hugetlb.2MB.max=4194304", "rdma.max=mlx5_1 hca_handle=3 hca_object=max");
        assertThatThrownBy(() -> v2("{'hugepageLimits':[{'pageSize':'../2MB','limit':1}]}"))
                .hasMessageContaining("pageSize");
    }

    @Test
    void filesOfVersion2ByName() {
        assertThat(v2("{'unified':{'memory.high':'4096','io.max':'8:0 rbps=1\\n8:16 wbps=2'}}"))
                .containsExactlyInAnyOrder("memory.high=4096", "io.max=8:0 rbps=1", "io.max=8:16 wbps=2");
        assertThatThrownBy(() -> v2("{'unified':{'cgroup.procs':'1'}}")).hasMessageContaining("cgroup.procs");
    }

    /** SECURITY.md A2 12. */
    @Test
    void aPidsLimitOfZeroIsNotUnlimited() {
        assertThat(v1("{'pids':{'limit':0}}")).containsExactly("pids.max=1");
        assertThat(v2("{'pids':{'limit':0}}")).containsExactly("pids.max=1");
        assertThat(v2("{'pids':{'limit':-1}}")).containsExactly("pids.max=max");
        assertThatThrownBy(() -> SettingsV1.of(Resources.none().withPids(Pids.of(-2)), V1))
                .hasMessageContaining("pids.limit");
    }

    @Test
    void swapIsCountedWithMemoryAndNeedsALimit() {
        for (Memory wrong : List.of(
                Memory.none().withSwap(4096),
                Memory.none().withLimit(8192).withSwap(4096),
                Memory.none().withLimit(-5))) {
            assertThatThrownBy(() -> SettingsV2.of(Resources.none().withMemory(wrong), V2))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> SettingsV1.of(Resources.none().withMemory(wrong), V1))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    /** CVE-2018-20699: a list of gigabytes of processors. */
    @Test
    void aHugeListOfProcessorsIsRefusedBeforeAnythingIsMade() {
        for (String list : List.of("0-4294967295", "0,".repeat(5000) + "0", "1-0", "a", "0--1", "99999", "")) {
            assertThatThrownBy(() -> CpuList.check("cpus", list)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(CpuList.check("cpus", "0-3,7")).isEqualTo("0-3,7");
    }

    @Property
    void aWeightIsInRangeAndGrowsWithTheShares(@ForAll @LongRange(min = 2, max = 262_143) long shares) {
        assertThat(SettingsV2.weight(shares)).isBetween(1L, 10_000L).isLessThanOrEqualTo(SettingsV2.weight(shares + 1));
    }

    @Test
    void theDefaultSharesAreTheDefaultWeight() {
        assertThat(SettingsV2.weight(2)).isEqualTo(1);
        assertThat(SettingsV2.weight(1024)).isEqualTo(100);
        assertThat(SettingsV2.weight(262_144)).isEqualTo(10_000);
    }
}
