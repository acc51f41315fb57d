package dev.skiff.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.linux.LinuxHost;
import dev.skiff.linux.LockFile;
import dev.skiff.linux.testing.KernelTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is there of a volume when somebody fails, or dies, as it is filled, made or removed. */
@KernelTest
@Timeout(60)
class StoredVolumeKernelTest {
    @TempDir
    private Path home;

    private LinuxHost host;
    private VolumeStore volumes;

    @BeforeEach
    void open() {
        host = LinuxHost.open();
        volumes = new VolumeStore(home, () -> host);
    }

    @AfterEach
    void close() {
        host.close();
    }

    @Test
    void oneThatIsHalfFilledIsEmptyAndFilledByTheNext() throws Exception {
        StoredVolume volume = volumes.create("data");
        assertThatThrownBy(() -> volume.use(data -> {
                    Files.createDirectories(data.resolve("half/of/it"));
                    throw new IOException("no space");
                }))
                .hasMessage("no space");
        assertThat(volume.data()).isEmptyDirectory();

        volume.use(data -> Files.exists(Files.createFile(data.resolve("whole"))))
                .close();

        assertThat(volume.data().toFile().list()).containsExactly("whole");
        assertThat(volume.path().toFile().list()).containsExactly("data");
    }

    @Test
    void oneThatAnImageHasNothingForStaysAsItIs() throws Exception {
        StoredVolume volume = volumes.create("data");
        Object before = Files.getAttribute(volume.data(), "unix:ino");

        volume.use(data -> false).close();

        assertThat(Files.getAttribute(volume.data(), "unix:ino")).isEqualTo(before);
        assertThat(volume.path().toFile().list()).containsExactly("data");
    }

    /** Who removes the file of a lock that another has lets a third one in. */
    @Test
    void theLockOfOneThatIsGoneStaysWithWhoeverHasIt() {
        StoredVolume volume = volumes.create("data");
        volume.remove();
        Path lock = home.resolve("volumes/data.lock");
        LockFile.tryShared(lock).ifPresent(other -> {
            assertThatThrownBy(() -> volume.use(data -> false)).hasMessageContaining("no volume data");
            assertThat(lock).exists();
            other.close();
        });
        assertThatThrownBy(() -> volume.use(data -> false)).hasMessageContaining("no volume data");
        assertThat(lock).doesNotExist();
    }

    @Test
    void whatDeadJvmsHaveLeftIsRemovedAtTheNextOpening() throws IOException {
        StoredVolume volume = volumes.create("data");
        Path directory = volume.path().getParent();
        Files.createDirectories(directory.resolve(".gone-1/data/files"));
        Path old = Files.createDirectories(directory.resolve(".new-1/data")).getParent();
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofDays(3))));
        Path fresh = Files.createDirectories(directory.resolve(".new-2/data")).getParent();

        volumes.sweep();

        assertThat(directory.toFile().list())
                .containsExactlyInAnyOrder("data", fresh.getFileName().toString());
    }
}
