package dev.skiff.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.skiff.Credentials;
import dev.skiff.DigestMismatchException;
import dev.skiff.ImageNotFoundException;
import dev.skiff.RegistryException;
import dev.skiff.oci.Digest;
import dev.skiff.oci.MediaTypes;
import dev.skiff.oci.Platform;
import dev.skiff.oci.Reference;
import dev.skiff.oci.image.Descriptor;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Manifests and indexes that are not what they are said to be. */
@Timeout(30)
class ManifestTest {
    private static final String REPOSITORY = "team/app";
    private static final Platform AMD64 = Platform.parse("linux/amd64");

    private final FakeRegistry registry = FakeRegistry.start();
    private final TestImage image = TestImage.oci("one").into(registry, REPOSITORY, "1");

    @AfterEach
    void stop() {
        registry.close();
    }

    @Test
    void item61ATypeInTheDocumentThatIsNotTheServedOneIsRefused() {
        registry.manifest(REPOSITORY, "2", MediaTypes.DOCKER_MANIFEST, image.manifest);

        assertThatThrownBy(() -> resolve(":2"))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("$.mediaType")
                .hasMessageContaining(MediaTypes.OCI_MANIFEST);
    }

    @Test
    void item61AServedTypeThatIsNotTheDescriptorsIsRefused() {
        byte[] index = TestImage.index(
                MediaTypes.OCI_INDEX,
                Descriptor.of(MediaTypes.DOCKER_MANIFEST, image.manifest).withPlatform(AMD64));
        registry.manifest(REPOSITORY, "2", MediaTypes.OCI_INDEX, index);

        assertThatThrownBy(() -> resolve(":2"))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("but the index says " + MediaTypes.DOCKER_MANIFEST);
    }

    @Test
    void item61ADocumentThatIsManifestAndIndexAtOnceIsRefused() {
        String both = new String(image.manifest, UTF_8).replaceFirst("\\{", "{\"manifests\":[],");
        registry.manifest(REPOSITORY, "2", MediaTypes.OCI_MANIFEST, both.getBytes(UTF_8));

        assertThatThrownBy(() -> resolve(":2"))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("manifests");
    }

    @Test
    void item61AKeyGivenTwiceIsRefused() {
        String twice = new String(image.manifest, UTF_8).replaceFirst("\\{", "{\"layers\":[],");
        registry.manifest(REPOSITORY, "2", MediaTypes.OCI_MANIFEST, twice.getBytes(UTF_8));

        assertThatThrownBy(() -> resolve(":2"))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("twice");
    }

    @Test
    void item61WhatIsServedAsNoManifestIsNone() {
        registry.manifest(REPOSITORY, "2", "text/html", "<html>".getBytes(UTF_8));

        assertThatThrownBy(() -> resolve(":2"))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("served as \"text/html\"");
    }

    @Test
    void item62AManifestThatIsNotTheOneThatWasAskedForIsRefused() {
        Digest asked = Digest.sha256("another".getBytes(UTF_8));
        registry.manifestUnderFalseDigest(REPOSITORY, asked, MediaTypes.OCI_MANIFEST, image.manifest);

        assertThatThrownBy(() -> resolve("@" + asked))
                .asInstanceOf(type(DigestMismatchException.class))
                .returns(asked.toString(), DigestMismatchException::expected)
                .returns(image.descriptor.digest().toString(), DigestMismatchException::actual);
    }

    @Test
    void item62AManifestThatIsNotTheOneThatTheIndexNamesIsRefused() {
        TestImage other = TestImage.oci("two").into(registry, REPOSITORY, "");
        registry.manifest(
                REPOSITORY, "2", MediaTypes.OCI_INDEX, TestImage.index(MediaTypes.OCI_INDEX, image.on("linux/amd64")));
        registry.manifestUnderFalseDigest(
                REPOSITORY, image.descriptor.digest(), MediaTypes.OCI_MANIFEST, other.manifest);

        assertThatThrownBy(() -> resolve(":2")).isInstanceOf(DigestMismatchException.class);
    }

    @Test
    void item62AManifestOfAnotherSizeThanTheIndexSaysIsRefused() {
        Descriptor longer = new Descriptor(
                image.descriptor.mediaType(),
                image.descriptor.digest(),
                image.descriptor.size() + 1,
                image.descriptor.urls(),
                image.descriptor.annotations(),
                image.descriptor.data(),
                image.on("linux/amd64").platform(),
                image.descriptor.artifactType(),
                image.descriptor.extra());
        registry.manifest(REPOSITORY, "2", MediaTypes.OCI_INDEX, TestImage.index(MediaTypes.OCI_INDEX, longer));

        assertThatThrownBy(() -> resolve(":2"))
                .asInstanceOf(type(DigestMismatchException.class))
                .returns(longer.size() + " bytes", DigestMismatchException::expected);
    }

