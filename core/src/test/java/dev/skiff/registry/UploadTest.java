package dev.skiff.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.skiff.Credentials;
import dev.skiff.DigestMismatchException;
import dev.skiff.InterruptedOperationException;
import dev.skiff.RegistryException;
import dev.skiff.SkiffException;
import dev.skiff.StoreException;
import dev.skiff.oci.Digest;
import dev.skiff.oci.MediaTypes;
import dev.skiff.oci.Reference;
import dev.skiff.oci.image.Descriptor;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of an upload when the registry, the way to it, or the content itself is not what it should be. */
@Timeout(30)
class UploadTest {
    private static final String REPOSITORY = "team/app";
    private static final String PLACE = "/uploads/[0-9a-f]";
    private static final byte[] CONTENT = content(3_000_000);
    private static final Descriptor BLOB = Descriptor.of(MediaTypes.OCI_LAYER, CONTENT);

    private final FakeRegistry registry = FakeRegistry.start();
    private final RegistrySettings settings = RegistrySettings.defaults()
            .withFirstPause(Duration.ofMillis(1))
            .withLimits(Duration.ofSeconds(2), Duration.ofMillis(400), Duration.ofSeconds(20));

    @AfterEach
    void stop() {
        registry.close();
    }

    private static byte[] content(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private Destination destination() {
        return destination(Credentials.anonymous());
    }

    private Destination destination(Credentials credentials) {
        return new RegistryClient(settings)
                .destination(Reference.parse(registry.name() + "/" + REPOSITORY + ":1"), credentials);
    }

    private void upload() {
        destination().upload(BLOB, () -> new ByteArrayInputStream(CONTENT));
    }

    private List<String> methods() {
        return registry.requests("/uploads/").stream()
                .map(FakeRegistry.Request::method)
                .toList();
    }

    @Test
    void anUploadIsOnePostOnePatchAndOnePut() {
        upload();

        assertThat(methods()).containsExactly("POST", "PATCH", "PUT");
        assertThat(registry.stored(REPOSITORY, BLOB.digest())).hasValue(CONTENT);
    }

    @Test
    void anUploadThatBreaksOffGoesOnWhereTheRegistrySaysItIs() {
        registry.once(PLACE, FakeRegistry.cutUploadAfter(1_000_000));

        upload();

        assertThat(methods()).containsExactly("POST", "PATCH", "GET", "PATCH", "PUT");
        assertThat(registry.stored(REPOSITORY, BLOB.digest())).hasValue(CONTENT);
    }

    @Test
    void aBlobThatIsMadeWhileItIsSentGoesOnToo() {
        registry.once(PLACE, FakeRegistry.cutUploadAfter(1_000_000));
        registry.once(PLACE, FakeRegistry.cutUploadAfter(700_000));

        Descriptor blob =
                destination().upload(MediaTypes.OCI_LAYER, "a layer", () -> new ByteArrayInputStream(CONTENT));

        assertThat(blob).isEqualTo(BLOB);
        assertThat(registry.stored(REPOSITORY, BLOB.digest())).hasValue(CONTENT);
    }

    @Test
    void anUploadThatTheRegistryHasLostBeginsAnew() {
        registry.once(PLACE, (fake, exchange) -> {
            FakeRegistry.cutUploadAfter(1_000_000).handle(fake, exchange);
            fake.forgetUploads();
            return true;
        });

        upload();

        assertThat(methods()).containsExactly("POST", "PATCH", "GET", "POST", "PATCH", "PUT");
        assertThat(registry.stored(REPOSITORY, BLOB.digest())).hasValue(CONTENT);
    }

    @Test
    void anUploadThatBreaksOffAtOnceEachTimeIsGivenUp() {
        registry.always(PLACE, FakeRegistry.cutUploadAfter(0));

        assertThatThrownBy(this::upload)
                .asInstanceOf(type(RegistryException.class))
                .returns("PATCH", RegistryException::method)
                .returns(true, RegistryException::retryable);
        assertThat(methods().stream().filter("PATCH"::equals)).hasSize(1 + RetryPolicy.MOST_RETRIES);
    }

    @Test
    void anUploadThatIsRefusedSaysWhy() {
        registry.always(PLACE, FakeRegistry.answer(403, FakeRegistry.error("DENIED", "quota exceeded")));

        assertThatThrownBy(() -> destination()
                        .upload(
                                Descriptor.of(MediaTypes.OCI_LAYER, new byte[5]),
                                () -> new ByteArrayInputStream(new byte[5])))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("push " + registry.name() + "/" + REPOSITORY + ":1: blob sha256:")
                .hasMessageContaining("403 DENIED: quota exceeded");
    }

    @Test
    void aRegistryThatIsBusyForAMomentIsAskedAgain() {
        registry.once("/uploads/$", FakeRegistry.answer(503, new byte[0]));

        upload();

        assertThat(registry.stored(REPOSITORY, BLOB.digest())).isPresent();
    }

    @Test
    void aPutWhoseAnswerWasLostIsFoundOutByAskingForTheBlob() {
        registry.once(PLACE, (fake, exchange) -> {
            if (!exchange.getRequestMethod().equals("PUT")) {
                return false;
            }
            fake.blob(REPOSITORY, CONTENT);
            fake.forgetUploads();
            exchange.close();
            return true;
        });

        upload();

        assertThat(registry.requests("/blobs/sha256:"))
                .extracting(FakeRegistry.Request::method)
                .containsExactly("HEAD");
    }

    @Test
    void item75TheLoginDoesNotGoToAnotherHostThatAnUploadIsSentTo() {
        try (FakeRegistry other = FakeRegistry.start()) {
            registry.requireBasic("ci", "s3cret");
            registry.once(
                    "/uploads/$",
                    FakeRegistry.answer(
                            202,
                            new byte[0],
                            "Location",
                            other.at("/v2/x/blobs/uploads/0?sig=1").toString()));
            other.requireBasic("ci", "s3cret");

            assertThatThrownBy(() -> destination(Credentials.basic("ci", "s3cret"))
                            .upload(BLOB, () -> new ByteArrayInputStream(CONTENT)))
                    .isInstanceOf(RegistryException.class);

            assertThat(other.requests())
                    .isNotEmpty()
                    .allSatisfy(request -> assertThat(request.authorization()).isEmpty());
        }
    }

    @Test
    void item71ARedirectedUploadLeavesTheLoginBehind() {
        try (FakeRegistry other = FakeRegistry.start()) {
            registry.requireBasic("ci", "s3cret");
            registry.always(PLACE, FakeRegistry.redirect(other.at("/bucket/1")));

            assertThatThrownBy(() -> destination(Credentials.basic("ci", "s3cret"))
                            .upload(BLOB, () -> new ByteArrayInputStream(CONTENT)))
                    .isInstanceOf(RegistryException.class);

            assertThat(other.requests("/bucket"))
                    .isNotEmpty()
                    .allSatisfy(request -> assertThat(request.authorization()).isEmpty());
        }
    }

    @Test
    void item75AnUploadIsNotSentToAnAddressWithoutTlsThatNobodyHasNamed() {
        registry.once("/uploads/$", FakeRegistry.answer(202, new byte[0], "Location", "http://example.com/upload"));

        assertThatThrownBy(this::upload)
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("without TLS: http://example.com/upload");
    }

    @Test
    void anUploadWithoutAPlaceToGoToIsRefused() {
        registry.once("/uploads/$", FakeRegistry.answer(202, new byte[0]));

        assertThatThrownBy(this::upload).isInstanceOf(RegistryException.class);
        assertThat(methods()).containsExactly("POST");
    }

    @Test
    void aRedirectThatWouldTurnAnUploadIntoADownloadIsRefused() {
        registry.once("/uploads/$", FakeRegistry.answer(302, new byte[0], "Location", "/elsewhere"));

        assertThatThrownBy(this::upload)
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("a redirect of a POST by status 302");
        assertThat(registry.requests("/elsewhere")).isEmpty();
    }

    @Test
    void item74ARegistryThatClaimsMoreThanItWasSentGetsItFromTheStart() {
        registry.once(PLACE, FakeRegistry.cutUploadAfter(1_000));
        registry.once(
                PLACE,
                FakeRegistry.answer(204, new byte[0], "Range", "0-9999999999", "Location", "/v2/x/blobs/uploads/0"));

        upload();

        assertThat(registry.stored(REPOSITORY, BLOB.digest())).hasValue(CONTENT);
    }

    @Test
    void item62ABlobThatIsNoLongerWhatItsNameSaysIsNotPublished() {
        byte[] damaged = CONTENT.clone();
        damaged[5] ^= 1;

        assertThatThrownBy(() -> destination().upload(BLOB, () -> new ByteArrayInputStream(damaged)))
                .asInstanceOf(type(DigestMismatchException.class))
                .returns(BLOB.digest().toString(), DigestMismatchException::expected)
                .returns(Digest.sha256(damaged).toString(), DigestMismatchException::actual);
        assertThat(methods()).doesNotContain("PUT");
    }

    @Test
    void aRegistryThatKeepsSomethingElseIsNotBelieved() {
        Digest other = Digest.sha256(new byte[1]);
        registry.once(
                PLACE,
                (fake, exchange) -> exchange.getRequestMethod().equals("PUT")
                        && FakeRegistry.answer(201, new byte[0], "Docker-Content-Digest", other.toString())
                                .handle(fake, exchange));

        assertThatThrownBy(this::upload)
                .asInstanceOf(type(DigestMismatchException.class))
                .returns(other.toString(), DigestMismatchException::actual);
    }

    @Test
    void aManifestThatIsKeptAsSomethingElseIsNotBelieved() {
        Digest other = Digest.sha256(new byte[1]);
        registry.once("/manifests/", FakeRegistry.answer(201, new byte[0], "Docker-Content-Digest", other.toString()));
        TestImage image = TestImage.oci("x");

        assertThatThrownBy(() -> destination().manifest(image.descriptor, image.manifest))
                .isInstanceOf(DigestMismatchException.class);
    }

    @Test
    void contentThatCannotBeReadIsNotTheRegistrysFault() {
        StoreException damaged = new StoreException("the layer is damaged", Path.of("/layer"));

        assertThatThrownBy(() -> destination().upload(MediaTypes.OCI_LAYER, "a layer", () -> failing(damaged)))
                .isSameAs(damaged);
        assertThatThrownBy(() -> destination().upload(MediaTypes.OCI_LAYER, "a layer", () -> {
                    throw new IOException("no such file");
                }))
                .isInstanceOf(SkiffException.class)
                .hasMessageEndingWith("cannot read what is to be sent: no such file");
        assertThat(methods()).doesNotContain("PUT");
    }

    private static InputStream failing(RuntimeException failure) {
        return new FilterInputStream(new ByteArrayInputStream(CONTENT)) {
            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                if (in.available() < CONTENT.length / 2) {
                    throw failure;
                }
                return super.read(buffer, offset, length);
            }
        };
    }

