package dev.skiff.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.ChildJvm;
import dev.skiff.linux.testing.KernelTest;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A JVM that can make no thread: a container that needs one is ended, and whoever waits for it is told. */
@KernelTest(programs = {BusyboxRoot.BUSYBOX, ThreadShortageTest.PRLIMIT})
@Timeout(120)
class ThreadShortageTest {
    static final String PRLIMIT = "/usr/bin/prlimit";
    private static final long STACK_KIB = 64 * 1024L; // more than the C library keeps of threads that have ended
    private static final long LESS_THAN_A_STACK = 32 << 20; // in bytes

    @ParameterizedTest
    @ValueSource(strings = {"createRuntime", "poststart"})
    void aContainerWhoseHookWouldNeedAThreadIsEndedAndSaysSo(String hook, @TempDir Path base) throws Exception {
        Process jvm = ChildJvm.start(
                List.of(),
                List.of("-XX:ThreadStackSize=" + STACK_KIB),
                ThreadShortage.class,
                base.resolve("containers").toString(),
                hook);
        try (BufferedReader out = jvm.inputReader(StandardCharsets.UTF_8)) {
            assertThat(untilReady(out)).isEmpty();
            limit(jvm, Long.toString(addressSpace(jvm) + LESS_THAN_A_STACK));
            goOn(jvm);
            List<String> said = untilReady(out);
            limit(jvm, "unlimited");
            goOn(jvm);
            assertThat(said)
                    .anySatisfy(line -> assertThat(line).startsWith("started: java.lang.OutOfMemoryError"))
                    .anySatisfy(line -> assertThat(line).startsWith("gone: ").contains("no thread can be made"));
            assertThat(jvm.waitFor()).isZero();
        } finally {
            jvm.destroyForcibly();
        }
    }

    private static List<String> untilReady(BufferedReader out) throws IOException {
        List<String> said = new ArrayList<>();
        for (String line = out.readLine(); line != null && !line.equals("ready"); line = out.readLine()) {
            said.add(line);
        }
        return said;
    }

    private static void goOn(Process jvm) throws IOException {
        jvm.getOutputStream().write('\n');
        jvm.getOutputStream().flush();
    }

    /** The soft limit alone, which can be raised again. */
    private static void limit(Process jvm, String bytes) throws Exception {
        Process limiting = new ProcessBuilder(PRLIMIT, "--pid", Long.toString(jvm.pid()), "--as=" + bytes + ":")
                .inheritIO()
                .start();
        assertThat(limiting.waitFor()).isZero();
    }

    private static long addressSpace(Process jvm) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + jvm.pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmSize:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
                .findFirst()
                .orElseThrow();
    }
}
