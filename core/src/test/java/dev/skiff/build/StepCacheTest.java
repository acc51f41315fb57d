package dev.skiff.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.store.StoredImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What makes COPY, ADD and WORKDIR miss the cache, and what does not: pairs of builds, as observed on the reference. */
class StepCacheTest {
    private static final String COPY = "COPY d /d";

    @TempDir
    private Path directory;

    private Workbench bench;

    @BeforeEach
    void open() throws IOException {
        bench = new Workbench(directory);
        bench.file("d/f", "content").file("other", "x");
        Files.createSymbolicLink(bench.path("d/l"), Path.of("f"));
        bench.build("FROM scratch", COPY);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private void assertHit(String... lines) throws IOException {
        bench.build(lines);
        assertThat(bench.cached()).contains(COPY);
    }

    private void assertMiss(String... lines) throws IOException {
        bench.build(lines);
        assertThat(bench.cached()).doesNotContain(COPY);
    }

    @Test
    void timesOfFilesDoNotCount() throws IOException {
        Files.setLastModifiedTime(bench.path("d/f"), FileTime.from(Instant.EPOCH));
        assertHit("FROM scratch", COPY);
    }

    @Test
    void otherFilesOfTheContextDoNotCount() throws IOException {
        bench.file("other", "changed").file("new", "");
        assertHit("FROM scratch", COPY);
    }

    @Test
    void contentCounts() throws IOException {
        bench.file("d/f", "CONTENT");
        assertMiss("FROM scratch", COPY);
    }

    @Test
    void modesCount() throws IOException {
        Files.setPosixFilePermissions(bench.path("d/f"), PosixFilePermissions.fromString("rwx--x--x"));
        assertMiss("FROM scratch", COPY);
    }

    @Test
    void targetsOfLinksCount() throws IOException {
        Files.delete(bench.path("d/l"));
        Files.createSymbolicLink(bench.path("d/l"), Path.of("g"));
        assertMiss("FROM scratch", COPY);
    }

    @Test
    void aFileMoreOrUnderAnotherNameCounts() throws IOException {
        bench.file("d/new", "");
        assertMiss("FROM scratch", COPY);
        Files.move(bench.path("d/new"), bench.path("d/newer"));
        assertMiss("FROM scratch", COPY);
    }

    @Test
    void argumentsAndEnvironmentAboveDoNotCount() throws IOException {
        bench.arguments(Map.of("A", "1"));
        assertHit("FROM scratch", "ARG A", "ENV B=2", COPY);
    }

    @Test
    void configurationCommentsAndSpellingDoNotCount() throws IOException {
        bench.build("FROM scratch", "# why", "LABEL a=b", "EXPOSE 80", "CMD [\"x\"]", "USER 5", "copy  d \\", "  /d");
        assertThat(bench.cached()).contains("copy  d /d");
    }

    @Test
    void theWorkingDirectoryCounts() throws IOException {
        assertMiss("FROM scratch", "WORKDIR /w", COPY);
    }

    @Test
    void ownerModeAndDestinationCount() throws IOException {
        bench.build("FROM scratch", "COPY --chown=1 d /d");
        assertThat(bench.cached()).isEmpty();
        bench.build("FROM scratch", "COPY --chmod=700 d /d");
        assertThat(bench.cached()).isEmpty();
        bench.build("FROM scratch", "COPY d /e");
        assertThat(bench.cached()).isEmpty();
    }

    @Test
    void aWorkdirIsKeyedByItsPathAndOwner() throws IOException {
        bench.build("FROM scratch", "WORKDIR /w");
        bench.build("FROM scratch", "WORKDIR /w");
        assertThat(bench.cached()).containsExactly("WORKDIR /w");
        bench.build("FROM scratch", "USER 7", "WORKDIR /w");
        assertThat(bench.cached()).isEmpty();
        bench.build("FROM scratch", "WORKDIR /v");
        assertThat(bench.cached()).isEmpty();
    }

    @Test
    void aCopyFromAStageIsKeyedByWhatItTakesAndNotByHowThatCameToBe() throws IOException {
        bench.build("FROM scratch AS a", COPY, "FROM scratch", "COPY --from=a /d/f /g");
        bench.build("FROM scratch AS a", "COPY other /noise", COPY, "FROM scratch", "COPY --from=a /d/f /g");
        assertThat(bench.cached()).containsExactly("COPY --from=a /d/f /g");
    }

    @Test
    void aRebuildIsTheSameImageByteForByte() throws IOException {
        String[] lines = {"FROM scratch", "ENV A=1", COPY, "WORKDIR /w", "CMD [\"x\"]"};
        assertThat(bench.build(lines).digest()).isEqualTo(bench.build(lines).digest());
    }

    @Test
    void withoutTheCacheEveryStepIsDone() {
        StoredImage image = bench.build(BuildRequest.of(bench.path(".")).withNoCache());

        assertThat(bench.cached()).isEmpty();
        assertThat(image.layers()).hasSize(1);
    }

    @Test
    void whatIsInACacheButNotOnTheDiskIsMadeAgain() throws IOException {
        StoredImage image = bench.build("FROM scratch", COPY);
        Path layer = image.layers().get(0).directory().getParent();
        Files.move(layer, directory.resolve("taken"));
        assertMiss("FROM scratch", COPY);
    }
}
