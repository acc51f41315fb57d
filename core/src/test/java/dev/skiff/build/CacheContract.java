package dev.skiff.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.BuildEvent;
import dev.skiff.build.cache.CachePlace;
import dev.skiff.oci.image.Descriptor;
import dev.skiff.oci.image.Manifest;
import dev.skiff.store.OutgoingLayer;
import dev.skiff.store.Store;
import dev.skiff.store.StoredImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What one machine's build leaves in a cache, and what another's finds there. */
@Timeout(60)
abstract class CacheContract {
    static final String[] DOCKERFILE = {
        "FROM scratch AS tools",
        "COPY tool /bin/tool",
        "FROM scratch",
        "WORKDIR /app",
        "COPY a b ./",
        "COPY --from=tools /bin /bin",
        "CMD [\"/bin/tool\"]"
    };

    @TempDir
    Path directory;

    Workbench first;
    Workbench second;

    /** A cache, as a builder into this store sees it. */
    abstract CachePlace place(Store store, String name);

    @BeforeEach
    void open() throws IOException {
        first = bench("first");
        second = bench("second");
    }

    private Workbench bench(String name) throws IOException {
        return new Workbench(Files.createDirectory(directory.resolve(name)))
                .file("tool", "#!")
                .file("a", "one")
                .file("b", "two".repeat(1000));
    }

    @AfterEach
    void close() {
        first.close();
        second.close();
    }

    private static BuildRequest request(Workbench bench, String... lines) throws IOException {
        Files.writeString(bench.path("Dockerfile"), String.join("\n", lines) + "\n");
        return BuildRequest.of(bench.path("."));
    }

    StoredImage buildTo(Workbench bench, String name, String... lines) throws IOException {
        return bench.build(request(bench, lines).plusCacheTo(place(bench.store(), name)));
    }

    StoredImage buildFrom(Workbench bench, String name, String... lines) throws IOException {
        return bench.build(request(bench, lines).plusCacheFrom(place(bench.store(), name)));
    }

    @Test
    void aFreshStoreCarriesOutNoStepOfAnUnchangedBuild() throws IOException {
        StoredImage image = buildTo(first, "cache", DOCKERFILE);
        assertThat(first.warnings()).isEmpty();

        StoredImage again = buildFrom(second, "cache", DOCKERFILE);

        assertThat(second.missed()).isEmpty();
        assertThat(second.warnings()).isEmpty();
        assertThat(again.digest()).isEqualTo(image.digest());
        assertThat(second.content(again, "app/b")).isEqualTo("two".repeat(1000));
    }

    @Test
    void aStepThatIsFoundSaysWhere() throws IOException {
        buildTo(first, "cache", DOCKERFILE);
        buildFrom(second, "cache", DOCKERFILE);

        String from = place(second.store(), "cache").name();
        assertThat(second.events())
                .filteredOn(BuildEvent.StepCached.class::isInstance)
                .extracting(event -> ((BuildEvent.StepCached) event).from())
                .hasSize(4)
                .containsOnly(Optional.of(from));
    }

    @Test
    void whatWasFoundOnceIsInTheStoreFromThenOn() throws IOException {
        buildTo(first, "cache", DOCKERFILE);
        buildFrom(second, "cache", DOCKERFILE);

        second.build(DOCKERFILE);

        assertThat(second.missed()).isEmpty();
    }

    @Test
    void aChangeMissesFromThereOn() throws IOException {
        buildTo(first, "cache", DOCKERFILE);
        second.file("a", "changed");

        buildFrom(second, "cache", DOCKERFILE);

        assertThat(second.cached()).containsExactlyInAnyOrder("COPY tool /bin/tool", "WORKDIR /app");
        assertThat(second.missed()).hasSize(2);
    }

    @Test
    void aCacheThatIsNotThereYetIsNoReasonToWarn() throws IOException {
        buildFrom(second, "nothing", DOCKERFILE);

        assertThat(second.warnings()).isEmpty();
        assertThat(second.missed()).hasSize(4);
    }

