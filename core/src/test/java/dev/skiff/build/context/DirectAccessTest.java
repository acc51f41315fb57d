package dev.skiff.build.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.linux.RawPath;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectAccessTest extends HostTreeContract {
    @TempDir
    private Path directory;

    @Override
    FileAccess access(Path directory) {
        return DirectAccess.to(directory).orElseThrow();
    }

    @Test
    void whatIsFoundIsWhatTheJdkFinds() throws Exception {
        Process making = new ProcessBuilder(
                        "sh",
                        "-c",
                        "echo x > file; ln file twin; mkdir d; ln -s nowhere link; mkfifo fifo; chmod 4751 file;"
                                + " touch -d 1960-01-01T00:00:00.5Z old; for i in $(seq 3000); do echo > d/$i; done")
                .directory(directory.toFile())
                .start();
        assertThat(making.waitFor()).isZero();

        for (RawPath path : new RawPath[] {RawPath.ROOT, RawPath.of("d")}) {
            assertThat(list(access(directory), path)).isNotEmpty().isEqualTo(list(new PathAccess(directory), path));
        }
    }

    @Test
    void devicesAreWhatTheJdkFinds() throws IOException {
        Path devices = Path.of("/dev");
        for (String name : new String[] {"null", "zero", "tty"}) {
            RawPath path = RawPath.of(name);
            assertThat(access(devices).look(path, false)).isEqualTo(new PathAccess(devices).look(path, false));
        }
    }

    private static Map<RawPath, HostFile> list(FileAccess access, RawPath path) throws IOException {
        Map<RawPath, HostFile> found = new TreeMap<>();
        access.list(path, found::put);
        return found;
    }

    @Test
    void anInterruptEndsTheReadingBetweenTwoFiles() throws IOException {
        Files.writeString(directory.resolve("f"), "content");
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> access(directory).read(RawPath.of("f"), new byte[7], 0, 7))
                    .isInstanceOf(ClosedByInterruptException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }
}
