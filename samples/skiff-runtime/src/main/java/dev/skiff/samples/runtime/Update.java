package dev.skiff.samples.runtime;

import dev.skiff.linux.OciRuntime;
import dev.skiff.oci.Json;
import dev.skiff.oci.runtime.BlockIo;
import dev.skiff.oci.runtime.Cpu;
import dev.skiff.oci.runtime.Memory;
import dev.skiff.oci.runtime.Pids;
import dev.skiff.oci.runtime.Resources;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BiFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Sets other limits. */
@Command(name = "update", description = "Sets other limits for a container; what is not named stays as it is.")
final class Update extends ContainerCommand {
    @Option(
            names = {"-r", "--resources"},
            description =
                    "a file with linux.resources as JSON, or - for the standard input; other options are not heeded")
    private Optional<String> resources = Optional.empty();

    @Option(names = "--blkio-weight", description = "from 10 to 1000")
    private Optional<Integer> blkioWeight = Optional.empty();

    @Option(names = "--cpu-period", description = "in microseconds")
    private Optional<Long> cpuPeriod = Optional.empty();

    @Option(names = "--cpu-quota", description = "in microseconds of a period")
    private Optional<Long> cpuQuota = Optional.empty();

    @Option(
            names = {"--cpu-share", "--cpu-shares"},
            description = "relative to other containers")
    private Optional<Long> cpuShares = Optional.empty();

    @Option(names = "--cpuset-cpus", description = "such as 0-2,4")
    private Optional<String> cpus = Optional.empty();

    @Option(names = "--cpuset-mems", description = "such as 0-2,4")
    private Optional<String> mems = Optional.empty();

    @Option(names = "--memory", description = "in bytes, or with k, m, g; -1 for no limit")
    private Optional<String> memory = Optional.empty();

    @Option(names = "--memory-reservation", description = "the same")
    private Optional<String> reservation = Optional.empty();

    @Option(names = "--memory-swap", description = "the same, of memory and swap together")
    private Optional<String> swap = Optional.empty();

    @Option(names = "--pids-limit", description = "-1 for no limit")
    private Optional<Long> pids = Optional.empty();

    @Override
    int run(OciRuntime open) throws IOException {
        open.update(id, resources.isPresent() ? read(resources.get()) : named());
        return 0;
    }

    private static Resources read(String file) throws IOException {
        if (file.equals("-")) {
            return Json.read(System.in, Resources.class);
        }
        try (InputStream in = Files.newInputStream(Path.of(file))) {
            return Json.read(in, Resources.class);
        }
    }

    private Resources named() {
        Resources all = Resources.none();
        Cpu cpu = with(Cpu.none(), cpuShares, Cpu::withShares);
        cpu = with(with(cpu, cpuQuota, Cpu::withQuota), cpuPeriod, Cpu::withPeriod);
        cpu = with(with(cpu, cpus, Cpu::withCpus), mems, Cpu::withMems);
        Memory bytes = with(Memory.none(), memory.map(Sizes::bytes), Memory::withLimit);
        bytes = with(bytes, reservation.map(Sizes::bytes), Memory::withReservation);
        bytes = with(bytes, swap.map(Sizes::bytes), Memory::withSwap);
        all = cpu.equals(Cpu.none()) ? all : all.withCpu(cpu);
        all = bytes.equals(Memory.none()) ? all : all.withMemory(bytes);
        all = with(all, pids.map(Pids::of), Resources::withPids);
        return with(all, blkioWeight.map(BlockIo.none()::withWeight), Resources::withBlockIo);
    }

    private static <T, V> T with(T whole, Optional<V> part, BiFunction<T, V, T> setter) {
        return part.map(value -> setter.apply(whole, value)).orElse(whole);
    }
}