    @Test
    void ofSeveralCachesTheFirstThatHasAStepGivesIt() throws IOException {
        buildTo(first, "cache", DOCKERFILE);
        BuildRequest request = request(second, DOCKERFILE)
                .plusCacheFrom(place(second.store(), "nothing"))
                .plusCacheFrom(place(second.store(), "cache"));

        second.build(request);

        assertThat(second.missed()).isEmpty();
    }

    @Test
    void whatTheStoreHasIsAskedNowhere() throws IOException {
        second.build(DOCKERFILE);
        Watched watched = new Watched(place(second.store(), "cache"));

        second.build(request(second, DOCKERFILE).plusCacheFrom(watched));

        assertThat(watched.asked).isEmpty();
    }

    @Test
    void withoutACacheNoneIsAsked() throws IOException {
        buildTo(first, "cache", DOCKERFILE);
        Watched watched = new Watched(place(second.store(), "cache"));

        second.build(request(second, DOCKERFILE).plusCacheFrom(watched).withNoCache());

        assertThat(watched.asked).isEmpty();
        assertThat(second.missed()).hasSize(4);
    }

    @Test
    void onlyTheLayersOfStepsThatAreFoundAreFetched() throws IOException {
        buildTo(first, "cache", DOCKERFILE);
        Watched watched = new Watched(place(second.store(), "cache"));

        second.build(request(second, "FROM scratch", "WORKDIR /app").plusCacheFrom(watched));

        assertThat(second.missed()).isEmpty();
        assertThat(watched.asked).hasSize(3).startsWith("manifest"); // the records, and one layer
    }

    @Test
    void whatWasFoundIsHandedOn() throws IOException {
        StoredImage image = buildTo(first, "cache", DOCKERFILE);
        Workbench third = bench("third");
        try (third) {
            BuildRequest onward = request(second, DOCKERFILE)
                    .plusCacheFrom(place(second.store(), "cache"))
                    .plusCacheTo(place(second.store(), "copy"));
            second.build(onward);

            assertThat(buildFrom(third, "copy", DOCKERFILE).digest()).isEqualTo(image.digest());
            assertThat(third.missed()).isEmpty();
        }
    }

    @Test
    void theSameStepsAreTheSameCacheToTheLastByte() throws IOException {
        buildTo(first, "cache", DOCKERFILE);
        buildTo(first, "copy", DOCKERFILE);

        Optional<Manifest> cache = place(first.store(), "cache").manifest();
        assertThat(cache).isPresent();
        assertThat(place(first.store(), "copy").manifest()).isEqualTo(cache);
    }

    @Test
    void aCacheIsReplacedByTheNext() throws IOException {
        buildTo(first, "cache", DOCKERFILE);
        first.file("a", "changed");
        StoredImage changed = buildTo(first, "cache", DOCKERFILE);
        second.file("a", "changed");

        assertThat(buildFrom(second, "cache", DOCKERFILE).digest()).isEqualTo(changed.digest());
        assertThat(second.missed()).isEmpty();
    }

    @Test
    void aBuildWithoutStepsWritesNothing() throws IOException {
        buildTo(first, "cache", "FROM scratch", "CMD [\"x\"]");

        assertThat(place(first.store(), "cache").manifest()).isEmpty();
        assertThat(first.warnings()).isEmpty();
    }

    /** Notes what is asked of a place. */
    static final class Watched implements CachePlace {
        private final CachePlace place;
        final List<String> asked = new ArrayList<>();

        Watched(CachePlace place) {
            this.place = place;
        }

        @Override
        public String name() {
            return place.name();
        }

        @Override
        public Optional<Manifest> manifest() throws IOException {
            asked.add("manifest");
            return place.manifest();
        }

        @Override
        public InputStream blob(Descriptor blob) throws IOException {
            asked.add("blob " + blob.digest());
            return place.blob(blob);
        }

        @Override
        public List<Descriptor> put(List<OutgoingLayer> layers) throws IOException {
            asked.add("put");
            return place.put(layers);
        }

        @Override
        public void put(Descriptor config, byte[] configDocument, Descriptor manifest, byte[] document)
                throws IOException {
            asked.add("put");
            place.put(config, configDocument, manifest, document);
        }
    }
}
