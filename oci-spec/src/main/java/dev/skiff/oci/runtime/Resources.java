package dev.skiff.oci.runtime;

import dev.skiff.oci.JsonField;
import dev.skiff.oci.UnknownFields;
import dev.skiff.oci.internal.Copies;
import dev.skiff.oci.internal.Records;
import dev.skiff.oci.internal.Texts;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the container may use, set in its cgroup.
 *
 * @param rdma by the name of the device
 * @param unified files of cgroup v2 and what is written to them
 */
public record Resources(
        List<DeviceRule> devices,
        Optional<Memory> memory,
        Optional<Cpu> cpu,
        Optional<Pids> pids,
        @JsonField("blockIO") Optional<BlockIo> blockIo,
        List<HugepageLimit> hugepageLimits,
        Optional<NetworkClass> network,
        Map<String, Rdma> rdma,
        Map<String, String> unified,
        UnknownFields extra) {
    public Resources {
        devices = Copies.list(devices);
        hugepageLimits = Copies.list(hugepageLimits);
        rdma = Copies.map(rdma);
        unified = Copies.map(unified);
        unified.keySet().forEach(file -> {
            if (file.contains("/") || file.contains("\0") || !file.contains(".")) {
                throw new IllegalArgumentException(
                        "unified names files such as memory.high, got " + Texts.excerpt(file));
            }
        });
    }

    /** Without limits. */
    public static Resources none() {
        return new Resources(
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Map.of(),
                Map.of(),
                UnknownFields.none());
    }

    public Resources withDevices(List<DeviceRule> devices) {
        return Records.with(this, "devices", devices);
    }

    public Resources withMemory(Memory memory) {
        return Records.with(this, "memory", memory);
    }

    public Resources withCpu(Cpu cpu) {
        return Records.with(this, "cpu", cpu);
    }

    public Resources withPids(Pids pids) {
        return Records.with(this, "pids", pids);
    }

    public Resources withBlockIo(BlockIo blockIo) {
        return Records.with(this, "blockIo", blockIo);
    }

    public Resources withUnified(Map<String, String> unified) {
        return Records.with(this, "unified", unified);
    }
}
