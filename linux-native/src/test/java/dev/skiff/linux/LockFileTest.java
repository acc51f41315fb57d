package dev.skiff.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LockFileTest {
    private static final Duration AT_ONCE = Duration.ofMillis(30);
    private static final Duration LONG = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    Path path;

    @BeforeEach
    void name() {
        path = folder.resolve("lock");
    }

    @Test
    void anExclusiveLockKeepsOthersOutUntilItIsClosed() {
        LockFile first = LockFile.tryExclusive(path).orElseThrow();
        assertThat(LockFile.tryExclusive(path)).isEmpty();
        assertThat(LockFile.tryShared(path)).isEmpty();
        first.close();
        first.close();
        try (LockFile next = LockFile.tryExclusive(path).orElseThrow()) {
            assertThat(next).isNotNull();
        }
    }

    @Test
    void sharedLocksGoTogetherAndKeepAnExclusiveOneOut() {
        try (LockFile one = LockFile.tryShared(path).orElseThrow();
                LockFile other = LockFile.tryShared(path).orElseThrow()) {
            assertThat(one).isNotSameAs(other);
            assertThat(LockFile.tryExclusive(path)).isEmpty();
        }
        LockFile.tryExclusive(path).orElseThrow().close();
    }

    @Test
    void readingTheFileInTheSameJvmDoesNotLoseTheLock() throws IOException {
        try (LockFile held = LockFile.tryExclusive(path).orElseThrow()) {
            assertThat(Files.readAllBytes(path)).isEmpty();
            assertThat(LockFile.tryExclusive(path)).isEmpty();
            assertThat(held).isNotNull();
        }
    }

    @Test
    void theTimeOutSaysWhoHoldsIt() {
        try (LockFile held = LockFile.tryExclusive(path).orElseThrow()) {
            assertThatThrownBy(() -> LockFile.shared(path, AT_ONCE))
                    .isInstanceOf(LockTimeoutException.class)
                    .hasMessage("lock " + path + ": held by this JVM, still after 30 ms");
            assertThat(held).isNotNull();
        }
    }

    @Test
    void anotherProcessIsKeptOutAndItsDeathFreesTheLock() throws Exception {
        Files.createFile(path);
        Process holder = new ProcessBuilder("flock", path.toString(), "sh", "-c", "echo held; exec sleep 60")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(holder.inputReader().readLine()).isEqualTo("held");
        assertThatThrownBy(() -> LockFile.exclusive(path, AT_ONCE)).hasMessageContaining("held by process ");
        holder.descendants().forEach(ProcessHandle::destroyForcibly);
        holder.destroyForcibly();
        LockFile.exclusive(path, LONG).close();
    }

    @Test
    void whoWaitsGetsItOnceItIsFree() throws Exception {
        LockFile held = LockFile.tryExclusive(path).orElseThrow();
        CompletableFuture<LockFile> waiting = CompletableFuture.supplyAsync(() -> {
            try {
                return LockFile.exclusive(path, LONG);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        Thread.sleep(20);
        assertThat(waiting).isNotDone();
        held.close();
        waiting.get(10, TimeUnit.SECONDS).close();
    }

    @Test
    void anInterruptEndsTheWait() throws Exception {
        try (LockFile held = LockFile.tryExclusive(path).orElseThrow()) {
            CountDownLatch interrupted = new CountDownLatch(1);
            Thread waiting = new Thread(() -> {
                try {
                    LockFile.exclusive(path, LONG).close();
                } catch (InterruptedException e) {
                    interrupted.countDown();
                }
            });
            waiting.start();
            waiting.interrupt();
            assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(held).isNotNull();
        }
    }

    @Test
    void aLockFileThatIsRemovedAndMadeAnewFoolsNobody() throws Exception {
        AtomicInteger inside = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            CompletableFuture<?>[] all = new CompletableFuture<?>[4];
            for (int i = 0; i < all.length; i++) {
                all[i] = CompletableFuture.runAsync(() -> lockAndRemove(inside), threads);
            }
            CompletableFuture.allOf(all).get(60, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        } finally {
            threads.shutdownNow();
        }
    }

    private void lockAndRemove(AtomicInteger inside) {
        for (int i = 0; i < 300; i++) {
            try (LockFile held = LockFile.exclusive(path, LONG)) {
                assertThat(held).isNotNull();
                assertThat(inside.incrementAndGet()).isEqualTo(1);
                inside.decrementAndGet();
                Files.deleteIfExists(path); // from here on it protects nothing
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Test
    void aLinkIsNotFollowedAndTheFileIsPrivate() throws IOException {
        Path elsewhere = folder.resolve("elsewhere");
        Files.createSymbolicLink(path, elsewhere);
        assertThatThrownBy(() -> LockFile.tryExclusive(path))
                .isInstanceOfSatisfying(
                        SyscallException.class, e -> assertThat(e.errno()).isEqualTo("ELOOP"));
        assertThat(elsewhere).doesNotExist();
        Files.delete(path);
        LockFile.tryExclusive(path).orElseThrow().close();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");
    }

    @Test
    void aFifoInPlaceOfTheFileIsRefusedAndHangsNobody() throws Exception {
        assertThat(new ProcessBuilder("mkfifo", path.toString()).start().waitFor())
                .isZero();
        assertThatThrownBy(() -> LockFile.tryExclusive(path)).hasMessageContaining("no regular file");
    }
}
