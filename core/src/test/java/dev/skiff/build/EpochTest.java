package dev.skiff.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.DockerfileException;
import dev.skiff.build.context.TarSource;
import dev.skiff.layer.LayerEntry;
import dev.skiff.layer.Tars;
import dev.skiff.oci.image.History;
import dev.skiff.store.StoredImage;
import dev.skiff.store.StoredLayer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SOURCE_DATE_EPOCH, and what of an image depends on the time at all. */
class EpochTest {
    private static final String[] LINES = {
        "FROM scratch", "ENV A=1", "COPY d /d", "WORKDIR /w", "COPY <<EOF /made", "x", "EOF", "CMD [\"x\"]"
    };

    @TempDir
    private Path directory;

    private Workbench bench;

    @BeforeEach
    void open() throws IOException {
        bench = bench("one");
    }

    private Workbench bench(String name) throws IOException {
        Workbench made = new Workbench(Files.createDirectory(directory.resolve(name)));
        made.file("d/old", "old").file("d/new", "new");
        Files.setLastModifiedTime(made.path("d/old"), FileTime.from(Instant.ofEpochSecond(500)));
        return made;
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private static BuildRequest request(Workbench bench, String... lines) throws IOException {
        Files.writeString(bench.path("Dockerfile"), String.join("\n", lines) + "\n");
        return BuildRequest.of(bench.path("."));
    }

    @Test
    void noTimeInConfigHistoryAndLayersIsLaterAndEarlierOnesStay() throws IOException {
        StoredImage image = bench.build(request(bench, LINES).plusArgument("SOURCE_DATE_EPOCH", "1000"));

        Instant epoch = Instant.ofEpochSecond(1000);
        assertThat(image.config().created()).contains(epoch);
        assertThat(image.config().history()).extracting(History::created).containsOnly(Optional.of(epoch));
        for (StoredLayer layer : image.layers()) {
            assertThat(layer.index().entries())
                    .allSatisfy(
                            entry -> assertThat(entry.metadata().mtimeSeconds()).isLessThanOrEqualTo(1000));
        }
        assertThat(Workbench.get(image, "d/old").metadata().mtimeSeconds()).isEqualTo(500);
        assertThat(Workbench.get(image, "d/new").metadata().mtimeSeconds()).isEqualTo(1000);
        assertThat(Workbench.get(image, "w").metadata().mtimeSeconds()).isEqualTo(1000);
    }

    @Test
    void theSameBuildInTwoStoresIsTheSameImage() throws IOException {
        try (Workbench other = bench("other")) {
            other.build(request(other, LINES)); // what is cached without the epoch is of no use with it
            StoredImage here = bench.build(request(bench, LINES).plusArgument("SOURCE_DATE_EPOCH", "1000"));
            StoredImage there = other.build(request(other, LINES).plusArgument("SOURCE_DATE_EPOCH", "1000"));

            assertThat(there.digest()).isEqualTo(here.digest());
        }
    }

    @Test
    void withoutItEverythingButTimesIsTheSame() throws IOException {
        try (Workbench other = bench("other")) {
            StoredImage here = bench.build(request(bench, LINES));
            StoredImage there = other.build(request(other, LINES));

            assertThat(Workbench.history(there)).isEqualTo(Workbench.history(here));
            assertThat(there.config().containerConfig()).isEqualTo(here.config().containerConfig());
            for (int i = 0; i < here.layers().size(); i++) {
                assertThat(there.layers().get(i).index().entries().stream().map(EpochTest::withoutTime))
                        .containsExactlyElementsOf(here.layers().get(i).index().entries().stream()
                                .map(EpochTest::withoutTime)
                                .toList());
            }
        }
    }

    private static String withoutTime(LayerEntry entry) {
        return entry.toString() + entry.metadata().size() + entry.content();
    }

    @Test
    void theEnvironmentGivesItAndAnArgumentComesFirst() throws IOException {
        BuildRequest request = request(bench, LINES).withSourceDateEpoch(Optional.of("2000"));

        assertThat(bench.build(request).config().created()).contains(Instant.ofEpochSecond(2000));
        assertThat(bench.build(request.plusArgument("SOURCE_DATE_EPOCH", "1000"))
                        .config()
                        .created())
                .contains(Instant.ofEpochSecond(1000));
        assertThat(bench.warnings()).isEmpty();
    }

    @Test
    void aGlobalArgGivesItAndAStageSeesItWhereItIsDeclared() throws IOException {
        StoredImage image = bench.build(
                "ARG SOURCE_DATE_EPOCH=1000",
                "FROM scratch",
                "ARG SOURCE_DATE_EPOCH",
                "LABEL at=$SOURCE_DATE_EPOCH",
                "WORKDIR /w");

        assertThat(image.config().created()).contains(Instant.ofEpochSecond(1000));
        assertThat(image.config().containerConfig().labels()).isEqualTo(Map.of("at", "1000"));
    }

    @Test
    void whatTheBaseSaysOfItsTimesStays() throws IOException {
        bench.arguments(Map.of("SOURCE_DATE_EPOCH", "3000"));
        bench.tagged("base", "FROM scratch", "WORKDIR /b");
        bench.arguments(Map.of("SOURCE_DATE_EPOCH", "1000"));
        StoredImage image = bench.build("FROM base", "WORKDIR /w");

        assertThat(image.config().history())
                .extracting(line -> line.created().orElseThrow().getEpochSecond())
                .containsExactly(3000L, 1000L);
    }

    @Test
    void anImageWithoutALayerOfItsOwnHasItAsItsTime() throws IOException {
        bench.arguments(Map.of("SOURCE_DATE_EPOCH", "1000"));
        assertThat(bench.build("FROM scratch", "LABEL a=b").config().created()).contains(Instant.ofEpochSecond(1000));
    }

    @ParameterizedTest
    @ValueSource(strings = {"yesterday", "1.5", "-1", "99999999999999"})
    void aBadValueIsAnError(String value) {
        assertThatThrownBy(() -> bench.build(request(bench, LINES).plusArgument("SOURCE_DATE_EPOCH", value)))
                .isInstanceOf(DockerfileException.class)
                .hasMessageContaining("invalid SOURCE_DATE_EPOCH: " + value);
    }

    private static Tars dated(long first, long second) {
        return new Tars()
                .pax("mtime", Long.toString(first))
                .file("d/old", "x")
                .pax("mtime", Long.toString(second))
                .file("d/new", "x");
    }

    private BuildRequest from(String epoch, String... lines) throws IOException {
        Files.writeString(bench.path("Dockerfile"), String.join("\n", lines) + "\n");
        return BuildRequest.of(bench.path("Dockerfile")).plusArgument("SOURCE_DATE_EPOCH", epoch);
    }

    @Test
    void anArchiveAsContextIsAsOldAsItsNewestFile() throws IOException {
        TarSource tar = new TarSource("x.tar", dated(1000, 2000)::stream);
        String[] lines = {"FROM scratch", "ARG SOURCE_DATE_EPOCH", "LABEL epoch=$SOURCE_DATE_EPOCH", "COPY d /d"};

        StoredImage ofContext = bench.build(from("context", lines).withContext(tar));
        StoredImage ofNamed = bench.build(from("source", lines).plusContext("source", new NamedContext.OfFiles(tar)));

        for (StoredImage image : List.of(ofContext, ofNamed)) {
            assertThat(image.config().created()).contains(Instant.ofEpochSecond(2000));
            assertThat(image.config().containerConfig().labels()).containsEntry("epoch", "2000");
        }
        assertThat(Workbench.get(ofContext, "d/old").metadata().mtimeSeconds()).isEqualTo(1000);
    }

    @Test
    void aDirectoryAsContextHasNoTimeOfItsOwn() throws IOException {
        StoredImage image = bench.build(from(
                "context",
                "FROM scratch",
                "ARG SOURCE_DATE_EPOCH",
                "LABEL epoch=[${SOURCE_DATE_EPOCH-unset}]",
                "COPY d /d"));

        assertThat(image.config().containerConfig().labels()).containsEntry("epoch", "[unset]");
        assertThat(image.config().created().orElseThrow()).isAfter(Instant.parse("2020-01-01T00:00:00Z"));
    }

    @Test
    void aStageThatFetchesOneThingIsAsOldAsThat() throws IOException {
        try (WebServer web = new WebServer();
                GitServer git = new GitServer(directory.resolve("served"))) {
            web.page("/f", 200, Map.of("Last-Modified", "Wed, 21 Oct 2015 07:28:00 GMT"), "x")
                    .page("/undated", "x");
            GitServer.commit(git.repository("app.git"), "f", "x");
            String[] lines = {
                "FROM scratch AS Page",
                "ADD " + web.url("/f") + " /",
                "FROM scratch AS repository",
                "ADD " + git.url("app.git") + " /",
                "FROM scratch AS undated",
                "ADD " + web.url("/undated") + " /",
                "FROM scratch AS other",
                "COPY d /d",
                "FROM scratch",
                "COPY d /d"
            };

            assertThat(bench.build(from("page", lines)).config().created())
                    .contains(Instant.parse("2015-10-21T07:28:00Z"));
            assertThat(bench.build(from("repository", lines)).config().created())
                    .contains(Instant.parse("2020-02-02T02:02:02Z"));
            assertThatThrownBy(() -> bench.build(from("undated", lines)))
                    .isInstanceOf(DockerfileException.class)
                    .hasMessageContaining("does not say how old");
            assertThatThrownBy(() -> bench.build(from("other", lines)))
                    .isInstanceOf(DockerfileException.class)
                    .hasMessageContaining("invalid SOURCE_DATE_EPOCH: other");
        }
    }
}
