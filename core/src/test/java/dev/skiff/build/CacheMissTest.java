package dev.skiff.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.BuildEvent;
import dev.skiff.CacheMiss;
import dev.skiff.store.StoredImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Why a step missed the cache, as pairs of builds. */
class CacheMissTest {
    @TempDir
    private Path directory;

    private Workbench bench;

    @BeforeEach
    void open() throws IOException {
        bench = new Workbench(directory);
        bench.file("d/f", "content").file("d/g", "content");
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void theFirstBuildSaysSo() throws IOException {
        bench.build("FROM scratch", "COPY d /d");

        assertThat(bench.missed()).containsExactly("COPY d /d: not built before");
    }

    @Test
    void theFileThatChangedIsNamedAndTheStepAboveItOnlySaysThatItFollows() throws IOException {
        bench.build("FROM scratch", "COPY d /d", "WORKDIR /w");
        bench.file("d/g", "changed");
        bench.build("FROM scratch", "COPY d /d", "WORKDIR /w");

        assertThat(bench.missed()).containsExactly("COPY d /d: d/g changed", "WORKDIR /w: what is below it changed");
    }

    @Test
    void filesThatAreNewOrGoneAreNamed() throws IOException {
        bench.build("FROM scratch", "COPY d /d");
        bench.file("d/h", "new");
        Files.delete(bench.path("d/f"));
        bench.build("FROM scratch", "COPY d /d");

        assertThat(bench.missed()).containsExactly("COPY d /d: d/f, d/h changed");
    }

    @Test
    void amongManyFilesTheOneThatChangedIsNamed() throws IOException {
        for (int i = 0; i < 200; i++) {
            bench.file("d/many" + i, "content");
        }
        bench.build("FROM scratch", "COPY d /d");
        bench.file("d/many150", "changed");
        bench.build("FROM scratch", "COPY d /d");

        assertThat(bench.missed()).containsExactly("COPY d /d: d/many150 changed");
    }

    @Test
    void aSettingOfTheStepIsNamed() throws IOException {
        bench.arguments(Map.of("OWNER", "1"));
        bench.build("FROM scratch", "ARG OWNER", "COPY --chown=$OWNER d /d");
        bench.arguments(Map.of("OWNER", "2"));
        bench.build("FROM scratch", "ARG OWNER", "COPY --chown=$OWNER d /d");

        assertThat(bench.missed())
                .singleElement()
                .satisfies(why -> assertThat(why).isEqualTo("COPY --chown=$OWNER d /d: --chown changed"));
    }

    @Test
    void noCacheSaysSo() throws IOException {
        bench.build("FROM scratch", "COPY d /d");
        bench.build(BuildRequest.of(bench.path(".")).withNoCache());

        assertThat(bench.missed()).containsExactly("COPY d /d: the cache is not to be used");
    }

    @Test
    void aLayerThatIsGoneSaysSo() throws IOException {
        StoredImage image = bench.build("FROM scratch", "COPY d /d");
        Files.move(image.layers().get(0).directory().getParent(), directory.resolve("taken"));
        bench.build("FROM scratch", "COPY d /d");

        assertThat(bench.missed()).containsExactly("COPY d /d: its layer is not in the store any more");
    }

    @Test
    void equalInstructionsOfOneStageAreToldApart() throws IOException {
        bench.build("FROM scratch", "WORKDIR a", "WORKDIR a");
        bench.build("FROM scratch", "WORKDIR a", "WORKDIR a", "WORKDIR a");

        assertThat(bench.missed()).containsExactly("WORKDIR a: not built before");
    }

    @Test
    void eachStepHasItsEventsInOrder() throws IOException {
        StoredImage image = bench.build("FROM scratch", "COPY d /d");

        assertThat(bench.events()).hasSize(5);
        assertThat(bench.events().get(0)).isEqualTo(new BuildEvent.StepStarted(1, 1, "0", "COPY d /d", 2));
        assertThat(bench.events().get(1))
                .isEqualTo(new BuildEvent.StepMissed(1, new CacheMiss(CacheMiss.Cause.FIRST_BUILD, List.of())));
        long bytes = image.layers().get(0).tarBytes();
        assertThat(bench.events().get(2))
                .isEqualTo(new BuildEvent.LayerWritten(1, image.layers().get(0).diffId(), bytes));
        assertThat(bench.events().get(3))
                .isInstanceOfSatisfying(
                        BuildEvent.StepFinished.class,
                        finished -> assertThat(finished.bytes()).isEqualTo(bytes));
        assertThat(bench.events().get(4))
                .isInstanceOfSatisfying(
                        BuildEvent.BuildFinished.class,
                        finished -> assertThat(finished.image()).contains(image.digest()));
    }

    @Property(tries = 200)
    void whatIsWrittenIsReadAgain(@ForAll List<String> names, @ForAll byte[] part) {
        StepParts.Builder parts = new StepParts.Builder();
        for (String name : names) {
            parts.about(StepParts.Kind.FILE, name);
            parts.add(part);
        }
        assertThat(StepParts.read(parts.build().write())).isEqualTo(Optional.of(parts.build()));
    }

    @Property(tries = 200)
    void anyTextIsPartsOrNothing(@ForAll String text) {
        StepParts.read(text)
                .ifPresent(read -> assertThat(read.changeSince(read)).isEmpty());
    }
}
