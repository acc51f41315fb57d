package dev.skiff.linux.libc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.linux.abi.SyscallTable;
import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.linux.testing.TestContainers;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** A JVM that runs under a debugger has no randomised addresses; its containers have (personality(2), SECURITY.md A3). */
@KernelTest(programs = BusyboxRoot.BUSYBOX)
class PersonalityTest {
    private static final int ADDR_NO_RANDOMIZE = 0x0040000;

    private static long personality(long wanted) {
        return Libc.syscall(SyscallTable.host().number("personality"), wanted, 0, 0, 0);
    }

    @Test
    void aContainerHasAPersonalityOfItsOwn() throws Exception {
        long before = personality(ADDR_NO_RANDOMIZE); // of this thread, and of what it spawns
        try (TestContainers containers = new TestContainers(Files.createTempDirectory("skiff-personality"))) {
            assertThat(personality(0xffffffffL)).isEqualTo(ADDR_NO_RANDOMIZE);
            assertThat(containers.run("cat /proc/self/personality").stdout()).isEqualTo("00000000\n");
        } finally {
            personality(before);
        }
    }
}
