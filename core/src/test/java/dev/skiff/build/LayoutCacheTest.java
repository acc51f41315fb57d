package dev.skiff.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.build.cache.CachePlace;
import dev.skiff.image.LayoutCache;
import dev.skiff.layer.Tars;
import dev.skiff.oci.DiffId;
import dev.skiff.oci.Digest;
import dev.skiff.oci.Json;
import dev.skiff.oci.MediaTypes;
import dev.skiff.oci.image.Annotations;
import dev.skiff.oci.image.Descriptor;
import dev.skiff.oci.image.ImageLayout;
import dev.skiff.oci.image.Index;
import dev.skiff.oci.image.Manifest;
import dev.skiff.store.Store;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** A cache in a directory; and what becomes of a build when somebody has been at it. */
class LayoutCacheTest extends CacheContract {
    private static final String CONFIG = "application/vnd.skiff.buildcache.v1+json";

    @Override
    CachePlace place(Store store, String name) {
        return new LayoutCache(directory.resolve(name));
    }

    private Path cache() {
        return directory.resolve("cache");
    }

    private Path file(Digest blob) {
        return cache().resolve(ImageLayout.blob(blob));
    }

    private Manifest manifest() throws IOException {
        return place(first.store(), "cache").manifest().orElseThrow();
    }

    /** Puts other documents in place of those of the cache, as one who may write there can. */
    private void replace(Manifest manifest) throws IOException {
        byte[] document = Json.write(manifest);
        Descriptor descriptor = Descriptor.of(MediaTypes.OCI_MANIFEST, document);
        Files.write(file(descriptor.digest()), document);
        Index index = Index.of(List.of(descriptor.withAnnotations(Map.of(Annotations.REF_NAME, "skiff-build-cache"))));
        Files.write(cache().resolve(ImageLayout.INDEX_FILE), Json.write(index));
    }

    private void replaceRecords(String records) throws IOException {
        byte[] document = records.getBytes(StandardCharsets.UTF_8);
        Descriptor config = Descriptor.of(CONFIG, document);
        Files.write(file(config.digest()), document);
        replace(manifest().withConfig(config));
    }

    private String records() throws IOException {
        return Files.readString(file(manifest().config().digest()));
    }

    private void assertNothingIsTaken(String why) throws IOException {
        buildFrom(second, "cache", DOCKERFILE);
        assertThat(second.missed()).hasSize(4);
        assertThat(second.warnings())
                .isNotEmpty()
                .allSatisfy(warning -> assertThat(warning).startsWith("build cache " + cache() + " is not used: "))
                .anySatisfy(warning -> assertThat(warning).contains(why));
    }

    @Test
    void item62ALayerThatWasChangedIsAMiss() throws IOException {
        buildTo(first, "cache", DOCKERFILE);
        for (Descriptor layer : manifest().layers()) {
            byte[] bytes = Files.readAllBytes(file(layer.digest()));
            bytes[bytes.length - 9] ^= 1;
            Files.write(file(layer.digest()), bytes);
        }

        assertNothingIsTaken("layer sha256:");
    }

    @Test
    void item62ALayerOfAnotherStepIsAMiss() throws IOException {
        buildTo(first, "cache", DOCKERFILE);
        List<Descriptor> layers = new ArrayList<>(manifest().layers());
        Collections.rotate(layers, 1);
        replace(manifest().withLayers(layers));

        assertNothingIsTaken("unpacked: expected sha256:");
    }

    @Test
    void aLayerThatSkiffWouldPackOtherwiseIsAMissForItCouldNotBePushed() throws IOException {
        buildTo(first, "cache", DOCKERFILE);
        byte[] tar = new Tars().file("b", "two").file("a", "one").bytes(); // not in the order of names
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(tar);
        }
        Descriptor layer = Descriptor.of(MediaTypes.OCI_LAYER_GZIP, packed.toByteArray());
        Files.write(file(layer.digest()), packed.toByteArray());
        String diffIds = "\"diff_ids\":[\"" + new DiffId(Digest.sha256(tar)) + "\"]}";
        replace(manifest().withLayers(List.of(layer)));
        replaceRecords(records().replaceAll("\"layer\":\\d", "\"layer\":0").replaceAll("\"diff_ids\":.*", diffIds));

        assertNothingIsTaken("not as Skiff packs layers");
    }

    @Test
    void recordsThatAreNoneAreAMiss() throws IOException {
        buildTo(first, "cache", DOCKERFILE);
        replaceRecords("{\"steps\":[{\"key\":\"sha256:../../etc/passwd\",\"layer\":0}],\"diff_ids\":[]}");

        assertNothingIsTaken("$.steps[0].key");
    }

    @Test
    void recordsOfLayersThatAreNotThereAreAMiss() throws IOException {
        buildTo(first, "cache", DOCKERFILE);
        replaceRecords(records().replaceAll("\"layer\":\\d", "\"layer\":99"));

        assertNothingIsTaken("layer must be one of 4");
    }

    @Test
    void aTimeThatIsNoneIsAMiss() throws IOException {
        buildTo(first, "cache", DOCKERFILE);
        replaceRecords(records().replaceAll("\"created\":\"[^\"]*\"", "\"created\":\"yesterday\""));

        assertNothingIsTaken("created");
    }

    @Test
    void item64RecordsOfAnySizeAreNotRead() throws IOException {
        buildTo(first, "cache", DOCKERFILE);
        Descriptor config = manifest().config();
        replace(manifest().withConfig(Descriptor.of(CONFIG, config.digest(), 5L << 30)));

        assertNothingIsTaken("its records have 5368709120 bytes");
    }

    @Test
    void recordsThatWereChangedAreAMiss() throws IOException {
        buildTo(first, "cache", DOCKERFILE);
        Files.writeString(file(manifest().config().digest()), "{}");

        assertNothingIsTaken("its records are not what its manifest says");
    }

    @Test
    void item63ALinkInTheDirectoryLeadsNowhere() throws IOException {
        buildTo(first, "cache", DOCKERFILE);
        Path config = file(manifest().config().digest());
        Path secret = directory.resolve("secret");
        Files.move(config, secret);
        Files.createSymbolicLink(config, secret);

        assertNothingIsTaken("has no blobs/sha256/");
    }

    @Test
    void aDirectoryOfOtherThingsIsNoCacheAndIsLeftAlone() throws IOException {
        Files.createDirectory(cache());
        Files.writeString(cache().resolve("letter"), "dear");

        buildTo(first, "cache", DOCKERFILE);
        assertThat(first.warnings()).singleElement().asString().contains("other things in it");
        assertNothingIsTaken("other things in it");
        assertThat(cache().resolve("letter")).hasContent("dear");
    }

    @Test
    void theLayersAreOrdinaryOnesThatOtherToolsRead() throws IOException {
        buildTo(first, "cache", DOCKERFILE);

        assertThat(manifest().layers())
                .hasSize(4)
                .allSatisfy(layer -> assertThat(layer.mediaType()).isEqualTo(MediaTypes.OCI_LAYER_GZIP));
        try (InputStream index = Files.newInputStream(cache().resolve(ImageLayout.INDEX_FILE))) {
            assertThat(Index.read(index.readAllBytes(), MediaTypes.OCI_INDEX).manifests())
                    .singleElement()
                    .satisfies(entry -> assertThat(entry.artifactType()).hasValue(CONFIG));
        }
    }
}
