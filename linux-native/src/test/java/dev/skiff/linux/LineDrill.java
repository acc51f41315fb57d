package dev.skiff.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.linux.program.LineText;
import dev.skiff.linux.testing.HostState;
import dev.skiff.linux.testing.Spin;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What is claimed of each line of a program that fails; in a build it is one in ten, drawn by lot. */
final class LineDrill {
    /** {@code -Dskiff.lines=1} is for all of them, which takes a minute. */
    private static final int EACH = Integer.getInteger("skiff.lines", 10);

    static final boolean ALL = EACH == 1;
    private static final int SECONDS = 20;

    private LineDrill() {}

    /** Those of a program of that size that are tried. */
    static IntStream some(int size) {
        int first = new Random().nextInt(EACH);
        return IntStream.range(0, size).filter(line -> line % EACH == first % EACH);
    }

    /** It says which line, in the words that this has. */
    static void assertTold(@Nullable Throwable failure, LineText line, int number) {
        Throwable told = failure instanceof ExecException exec ? exec.getCause() : failure;
        assertThat(told).as("line " + number + ", " + line).isInstanceOf(SyscallException.class);
        assertThat(told).hasMessageContaining(line.call()).hasMessageContaining("EIO");
        assertThat(told).hasMessageStartingWith(line.purpose());
    }

    /** What the JVM does for a container that ends on the way, ends a moment later. */
    static void assertIsAgain(HostState before, String line) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (!HostState.quiet().equals(before) && System.nanoTime() < deadline) {
            Spin.once();
        }
        assertThat(HostState.quiet()).as(line).isEqualTo(before);
    }
}
