package dev.skiff.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.Credentials;
import dev.skiff.RegistryAuthException;
import dev.skiff.oci.MediaTypes;
import dev.skiff.oci.Platform;
import dev.skiff.oci.Reference;
import dev.skiff.oci.image.Descriptor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a push does with a registry that does as the specification says. */
@Timeout(60)
abstract class PushContract {
    static final String USER = PullContract.USER;
    static final String PASSWORD = PullContract.PASSWORD;
    private static final String REPOSITORY = "team/deep/app";
    private static final Duration LIMIT = Duration.ofSeconds(10);

    @TempDir
    Path directory;

    private TestRegistry registry;

    /** A registry that everybody may write to. */
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
    void whatIsPushedIsPulledAgain() throws IOException {
        registry = open(directory);
        push(Credentials.anonymous());
    }

    @Test
    void whatIsPushedWithALoginIsPulledAgain() throws IOException {
        registry = openWithLogin(directory);
        push(Credentials.basic(USER, PASSWORD));
    }

    private void push(Credentials credentials) throws IOException {
        TestImage image = TestImage.oci("pushed");
        Destination destination = destination("1.0", credentials);
        destination.upload(Descriptor.of(MediaTypes.OCI_CONFIG, image.config), content(image.config));
        destination.upload(Descriptor.of(MediaTypes.OCI_LAYER, image.layer), content(image.layer));
        destination.manifest(image.descriptor, image.manifest);

        Repository repository = new RegistryClient(RegistrySettings.defaults())
                .repository(Reference.parse(registry.name() + "/" + REPOSITORY + ":1.0"), credentials);
        ResolvedImage resolved = repository.resolve(Platform.parse("linux/amd64"), LIMIT);
        assertThat(resolved.descriptor()).isEqualTo(image.descriptor);
        try (InputStream layer = repository.blob(resolved.manifest().layers().get(0))) {
            assertThat(layer.readAllBytes()).isEqualTo(image.layer);
        }
    }

    @Test
    void aBlobNeedNotBeKnownBeforeItIsSent() throws IOException {
        registry = open(directory);
        byte[] bytes = new byte[3_000_000];
        new Random(7).nextBytes(bytes);
        Destination destination = destination("1", Credentials.anonymous());

        Descriptor blob = destination.upload(MediaTypes.OCI_LAYER_GZIP, "a layer", content(bytes));

        assertThat(blob).isEqualTo(Descriptor.of(MediaTypes.OCI_LAYER_GZIP, bytes));
        assertThat(destination.has(blob)).isTrue();
    }

    @Test
    void anEmptyBlobIsABlob() {
        registry = open(directory);
        Descriptor nothing = Descriptor.of(MediaTypes.OCI_LAYER, new byte[0]);
        Destination destination = destination("1", Credentials.anonymous());

        destination.upload(nothing, content(new byte[0]));

        assertThat(destination.has(nothing)).isTrue();
    }

    @Test
    void theRegistryIsAskedForABlobBeforeItIsSent() {
        registry = open(directory);
        Descriptor blob = Descriptor.of(MediaTypes.OCI_LAYER, "there".getBytes(UTF_8));
        Destination destination = destination("1", Credentials.anonymous());
        assertThat(destination.has(blob)).isFalse();

        registry.blob(REPOSITORY, "there".getBytes(UTF_8));
        assertThat(destination.has(blob)).isTrue();
    }

    @Test
    void aBlobOfAnotherRepositoryIsMountedInsteadOfSent() {
        registry = open(directory);
        byte[] bytes = "shared".getBytes(UTF_8);
        registry.blob("library/base", bytes);
        Descriptor blob = Descriptor.of(MediaTypes.OCI_LAYER, bytes);
        Destination destination = destination("1", Credentials.anonymous());

        assertThat(destination.mount(blob, "library/base")).isTrue();
        assertThat(destination.has(blob)).isTrue();
    }

    @Test
    void whatIsNotThereIsNotMounted() {
        registry = open(directory);
        Descriptor blob = Descriptor.of(MediaTypes.OCI_LAYER, new byte[] {1, 2, 3});

        assertThat(destination("1", Credentials.anonymous()).mount(blob, "library/base"))
                .isFalse();
    }

    @Test
    void withoutALoginNothingIsTaken() {
        registry = openWithLogin(directory);

        assertThatThrownBy(() -> destination("1", Credentials.basic(USER, "wrong"))
                        .upload(MediaTypes.OCI_LAYER, "a layer", content(new byte[10])))
                .isInstanceOf(RegistryAuthException.class)
                .hasMessageStartingWith("push " + registry.name())
                .hasMessageNotContaining("wrong\"");
    }

    private Destination destination(String tag, Credentials credentials) {
        return new RegistryClient(RegistrySettings.defaults())
                .destination(Reference.parse(registry.name() + "/" + REPOSITORY + ":" + tag), credentials);
    }

    private static UploadContent content(byte[] bytes) {
        return () -> new ByteArrayInputStream(bytes);
    }
}
