package dev.skiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.HostState;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.linux.testing.Signals;
import dev.skiff.linux.testing.Spin;
import dev.skiff.linux.testing.StuckFilesystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A process that waits for a file system that does not answer (state D) cannot be killed: nobody waits for it for ever. */
@KernelTest(programs = BusyboxRoot.BUSYBOX, devices = "/dev/fuse", root = true)
@Timeout(120)
class UnkillableKernelTest {
    private static final int SECONDS = 30;

    private Path base;
    private Path home;
    private StuckFilesystem filesystem;
    private Skiff skiff;
    private Image image;

    @BeforeEach
    void open() throws Exception {
        base = Files.createTempDirectory("skiff-unkillable");
        home = base.resolve("home");
        skiff = Skiff.builder().store(home).open();
        image = TestImages.busybox(skiff);
        filesystem = StuckFilesystem.on(Files.createDirectory(base.resolve("stuck")));
    }

    @AfterEach
    void close() throws Exception {
        filesystem.close();
        skiff.close();
        TestDirectories.remove(base);
    }

    private Container start(String script) {
        return skiff.containers()
                .run(image)
                .mount(base.resolve("stuck"), "/stuck")
                .shell(script)
                .start();
    }

    private long stuck() throws InterruptedException {
        return Objects.requireNonNull(filesystem.stuck().poll(SECONDS, TimeUnit.SECONDS), "nobody asked for the file");
    }

    @Test
    void aStopSaysWhoCannotBeKilledAndTheNextSkiffRemovesWhatIsLeft() throws Exception {
        Container container = start("cat /stuck/file & wait");
        long process = stuck();
        assertThatThrownBy(() -> container.stop(Duration.ZERO))
                .isInstanceOf(SkiffException.class)
                .hasMessageContaining(Long.toString(process))
                .hasMessageContaining("(state D)");
        assertThat(Signals.isThere(process)).isTrue();

        assertThat(skiff.containers().run(image).command("true").await().success())
                .as("others go on")
                .isTrue();
        assertThatThrownBy(skiff::close).isInstanceOf(SkiffException.class).hasMessageContaining("(state D)");

        Skiff.builder().store(home).open().close(); // one who comes meanwhile leaves it, too
        assertThat(containers()).contains(container.id());

        filesystem.letGo();
        while (Signals.isThere(process)) {
            Spin.once();
        }
        skiff = Skiff.builder().store(home).open();
        assertThat(HostState.groups("skiff-" + container.id())).isEmpty();
        assertThat(containers()).isEmpty();
    }

    private List<String> containers() throws IOException {
        try (Stream<Path> files = Files.list(home.resolve("containers"))) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
