package dev.skiff.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.ChildJvm;
import dev.skiff.linux.testing.FilterAgent;
import dev.skiff.linux.testing.KernelTest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** EMFILE in this JVM, at each place where it can be: nothing is left, nobody waits for ever, and the error says where. */
@KernelTest(programs = {BusyboxRoot.BUSYBOX, DescriptorShortageTest.PRLIMIT})
@Timeout(180)
class DescriptorShortageTest {
    static final String PRLIMIT = "/usr/bin/prlimit";

    private Path base;
    private FilterAgent agent;

    @BeforeEach
    void open() throws Exception {
        base = Files.createTempDirectory("skiff-descriptors");
        agent = FilterAgent.at(base.resolve("agent"));
    }

    @AfterEach
    void close() throws Exception {
        agent.close();
        new ProcessBuilder("rm", "-rf", base.toString()).start().waitFor();
    }

    @ParameterizedTest
    @ValueSource(strings = {"spawn", "start"})
    void wantOfADescriptorIsNamedAndLeavesNothing(String what) throws Exception {
        check(what);
    }

    /** Not of an ordinary user: newuidmap(1) is run with the JDK's own means, which lose pipes, and standard input, for want of more. */
    @Test
    @KernelTest(root = true)
    void wantOfADescriptorForANewHostIsNamedAndLeavesNothing() throws Exception {
        check("open");
    }

    private void check(String what) throws Exception {
        Process jvm = ChildJvm.start(
                List.of(PRLIMIT, "--nofile=200:200"),
                List.of(),
                DescriptorShortage.class,
                what,
                Files.createDirectory(base.resolve("containers")).toString(),
                base.resolve("agent").toString());
        List<String> said;
        try (Stream<String> lines = jvm.inputReader(StandardCharsets.UTF_8).lines()) {
            said = lines.toList();
        } finally {
            jvm.destroyForcibly();
        }
        assertThat(jvm.waitFor()).isZero();
        assertThat(said).noneMatch(line -> line.startsWith("bad")).noneMatch(line -> line.startsWith("left"));
        assertThat(said)
                .filteredOn(line -> line.startsWith("failed"))
                .hasSizeGreaterThan(3)
                .allSatisfy(line -> assertThat(line).matches(".*(EMFILE|Too many open files).*"));
        assertThat(said).filteredOn(line -> line.startsWith("ok")).hasSize(3);
    }
}
