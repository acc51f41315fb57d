package dev.skiff.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.store.StoredImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code COPY --link}: a layer that is made as on top of nothing and then stacked. */
class LinkCopyTest {
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

    @Test
    void linksInTheDestinationAreNotFollowedButReplacedByDirectories() throws IOException {
        bench.file("f", "x").file("tree/real/old", "");
        Files.createSymbolicLink(bench.path("tree/way"), Path.of("real"));

        StoredImage image = bench.build("FROM scratch", "COPY tree /", "COPY --link f /way/f");

        assertThat(Workbench.get(image, "way").isDirectory()).isTrue();
        assertThat(bench.content(image, "way/f")).isEqualTo("x");
        assertThat(Workbench.find(image, "real/f")).isEmpty();
    }

    @Test
    void withAModeTheFlagMeansNothingSoLinksInTheDestinationAreFollowed() throws IOException {
        bench.file("f", "x").file("tree/real/old", "");
        Files.createSymbolicLink(bench.path("tree/way"), Path.of("real"));

        StoredImage image = bench.build("FROM scratch", "COPY tree /", "COPY --link --chmod=755 f /way/f");

        assertThat(Workbench.get(image, "way").isDirectory()).isFalse();
        assertThat(bench.content(image, "real/f")).isEqualTo("x");
    }

    @Test
    void directoriesOnTheWayAreListedAsNewOnes() throws IOException {
        bench.file("f", "");

        StoredImage image = bench.build("FROM scratch", "COPY --chown=5 --chmod=700 f /a/b/f", "COPY --link f /a/b/g");

        assertThat(Workbench.top(image))
                .extracting(line -> line.split(" ", 2)[1])
                .containsExactly("0:0 a", "0:0 a/b", "0:0 a/b/g");
        assertThat(Workbench.get(image, "a").metadata().permissions()).isEqualTo(0755);
        assertThat(Workbench.find(image, "a/b/f")).isPresent();
    }

    @Test
    void theCacheIsIndependentOfWhatIsBelow() throws IOException {
        bench.file("f", "").file("below", "1");
        bench.build("FROM scratch", "COPY below /below", "COPY --link f /d/");

        bench.file("below", "2").build("FROM scratch", "COPY below /below", "COPY --link f /d/");

        assertThat(bench.cached()).containsExactly("COPY --link f /d/");
    }

    @Test
    void whatComesAfterItStillDependsOnWhatIsBelow() throws IOException {
        bench.file("f", "").file("below", "1");
        bench.build("FROM scratch", "COPY below /below", "COPY --link f /d/", "WORKDIR /w");

        bench.file("below", "2").build("FROM scratch", "COPY below /below", "COPY --link f /d/", "WORKDIR /w");

        assertThat(bench.cached()).containsExactly("COPY --link f /d/");
    }

    @Test
    void aLinkedCopyIsAnotherStepThanACopy() throws IOException {
        bench.file("f", "");
        bench.build("FROM scratch", "COPY f /d/");

        bench.build("FROM scratch", "COPY --link f /d/");

        assertThat(bench.cached()).isEmpty();
    }

    @Test
    void namesOfOwnersAreThoseOfTheStage() throws IOException {
        bench.file("etc/passwd", "web:x:33:44::/:/bin/sh\n").file("f", "");

        StoredImage image = bench.build("FROM scratch", "COPY etc /etc", "COPY --link --chown=web f /f");

        assertThat(Workbench.get(image, "f").metadata().uid()).isEqualTo(33);
        assertThat(Workbench.get(image, "f").metadata().gid()).isEqualTo(44);
    }

    @Test
    void aFileReplacesADirectoryOfTheLayersBelow() throws IOException {
        bench.file("d/inner", "").file("f", "x");

        StoredImage image = bench.build("FROM scratch", "COPY d /x", "COPY --link f /x");

        assertThat(bench.content(image, "x")).isEqualTo("x");
        assertThat(Workbench.find(image, "x/inner")).isEmpty();
    }

    @Test
    void historyDoesNotShowTheFlag() throws IOException {
        bench.file("f", "");

        StoredImage image = bench.build("FROM scratch", "COPY --link f /f");

        assertThat(Workbench.history(image)).containsExactly("+ COPY f /f # buildkit");
    }
}
