package dev.skiff.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.skiff.Credentials;
import dev.skiff.ImageNotFoundException;
import dev.skiff.RegistryAuthException;
import dev.skiff.RegistryException;
import dev.skiff.oci.Digest;
import dev.skiff.oci.MediaTypes;
import dev.skiff.oci.Platform;
import dev.skiff.oci.Reference;
import dev.skiff.oci.image.Descriptor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a pull does with a registry that does as the specification says. */
@Timeout(60)
abstract class PullContract {
    static final String USER = "someone";
    static final String PASSWORD = "s3cret";
    static final String REPOSITORY = "team/deep/app";
    static final Platform AMD64 = Platform.parse("linux/amd64");
    static final Duration LIMIT = Duration.ofSeconds(10);

    @TempDir
    Path directory;

    private TestRegistry registry;

    /** A registry that everybody may read. */
    abstract TestRegistry open(Path directory);

    /** A registry for {@link #USER} with {@link #PASSWORD} alone. */
    abstract TestRegistry openWithLogin(Path directory);

    @AfterEach
    void stop() {
        if (registry != null) {
            registry.close();
        }
    }

    @Test
    void anImageIsFoundByItsTagAndReadToTheLastByte() throws IOException {
        registry = open(directory);
        TestImage image = TestImage.oci("one").into(registry, REPOSITORY, "1.0");
        Repository repository = repository(":1.0");

        ResolvedImage resolved = repository.resolve(AMD64, LIMIT);

        assertThat(resolved.descriptor()).isEqualTo(image.descriptor);
        assertThat(resolved.manifestDocument().content()).isEqualTo(image.manifest);
        assertThat(repository.document(resolved.manifest().config())).isEqualTo(image.config);
        assertThat(read(repository, resolved.manifest().layers().get(0))).isEqualTo(image.layer);
    }

    @Test
    void anImageIsFoundByItsDigest() {
        registry = open(directory);
        TestImage image = TestImage.oci("one").into(registry, REPOSITORY, "");

        assertThat(repository("@" + image.descriptor.digest())
                        .resolve(AMD64, LIMIT)
                        .descriptor())
                .isEqualTo(image.descriptor);
    }

    @Test
    void aDigestOutranksTheTagBesideIt() {
        registry = open(directory);
        TestImage meant = TestImage.oci("meant").into(registry, REPOSITORY, "");
        TestImage.oci("other").into(registry, REPOSITORY, "1.0");

        assertThat(repository(":1.0@" + meant.descriptor.digest())
                        .resolve(AMD64, LIMIT)
                        .descriptor())
                .isEqualTo(meant.descriptor);
    }

    @Test
    void imagesOfDockersSchema2AreImagesToo() throws IOException {
        registry = open(directory);
        TestImage image = TestImage.docker("one").into(registry, REPOSITORY, "1.0");
        Repository repository = repository(":1.0");

        ResolvedImage resolved = repository.resolve(AMD64, LIMIT);

        assertThat(resolved.descriptor()).isEqualTo(image.descriptor);
        assertThat(read(repository, resolved.manifest().layers().get(0))).isEqualTo(image.layer);
    }

    @Test
    void ofAnIndexTheImageForThePlatformIsTaken() {
        registry = open(directory);
        theIndexPicks(MediaTypes.OCI_INDEX, TestImage.oci("arm"), TestImage.oci("amd"));
    }

    @Test
    void ofDockersListTheImageForThePlatformIsTaken() {
        registry = open(directory);
        theIndexPicks(MediaTypes.DOCKER_LIST, TestImage.docker("arm"), TestImage.docker("amd"));
    }

    private void theIndexPicks(String type, TestImage arm, TestImage amd) {
        arm.into(registry, REPOSITORY, "");
        amd.into(registry, REPOSITORY, "");
        byte[] index = TestImage.index(type, arm.on("linux/arm64"), amd.on("linux/amd64"));
        registry.manifest(REPOSITORY, "multi", type, index);

        ResolvedImage forAmd = repository(":multi").resolve(AMD64, LIMIT);
        ResolvedImage forArm = repository(":multi").resolve(Platform.parse("linux/arm64/v8"), LIMIT);

        assertThat(forAmd.descriptor().digest()).isEqualTo(amd.descriptor.digest());
        assertThat(forArm.descriptor().digest()).isEqualTo(arm.descriptor.digest());
        assertThat(forAmd.root().descriptor()).isEqualTo(Descriptor.of(type, index));
        assertThat(forAmd.root().content()).isEqualTo(index);
    }

