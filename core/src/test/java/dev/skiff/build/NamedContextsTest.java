package dev.skiff.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.build.context.DirectorySource;
import dev.skiff.oci.Reference;
import dev.skiff.store.StoredImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Contexts with names, and what they stand for. */
class NamedContextsTest {
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

    private BuildRequest request(String... lines) throws IOException {
        Files.writeString(bench.path("Dockerfile"), String.join("\n", lines) + "\n");
        return BuildRequest.of(bench.path(""));
    }

    private static NamedContext files(String path, String content) {
        return new MemoryFiles().file(path, content).named();
    }

    private static NamedContext unused() {
        return new NamedContext.OfImage(platform -> {
            throw new AssertionError("nobody needs it");
        });
    }

    private StoredImage image(String name, String content) throws IOException {
        return bench.file("in-" + name, content)
                .tagged(name, "FROM scratch", "LABEL from=" + name, "COPY in-" + name + " /f");
    }

    private static NamedContext image(StoredImage image) {
        return new NamedContext.OfImage(platform -> image);
    }

    @Test
    void copyTakesFromADirectoryWithAnIgnoreFileOfItsOwn() throws IOException {
        Path shared = Files.createDirectory(directory.resolve("shared"));
        Files.writeString(shared.resolve("a"), "1");
        Files.writeString(shared.resolve("b"), "2");
        Files.writeString(shared.resolve(".dockerignore"), "b\n.dockerignore\n");
        bench.file(".dockerignore", "a");

        StoredImage image = bench.build(request("FROM scratch", "COPY --from=shared . /")
                .plusContext("shared", new NamedContext.OfFiles(new DirectorySource(shared))));
        assertThat(Workbench.top(image)).containsExactly("644 0:0 a");
    }

    @Test
    void namesAreComparedWithoutRegardToCase() throws IOException {
        StoredImage image =
                bench.build(request("FROM scratch", "COPY --from=SHARED a /").plusContext("Shared", files("a", "1")));

        assertThat(bench.content(image, "a")).isEqualTo("1");
    }

    @Test
    void aStageOfTheNameGivesWayToTheContextAndIsNotBuilt() throws IOException {
        StoredImage image = bench.build(request(
                        "FROM nowhere/none AS assets",
                        "RUN false",
                        "COPY none /",
                        "FROM scratch",
                        "COPY --from=assets a /")
                .plusContext("assets", files("a", "1")));

        assertThat(bench.content(image, "a")).isEqualTo("1");
    }

    @Test
    void aStageBasedOnAStageThatGaveWayBeginsWithTheContext() throws IOException {
        StoredImage base = image("base", "content");
        StoredImage image = bench.build(
                request("FROM scratch AS deps", "FROM deps", "LABEL more=1").plusContext("deps", image(base)));

        assertThat(bench.content(image, "f")).isEqualTo("content");
        assertThat(image.config().containerConfig().labels()).containsEntry("from", "base");
    }

    @Test
    void theContextOfTheStagesOwnNameComesBeforeAnEarlierStageAndTheImage() throws IOException {
        StoredImage own = image("own", "own");
        BuildRequest request = request("FROM scratch AS base", "FROM base AS final");

        StoredImage image = bench.build(request.plusContext("final", image(own)).plusContext("base", unused()));
        assertThat(bench.content(image, "f")).isEqualTo("own");
    }

    @Test
    void anEarlierStageComesBeforeAContextOfTheImagesName() throws IOException {
        bench.file("a", "stage");
        StoredImage image = bench.build(request("FROM scratch AS x", "COPY a /", "FROM x AS y", "FROM y")
                .plusContext("nobody", unused()));

        assertThat(bench.content(image, "a")).isEqualTo("stage");
    }

    @Test
    void anImageOfTheNameIsNotAskedForInAnySpelling() throws IOException {
        NamedContext context = image(image("mine", "content"));
        for (String spelling : List.of(
                "alpine", "alpine:latest", "docker.io/library/alpine", "index.docker.io/library/alpine:latest")) {
            StoredImage image =
                    bench.build(request("FROM " + spelling, "LABEL x=1").plusContext("alpine", context));
            assertThat(bench.content(image, "f")).isEqualTo("content");
        }
    }

