package dev.skiff.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.StoreException;
import dev.skiff.layer.Tars;
import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.RawPath;
import dev.skiff.oci.MediaTypes;
import dev.skiff.oci.Platform;
import dev.skiff.oci.Reference;
import dev.skiff.oci.image.Descriptor;
import dev.skiff.oci.image.ImageConfig;
import dev.skiff.oci.image.RootFs;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Layers that builds make: from files to an image that is seen, whatever happens between. */
class BuiltLayerTest extends StoreFixture {
    private static final Reference NODE = Reference.parse("node:18-alpine");

    @Test
    void aBuiltLayerBecomesAnImageWithoutATar() throws IOException {
        StoredImage base = TestImage.of(new Tars().file("a", "")).ingestInto(store);
        StoredLayer layer = build("hello");
        ImageConfig config =
                base.config().withRootFs(RootFs.of(List.of(base.layers().get(0).diffId(), layer.diffId())));

        StoredImage image = store.images().commit(config, Optional.of(base));
        store.images().tag(image, Reference.parse("app"));

        assertThat(image.manifest().layers().get(0))
                .isEqualTo(base.manifest().layers().get(0));
        assertThat(image.manifest().layers().get(1).mediaType()).isEqualTo(MediaTypes.OCI_LAYER);
        assertThat(Files.exists(home.resolve(
                        "oci/blobs/sha256/" + layer.diffId().digest().hex())))
                .isFalse();
        assertThat(store.images().find(Reference.parse("app")).orElseThrow().digest())
                .isEqualTo(image.digest());
    }

    @Test
    void theTarOfABuiltLayerIsMadeWhenItIsAskedFor() throws IOException {
        StoredLayer layer = build("hello");
        StoredImage image = store.images().commit(config(layer), Optional.empty());
        Descriptor blob = image.manifest().layers().get(0);

        byte[] tar = store.images().blob(blob).readAllBytes();
        store.images().complete(image);

        assertThat(blob.describes(tar)).isTrue();
        assertThat(Files.readAllBytes(
                        home.resolve("oci/blobs/sha256/" + blob.digest().hex())))
                .isEqualTo(tar);
    }

    @Test
    void aBuiltLayerThatWasChangedMakesNoTar() throws IOException {
        StoredLayer layer = build("hello");
        StoredImage image = store.images().commit(config(layer), Optional.empty());
        host.memory(layer.directory()).makeDirectory(RawPath.of("f"), FileMetadata.directory(0755));
        host.memory(layer.directory())
                .writeFile(
                        RawPath.of("f"),
                        FileMetadata.regular(0644, 5),
                        new ByteArrayInputStream("other".getBytes(StandardCharsets.UTF_8)));

        assertThatThrownBy(() -> store.images().complete(image))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("is damaged");
    }

    /** containerd #5854, moby #49784: a layer of empty files under its good name. */
    @Test
    void aBuiltLayerIsOnTheDiskBeforeAnImageOfItIsSeen() throws IOException {
        StoredLayer layer = build("x");
        assertThat(layer.record().boot()).contains(Boot.ID);
        assertThat(host.memory(layer.directory()).synced()).isFalse();

        StoredImage image = store.images().commit(config(layer), Optional.empty());

        assertThat(layer.record().boot()).isEmpty();
        assertThat(host.memory(image.lowerDirectories().get(0)).synced()).isTrue();
    }

    @Test
    void aLayerOfNoImageIsOnTheDiskWhenTheStoreIsClosed() throws IOException {
        StoredLayer layer = build("x");
        store.close();

        assertThat(layer.record().boot()).isEmpty();
        assertThat(host.memory(layer.directory()).synced()).isTrue();
    }

    @Test
    void aLayerThatAPowerCutMayHaveTornIsNotThereAndIsMadeAnew() throws IOException {
        StoredLayer layer = build("x");
        Path record = layer.directory().resolveSibling("layer.json");
        String ofThisBoot = Files.readString(record);
        for (String left : List.of(ofThisBoot.replace(Boot.ID, "an-earlier-boot"), "", ofThisBoot.substring(9))) {
            Files.writeString(record, left);
            try (Store next = Store.open(home, host, Runnable::run)) {
                assertThat(next.layers().find(layer.diffId())).isEmpty();
            }
        }
        try (Store next = Store.open(home, host, Runnable::run)) {
            assertThat(build(next, "x").diffId()).isEqualTo(layer.diffId());
            assertThat(next.layers().find(layer.diffId())).isPresent();
            assertThat(home.resolve("layers").toFile().list()).hasSize(1);
        }
    }

    @Test
    void anotherStoreSettlesALayerThatItOnlyFound() throws IOException {
        StoredLayer layer = build("x");
        try (Store other = Store.open(home, host, Runnable::run)) {
            other.images().commit(config(layer), Optional.empty());
        }

        assertThat(layer.record().boot()).isEmpty();
    }

    @Test
    void theSameLayerBuiltTwiceIsOneLayer() throws IOException {
        assertThat(build("x").diffId()).isEqualTo(build("x").diffId());
        assertThat(home.resolve("layers").toFile().list()).hasSize(1);
    }

    @Test
    void aLayerThatIsGivenUpLeavesNothing() throws IOException {
        List<String> before = contents();
        try (NewLayer layer = store.layers().create()) {
            layer.files().makeDirectory(RawPath.of("d"), FileMetadata.directory(0755));
            assertThat(layer.workDirectory()).isDirectory();
        }
        assertThat(contents()).isEqualTo(before);
    }

    @Test
    void layersBelowOneThatHidesEverythingAreNotStacked() {
        StoredImage image = TestImage.of(
                        new Tars().file("a", ""),
                        new Tars().file(".wh..wh..opq", "").file("b", ""),
                        new Tars().file("c", ""))
                .ingestInto(store);

        assertThat(image.lowerDirectories())
                .containsExactly(
                        image.layers().get(1).directory(), image.layers().get(2).directory());
    }

    @Test
    void aBuiltLayerWhoseDirectoryIsGoneIsToldAsSuch() throws IOException {
        StoredLayer layer = build("hello");
        store.images().tag(store.images().commit(config(layer), Optional.empty()), NODE);
        host.removeTree(layer.directory().getParent());

        assertThatThrownBy(() -> store.images().find(NODE))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("build the image again");
    }

    private StoredLayer build(String content) throws IOException {
        return build(store, content);
    }

    private static StoredLayer build(Store store, String content) throws IOException {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        try (NewLayer layer = store.layers().create()) {
            layer.files()
                    .writeFile(
                            RawPath.of("f"), FileMetadata.regular(0644, bytes.length), new ByteArrayInputStream(bytes));
            return layer.commit(List.of());
        }
    }

    private static ImageConfig config(StoredLayer layer) {
        return ImageConfig.of(Platform.host()).withRootFs(RootFs.of(List.of(layer.diffId())));
    }
}
