package dev.skiff.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.DockerfileException;
import dev.skiff.store.StoredImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code --chmod} does to files and directories. */
class ChmodTest {
    @TempDir
    private Path directory;

    private Workbench bench;

    @BeforeEach
    void open() throws IOException {
        bench = new Workbench(directory);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private void mode(String path, String permissions) throws IOException {
        Files.setPosixFilePermissions(bench.path(path), PosixFilePermissions.fromString(permissions));
    }

    @Test
    void anOctalModeIsForFilesAndDirectoriesAlikeAndWhatItMakesHasNoSpecialBits() throws IOException {
        bench.file("s/sub/f", "");

        StoredImage image = bench.build("FROM scratch", "COPY --chmod=4750 s /made/d");

        assertThat(Workbench.top(image))
                .containsExactly("750 0:0 made", "750 0:0 made/d", "4750 0:0 made/d/sub", "4750 0:0 made/d/sub/f");
    }

    @Test
    void aSymbolicModeChangesWhatIsCopiedAndNotWhatIsMadeOnTheWay() throws IOException {
        bench.file("s/sub/plain", "").file("s/sub/tool", "");
        mode("s/sub", "rwx------");
        mode("s/sub/plain", "rw-------");
        mode("s/sub/tool", "rwx------");

        StoredImage image = bench.build("FROM scratch", "COPY --chmod=u=rwX,go=rX s /made/d");

        assertThat(Workbench.top(image))
                .containsExactly(
                        "755 0:0 made",
                        "755 0:0 made/d",
                        "755 0:0 made/d/sub",
                        "644 0:0 made/d/sub/plain",
                        "755 0:0 made/d/sub/tool");
    }

    @Test
    void linksAreLeftAlone() throws IOException {
        bench.file("s/f", "");
        Files.createSymbolicLink(bench.path("s/link"), Path.of("f"));

        StoredImage image = bench.build("FROM scratch", "COPY --chmod=go-r s /d");

        assertThat(Workbench.get(image, "d/link").metadata().permissions()).isEqualTo(0777);
    }

    @Test
    void variablesArePutIn() throws IOException {
        bench.file("f", "");

        StoredImage image =
                bench.build("FROM scratch", "ARG m=a+x", "ARG o=600", "COPY --chmod=$m f /a", "COPY --chmod=$o f /b");

        assertThat(Workbench.get(image, "a").metadata().permissions() & 0111).isEqualTo(0111);
        assertThat(Workbench.get(image, "b").metadata().permissions()).isEqualTo(0600);
    }

    @ParameterizedTest
    @ValueSource(strings = {"888", "10000", "u~x", "z+x", "u+q", "+x,,a-w", "rwx", "u", "-1", "0x1ff"})
    void whatIsNoModeIsAnErrorAtItsPlace(String mode) throws IOException {
        bench.file("f", "");

        assertThatThrownBy(() -> bench.build("FROM scratch", "COPY --chmod=" + mode + " f /"))
                .isInstanceOfSatisfying(
                        DockerfileException.class, e -> assertThat(e.line()).isEqualTo(2))
                .hasMessageContaining(
                        "invalid chmod parameter: '" + mode + "'. it should be octal string and between 0 and 07777");
    }

    @Test
    void aModeOfAMegabyteIsRefusedInNoTime() throws IOException {
        bench.file("f", "");

        assertThatThrownBy(() -> bench.build("FROM scratch", "COPY --chmod=" + "+".repeat(60_000) + " f /"))
                .isInstanceOf(DockerfileException.class)
                .hasMessageContaining("invalid chmod parameter");
    }
}