    @Test
    void aPlatformThatNobodyBuiltForIsNotFoundAndTheOthersAreNamed() {
        registry = open(directory);
        TestImage image = TestImage.oci("one").into(registry, REPOSITORY, "");
        registry.manifest(
                REPOSITORY,
                "multi",
                MediaTypes.OCI_INDEX,
                TestImage.index(MediaTypes.OCI_INDEX, image.on("linux/s390x"), image.on("linux/arm/v7")));

        assertThatThrownBy(() -> repository(":multi").resolve(AMD64, LIMIT))
                .isInstanceOf(ImageNotFoundException.class)
                .hasMessage(
                        "pull %s/%s:multi: no image for linux/amd64; there are linux/s390x, linux/arm/v7",
                        registry.name(), REPOSITORY);
    }

    @Test
    void aNameThatIsNotThereIsNotFound() {
        registry = open(directory);
        TestImage.oci("one").into(registry, REPOSITORY, "1.0");

        assertThatThrownBy(() -> repository(":2.0").resolve(AMD64, LIMIT))
                .asInstanceOf(type(ImageNotFoundException.class))
                .returns(registry.name() + "/" + REPOSITORY + ":2.0", ImageNotFoundException::reference)
                .extracting(Throwable::getMessage)
                .isEqualTo(
                        "pull " + registry.name() + "/" + REPOSITORY + ":2.0: no such manifest (404 MANIFEST_UNKNOWN)");
    }

    @Test
    void aBlobThatIsNotThereIsAnErrorOfTheRegistry() {
        registry = open(directory);
        TestImage.oci("one").into(registry, REPOSITORY, "1.0");
        Descriptor missing = Descriptor.of(MediaTypes.OCI_LAYER, new byte[] {1, 2, 3});

        assertThatThrownBy(() -> repository(":1.0").blob(missing))
                .asInstanceOf(type(RegistryException.class))
                .satisfies(e -> assertThat(e.status()).hasValue(404))
                .satisfies(e -> assertThat(e.codes()).containsExactly("BLOB_UNKNOWN"))
                .returns(false, RegistryException::retryable);
    }

    @Test
    void aBlobOfSomeMegabytesArrivesWhole() throws IOException {
        registry = open(directory);
        byte[] content = new byte[5_000_001];
        new Random(7).nextBytes(content);
        Digest digest = registry.blob(REPOSITORY, content);

        assertThat(read(repository(":1"), Descriptor.of(MediaTypes.OCI_LAYER, digest, content.length)))
                .isEqualTo(content);
    }

    @Test
    void whoHasThePasswordIsLetIn() throws IOException {
        registry = openWithLogin(directory);
        TestImage image = TestImage.oci("one").into(registry, REPOSITORY, "1.0");
        Repository repository = repository(":1.0", Credentials.basic(USER, PASSWORD));

        ResolvedImage resolved = repository.resolve(AMD64, LIMIT);

        assertThat(read(repository, resolved.manifest().layers().get(0))).isEqualTo(image.layer);
    }

    @Test
    void whoHasNoPasswordIsTold() {
        registry = openWithLogin(directory);
        TestImage.oci("one").into(registry, REPOSITORY, "1.0");

        assertThatThrownBy(() -> repository(":1.0").resolve(AMD64, LIMIT))
                .asInstanceOf(type(RegistryAuthException.class))
                .satisfies(e -> assertThat(e.status()).hasValue(401))
                .satisfies(e -> assertThat(e).hasMessageContaining("credentials"));
    }

    @Test
    void whoHasAnotherPasswordIsToldAndThePasswordIsNot() {
        registry = openWithLogin(directory);
        TestImage.oci("one").into(registry, REPOSITORY, "1.0");

        assertThatThrownBy(() ->
                        repository(":1.0", Credentials.basic(USER, "wr0ng")).resolve(AMD64, LIMIT))
                .isInstanceOf(RegistryAuthException.class)
                .hasMessageContaining(USER)
                .hasMessageNotContaining("wr0ng");
    }

    private Repository repository(String suffix) {
        return repository(suffix, Credentials.anonymous());
    }

    private Repository repository(String suffix, Credentials credentials) {
        Reference reference = Reference.parse(registry.name() + "/" + REPOSITORY + suffix);
        return new RegistryClient(RegistrySettings.defaults()).repository(reference, credentials);
    }

    private static byte[] read(Repository repository, Descriptor blob) throws IOException {
        try (InputStream stream = repository.blob(blob)) {
            return stream.readAllBytes();
        }
    }
}
