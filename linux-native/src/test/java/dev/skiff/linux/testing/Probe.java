package dev.skiff.linux.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.linux.abi.Architecture;
import dev.skiff.linux.abi.Errno;
import dev.skiff.linux.abi.SyscallTable;
import dev.skiff.oci.runtime.Spec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An attacker: a program that makes any system call, compiled from {@code src/test/c/probe.c} with the compiler that the build
 * needs anyway. Put into the root of a container it tries what no shell can.
 */
public final class Probe {
    private static final Path SOURCE = Path.of("src/test/c/probe.c");
    private static final List<String> FLAGS = List.of(
            "-std=gnu11",
            "-Os",
            "-static",
            "-nostdlib",
            "-nostartfiles",
            "-ffreestanding",
            "-fno-pie",
            "-no-pie",
            "-fno-stack-protector",
            "-fno-tree-loop-distribute-patterns",
            "-fno-strict-aliasing");

    /** Where it is in a container. */
    public static final String PATH = "/bin/probe";

    private static final int AT_FDCWD = -100;
    private static final int O_DIRECTORY =
            SyscallTable.host() == SyscallTable.of(Architecture.AARCH64) ? 040000 : 0200000;

    private static Path compiled;

    private final TestContainers containers;

    /** Puts it into the root that these containers share. */
    public Probe(TestContainers containers) throws Exception {
        this.containers = containers;
        Files.copy(compiled(), containers.root().resolve(PATH.substring(1)));
    }

    /** Once for all tests. */
    private static synchronized Path compiled() throws Exception {
        if (compiled == null) {
            Path program = Files.createTempDirectory("skiff-probe").resolve("probe");
            program.getParent().toFile().deleteOnExit();
            program.toFile().deleteOnExit();
            List<String> command = new ArrayList<>(List.of("cc"));
            command.addAll(FLAGS);
            command.addAll(List.of("-o", program.toString(), SOURCE.toString()));
            Process compiler =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (compiler.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + ": " + said);
            }
            compiled = program;
        }
        return compiled;
    }

    /** One step of an attack, as {@code probe.c} reads it. */
    public record Step(List<String> words) {}

    /** A call by its name, with arguments as {@code probe.c} describes them. */
    public static Step call(String name, Object... arguments) {
        return step("native", SyscallTable.host().number(name), arguments);
    }

    /** A call as a 32-bit program would make it. */
    public static Step i386(String name, Object... arguments) {
        return step("i386", SyscallTable.of(Architecture.X86).number(name), arguments);
    }

    /** A call as a program with 32-bit pointers would make it. */
    public static Step x32(String name, Object... arguments) {
        return step("native", SyscallTable.of(Architecture.X32).number(name), arguments);
    }

    private static Step step(String abi, int number, Object... arguments) {
        List<String> words = new ArrayList<>(List.of(abi, Integer.toString(number)));
        Arrays.stream(arguments).map(Object::toString).forEach(words::add);
        return new Step(words);
    }

    /** Shows what the calls before it have written to the memory that they share. */
    public static Step print() {
        return new Step(List.of("print"));
    }

    /** A program that makes these calls in turn. */
    public static List<String> command(Step... steps) {
        List<String> command = new ArrayList<>(List.of(PATH));
        for (Step step : steps) {
            if (command.size() > 1) {
                command.add(",");
            }
            command.addAll(step.words());
        }
        return command;
    }

    /** What these calls return in a container with the defaults, one line for each. */
    public List<String> run(Step... steps) throws Exception {
        return run(containers.spec(""), steps);
    }

    /** What these calls return in that container. */
    public List<String> run(Spec spec, Step... steps) throws Exception {
        return containers
                .run(spec.withProcess(spec.process().orElseThrow().withArgs(command(steps))))
                .lines();
    }

    /** Climbs by {@code ..} from a second chroot, and sees that what is there is the container's own root. */
    public void assertNoWayOutOfAChroot(Spec spec) throws Exception {
        String hostFile = containers.root().resolve("bin/busybox").toString();
        List<String> seen = run(
                spec,
                call("mkdirat", AT_FDCWD, "s:/x", 0700),
                call("openat", AT_FDCWD, "s:/", O_DIRECTORY),
                call("chroot", "s:/x"),
                call("fchdir", "=1"),
                call("chdir", "s:../../../../../../../../.."),
                call("chroot", "s:."),
                call("openat", AT_FDCWD, "s:" + PATH, 0),
                call("openat", AT_FDCWD, "s:" + hostFile, 0));
        assertThat(seen.subList(2, 6)).containsOnly("0");
        assertThat(Integer.parseInt(seen.get(6))).as("the container's own root").isPositive();
        assertThat(seen.get(7)).as(hostFile).isEqualTo("-" + Errno.ENOENT.number());
    }
}