    @Test
    void whatWasOpenedIsClosedHoweverItEnds() {
        List<InputStream> open = Collections.synchronizedList(new ArrayList<>());
        registry.once(PLACE, FakeRegistry.cutUploadAfter(1_000_000));
        UploadContent content = () -> {
            InputStream opened = new FilterInputStream(new ByteArrayInputStream(CONTENT)) {
                @Override
                public void close() {
                    open.remove(this);
                }
            };
            open.add(opened);
            return opened;
        };

        destination().upload(BLOB, content);

        assertThat(open).isEmpty();
    }

    @Test
    void item73ARegistryThatTakesNothingIsNotWaitedForForEver() {
        registry.always(PLACE, FakeRegistry.silence());
        RegistrySettings impatient =
                settings.withLimits(Duration.ofSeconds(2), Duration.ofMillis(30), Duration.ofSeconds(20));

        assertThatThrownBy(() -> new RegistryClient(impatient)
                        .destination(
                                Reference.parse(registry.name() + "/" + REPOSITORY + ":1"), Credentials.anonymous())
                        .upload(BLOB, () -> new ByteArrayInputStream(CONTENT)))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("gave no answer within 300 ms");
    }

    @Test
    void item73ARegistryThatAsksForTooMuchTimeIsNotWaitedFor() {
        registry.always(PLACE, FakeRegistry.answer(429, new byte[0], "Retry-After", "3600"));

        assertThatThrownBy(() -> destination()
                        .upload(
                                Descriptor.of(MediaTypes.OCI_LAYER, new byte[5]),
                                () -> new ByteArrayInputStream(new byte[5])))
                .asInstanceOf(type(RegistryException.class))
                .returns(OptionalInt.of(429), RegistryException::status);
        assertThat(methods()).containsExactly("POST", "PATCH");
    }