    @Test
    void anotherTagIsAnotherImage() throws IOException {
        image("alpine:3", "the real one");
        StoredImage image = bench.build(request("FROM alpine:3", "LABEL x=1").plusContext("alpine", unused()));

        assertThat(bench.content(image, "f")).isEqualTo("the real one");
    }

    @Test
    void aReferenceStandsForAnImageAsFromWouldHaveIt() throws IOException {
        image("other", "content");
        StoredImage image = bench.build(request("FROM scratch", "COPY --from=x f /g")
                .plusContext(
                        "x",
                        new NamedContext.OfReference(Reference.parse("other").toString())));

        assertThat(bench.content(image, "g")).isEqualTo("content");
    }

    @Test
    void scratchIsScratchWhateverTheContexts() throws IOException {
        StoredImage image = bench.build(request("FROM scratch", "LABEL x=1").plusContext("other", unused()));

        assertThat(image.layers()).isEmpty();
    }

    @Test
    void filesAreALayerForAStageThatIsBasedOnThem() throws IOException {
        NamedContext files = new MemoryFiles()
                .file("etc/conf", "x")
                .file("bin/run", "y", 0755)
                .named();
        BuildRequest request = request("FROM rootfs", "LABEL x=1").plusContext("rootfs", files);
        StoredImage image = bench.build(request);

        assertThat(Workbench.top(image))
                .containsExactly("755 0:0 bin", "755 0:0 bin/run", "755 0:0 etc", "644 0:0 etc/conf");
        assertThat(Workbench.history(image)).containsExactly("+ [context rootfs] load from client", "LABEL x=1");
        bench.build(request);
        assertThat(bench.cached()).containsExactly("FROM rootfs");
    }

    @Test
    void theTargetItselfMayBeAContext() throws IOException {
        StoredImage image = bench.build(
                request("FROM scratch AS a", "RUN false").withTarget("a").plusContext("a", files("f", "1")));

        assertThat(Workbench.top(image)).containsExactly("644 0:0 f");
    }

    @Test
    void aContextThatNoStageOfTheTargetNeedsIsNotOpened() throws IOException {
        Path none = directory.resolve("none");
        NamedContext missing = new NamedContext.OfFiles(new DirectorySource(none));
        bench.build(request("FROM scratch AS other", "COPY --from=gone a /", "FROM scratch", "LABEL x=1")
                .plusContext("gone", missing)
                .plusContext("unheard-of", unused()));

        assertThatThrownBy(() -> bench.build(
                        request("FROM scratch", "COPY --from=gone a /").plusContext("gone", missing)))
                .hasMessageContaining("the build context " + none + " is not there");
    }

    @Test
    void copyFromAContextIsKeyedByWhatItTakes() throws IOException {
        bench.build(request("FROM scratch", "COPY --from=x a /").plusContext("x", files("a", "1")));
        bench.build(request("FROM scratch", "COPY --from=x a /")
                .plusContext(
                        "x", new MemoryFiles().file("a", "1").file("b", "2").named()));
        assertThat(bench.cached()).containsExactly("COPY --from=x a /");

        StoredImage changed =
                bench.build(request("FROM scratch", "COPY --from=x a /").plusContext("x", files("a", "2")));
        assertThat(bench.cached()).isEmpty();
        assertThat(bench.content(changed, "a")).isEqualTo("2");
    }

    @Test
    void theLastContextUnderANameCounts() throws IOException {
        StoredImage image = bench.build(request("FROM scratch", "COPY --from=x a /")
                .plusContext("x", unused())
                .plusContext("X", files("a", "1")));

        assertThat(bench.content(image, "a")).isEqualTo("1");
    }

    @Test
    void anImageIsComeByOnceInABuild() throws IOException {
        StoredImage base = image("base", "content");
        AtomicInteger lookups = new AtomicInteger();
        NamedContext counted = new NamedContext.OfImage(platform -> {
            lookups.incrementAndGet();
            return base;
        });
        bench.build(request("FROM x", "COPY --from=x f /g", "FROM scratch", "COPY --from=x f /h", "COPY --from=0 g /g")
                .plusContext("x", counted));

        assertThat(lookups).hasValue(1);
    }
}
