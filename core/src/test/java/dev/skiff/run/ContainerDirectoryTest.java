package dev.skiff.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.linux.LockFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class ContainerDirectoryTest {
    private static final String ID = "0123456789abcdef0123456789abcdef";

    @TempDir
    private Path containers;

    /** Another JVM that sweeps sees the file of the lock before it is locked, and takes it for what a dead one has left. */
    @Test
    void aSweepThatIsFasterIsWaitedFor() throws Exception {
        Path lock = containers.resolve(ID + ".lock");
        LockFile sweep = LockFile.tryExclusive(lock).orElseThrow();
        CompletableFuture<ContainerDirectory> made = new CompletableFuture<>();
        Thread maker = new Thread(() -> {
            try {
                made.complete(ContainerDirectory.create(containers, ID));
            } catch (Throwable t) {
                made.completeExceptionally(t);
            }
        });
        maker.start();
        while (maker.getState() != Thread.State.TIMED_WAITING && !made.isDone()) {
            Thread.onSpinWait();
        }
        Files.delete(lock);
        sweep.close();

        assertThat(made.get(20, TimeUnit.SECONDS).path()).isDirectory();
        assertThat(LockFile.tryExclusive(lock)).isEmpty();
        made.get().leave();
    }
}