    @Test
    void item76TheSignatureOfAPlaceIsInNoMessage() {
        registry.always(
                "/uploads/$",
                FakeRegistry.answer(202, new byte[0], "Location", "/v2/x/blobs/uploads/0?signature=s3cret"));

        assertThatThrownBy(this::upload)
                .asInstanceOf(type(RegistryException.class))
                .satisfies(failure -> {
                    assertThat(failure.url()).endsWith("/v2/x/blobs/uploads/0");
                    assertThat(failure).hasMessageNotContaining("s3cret");
                });
    }

    @Test
    void anInterruptEndsAnUpload() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        registry.always(PLACE, (fake, exchange) -> {
            arrived.countDown();
            return FakeRegistry.silence().handle(fake, exchange);
        });
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread pushing = new Thread(() -> {
            try {
                upload();
            } catch (SkiffException e) {
                failure.set(e);
            }
        });
        pushing.start();
        arrived.await();
        pushing.interrupt();
        pushing.join();

        assertThat(failure.get()).isInstanceOf(InterruptedOperationException.class);
    }

    @Test
    void item72AMountAsksForATokenForBothRepositoriesAndAnUploadForOne() {
        registry.requireToken();
        registry.blob("library/base", CONTENT);

        Destination destination = destination();
        assertThat(destination.mount(BLOB, "library/base")).isTrue();
        assertThat(destination.has(BLOB)).isTrue();

        assertThat(registry.requests("/token"))
                .extracting(FakeRegistry.Request::query)
                .containsExactly(
                        "service=fake&scope=repository:team/app:pull,push&scope=repository:library/base:pull",
                        "service=fake&scope=repository:team/app:pull,push");
    }

    @Test
    void aTokenThatRunsOutDuringAnUploadIsRenewed() {
        registry.requireToken();
        AtomicBoolean expired = new AtomicBoolean();
        registry.once(PLACE, (fake, exchange) -> {
            if (expired.compareAndSet(false, true)) {
                fake.expireTokens();
            }
            return false;
        });

        upload();

        assertThat(registry.stored(REPOSITORY, BLOB.digest())).hasValue(CONTENT);
    }
}