    @Test
    void item62ADigestThatIsAnnouncedAndNotMetIsNoticed() {
        registry.always(
                "/manifests/1",
                FakeRegistry.answer(
                        200,
                        image.manifest,
                        "Content-Type",
                        MediaTypes.OCI_MANIFEST,
                        "Docker-Content-Digest",
                        Digest.sha256(new byte[1]).toString()));

        assertThatThrownBy(() -> resolve(":1")).isInstanceOf(DigestMismatchException.class);
    }

    @Test
    void item60AnAnnouncedDigestIsParsedBeforeItIsUsed() {
        registry.always(
                "/manifests/1",
                FakeRegistry.answer(
                        200,
                        image.manifest,
                        "Content-Type",
                        MediaTypes.OCI_MANIFEST,
                        "Docker-Content-Digest",
                        "sha256:../../../../etc/passwd"));

        assertThatThrownBy(() -> resolve(":1"))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("Docker-Content-Digest");
    }

    @Test
    void item60ADigestInAnIndexThatIsAPathIsRefused() {
        String index = new String(TestImage.index(MediaTypes.OCI_INDEX, image.on("linux/amd64")), UTF_8)
                .replace(image.descriptor.digest().hex(), "../../../blobs/x");
        registry.manifest(REPOSITORY, "2", MediaTypes.OCI_INDEX, index.getBytes(UTF_8));

        assertThatThrownBy(() -> resolve(":2"))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("$.manifests[0]");
        assertThat(registry.requests()).hasSize(1);
    }

    @Test
    void item64AnEndlessManifestIsNotReadToItsEnd() {
        registry.always("/manifests/", FakeRegistry.endless(new byte[8192], MediaTypes.OCI_MANIFEST));

        assertThatThrownBy(() -> resolve(":1"))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("more than 4194304 bytes");
    }

    @Test
    void item64AnEndlessErrorIsNotReadToItsEnd() {
        registry.always("/manifests/", (fake, exchange) -> {
            exchange.sendResponseHeaders(400, 0);
            while (true) {
                exchange.getResponseBody().write(new byte[8192]);
            }
        });

        assertThatThrownBy(() -> resolve(":1"))
                .asInstanceOf(type(RegistryException.class))
                .satisfies(e -> assertThat(e.status()).hasValue(400));
    }

    @Test
    void item64AConfigThatIsTooLongIsNotAskedFor() {
        Descriptor config = Descriptor.of(MediaTypes.OCI_CONFIG, Digest.sha256(new byte[1]), 5 << 20);

        assertThatThrownBy(() -> repository(":1").document(config))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("5242880");
        assertThat(registry.requests()).isEmpty();
    }

    @Test
    void indexesThatNameIndexesEndSomewhere() {
        Descriptor named = image.on("linux/amd64");
        for (int depth = 1; depth <= 4; depth++) {
            byte[] index = TestImage.index(MediaTypes.OCI_INDEX, named);
            registry.manifest(REPOSITORY, "deep" + depth, MediaTypes.OCI_INDEX, index);
            named = Descriptor.of(MediaTypes.OCI_INDEX, index).withPlatform(AMD64);
        }

        assertThat(resolve(":deep3").documents()).hasSize(4);
        assertThatThrownBy(() -> resolve(":deep4"))
                .isInstanceOf(ImageNotFoundException.class)
                .hasMessageContaining("deep");
    }

    @Test
    void whatARegistrySaysToAPersonIsPassedOnInOneLine() {
        registry.always("/manifests/", FakeRegistry.answer(403, FakeRegistry.error("DENIED", "ask\\nJane\\u001b[31m")));

        assertThatThrownBy(() -> resolve(":1")).hasMessageEndingWith("no manifest (403 DENIED: ask Jane [31m)");
    }

    private ResolvedImage resolve(String suffix) {
        return repository(suffix).resolve(AMD64, Duration.ofSeconds(10));
    }

    private Repository repository(String suffix) {
        return new RegistryClient(RegistrySettings.defaults().withFirstPause(Duration.ofMillis(1)))
                .repository(Reference.parse(registry.name() + "/" + REPOSITORY + suffix), Credentials.anonymous());
    }
}
