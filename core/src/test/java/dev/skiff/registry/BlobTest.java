package dev.skiff.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.skiff.Credentials;
import dev.skiff.DigestMismatchException;
import dev.skiff.InterruptedOperationException;
import dev.skiff.RegistryException;
import dev.skiff.oci.Digest;
import dev.skiff.oci.MediaTypes;
import dev.skiff.oci.Reference;
import dev.skiff.oci.image.Descriptor;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a blob is worth when the registry, or the way to it, is not. */
@Timeout(30)
class BlobTest {
    private static final String REPOSITORY = "team/app";
    private static final byte[] CONTENT = content(300_000);
    private static final Digest DIGEST = Digest.sha256(CONTENT);

    private final FakeRegistry registry = FakeRegistry.start();
    private final RegistrySettings settings = RegistrySettings.defaults()
            .withFirstPause(Duration.ofMillis(1))
            .withLimits(Duration.ofSeconds(2), Duration.ofMillis(400), Duration.ofSeconds(20));

    @AfterEach
    void stop() {
        registry.close();
    }

    @Test
    void aBlobArrivesWhole() throws IOException {
        registry.blob(REPOSITORY, CONTENT);

        assertThat(pull()).isEqualTo(CONTENT);
    }

    @Test
    void anEmptyBlobIsABlob() throws IOException {
        Digest digest = registry.blob(REPOSITORY, new byte[0]);

        try (InputStream blob = repository().blob(Descriptor.of(MediaTypes.OCI_LAYER, digest, 0))) {
            assertThat(blob.readAllBytes()).isEmpty();
        }
    }

    @Test
    void aMissingBlobIsKnownBeforeTheFirstByte() {
        assertThatThrownBy(() -> repository().blob(layer(5)))
                .isInstanceOf(RegistryException.class)
                .hasMessage(
                        "pull %s/%s:1: blob %s: no such blob (404 BLOB_UNKNOWN: unknown)",
                        registry.name(), REPOSITORY, DIGEST);
    }

    @Test
    void item62OtherBytesThanTheDigestNamesNeverReachTheirEnd() throws IOException {
        byte[] other = CONTENT.clone();
        other[other.length - 1] ^= 1;
        registry.blobUnderFalseDigest(REPOSITORY, DIGEST, other);

        try (InputStream blob = repository().blob(layer(CONTENT.length))) {
            // A reader that stops at the promised size, as an unpacker does, must not get away with it either.
            assertThatThrownBy(() -> blob.readNBytes(CONTENT.length))
                    .asInstanceOf(type(DigestMismatchException.class))
                    .returns(DIGEST.toString(), DigestMismatchException::expected)
                    .returns(Digest.sha256(other).toString(), DigestMismatchException::actual);
        }
    }

    @Test
    void item62AnotherSizeThanPromisedIsRefusedUnread() {
        registry.blob(REPOSITORY, CONTENT);

        assertThatThrownBy(() -> repository().blob(layer(CONTENT.length - 1)))
                .asInstanceOf(type(DigestMismatchException.class))
                .returns(CONTENT.length - 1 + " bytes", DigestMismatchException::expected)
                .returns(CONTENT.length + " bytes", DigestMismatchException::actual);
    }

    @Test
    void item74ReadingStopsOneByteAfterTheSize() {
        registry.always("/blobs/", FakeRegistry.endless(new byte[8192], "application/octet-stream"));

        assertThatThrownBy(this::pull)
                .asInstanceOf(type(DigestMismatchException.class))
                .returns("more", DigestMismatchException::actual);
    }

    @Test
    void aDownloadThatBreaksOffGoesOnWhereItWas() throws IOException {
        registry.blob(REPOSITORY, CONTENT);
        registry.once("/blobs/", FakeRegistry.cutAfter(100_000));
        registry.once("/blobs/", FakeRegistry.cutAfter(50_000));

        assertThat(pull()).isEqualTo(CONTENT);
        assertThat(registry.requests("/blobs/"))
                .extracting(FakeRegistry.Request::range)
                .containsExactly("", "bytes=100000-", "bytes=150000-");
    }

    @Test
    void aDownloadThatBreaksOffBeginsAnewWhereRangesAreUnknown() throws IOException {
        registry.blob(REPOSITORY, CONTENT);
        registry.withoutRanges();
        registry.once("/blobs/", FakeRegistry.cutAfter(100_000));

        assertThat(pull()).isEqualTo(CONTENT);
    }

    @Test
    void item74AnotherRangeThanAskedForIsNotAppended() throws IOException {
        registry.blob(REPOSITORY, CONTENT);
        for (String range :
                List.of("bytes 99999-299999/300000", "bytes 100000-299999/300001", "bytes 100000-1/2", "")) {
            registry.once("/blobs/", FakeRegistry.cutAfter(100_000));
            registry.once("/blobs/", FakeRegistry.answer(206, new byte[200_000], "Content-Range", range));

            assertThat(pull()).isEqualTo(CONTENT);
        }
    }

    @Test
    void item74ARangeOfAnotherLengthIsNotAppended() throws IOException {
        registry.blob(REPOSITORY, CONTENT);
        registry.once("/blobs/", FakeRegistry.cutAfter(100_000));
        registry.once("/blobs/", FakeRegistry.answer(206, new byte[7], "Content-Range", "bytes 100000-299999/300000"));

        assertThat(pull()).isEqualTo(CONTENT);
    }

    @Test
    void item74WrongBytesInTheRightRangeAreFound() {
        registry.blob(REPOSITORY, CONTENT);
        registry.once("/blobs/", FakeRegistry.cutAfter(100_000));
        registry.once(
                "/blobs/", FakeRegistry.answer(206, new byte[200_000], "Content-Range", "bytes 100000-299999/300000"));

        assertThatThrownBy(this::pull).isInstanceOf(DigestMismatchException.class);
    }

    @Test
    void item74ContentEncodingIsNeitherAskedForNorUndone() throws IOException {
        registry.blob(REPOSITORY, CONTENT);
        registry.always("/blobs/", (fake, exchange) -> {
            assertThat(exchange.getRequestHeaders().get("Accept-Encoding")).containsExactly("identity");
            exchange.getResponseHeaders().set("Content-Encoding", "gzip");
            return false;
        });

        assertThat(pull()).isEqualTo(CONTENT);
    }

    @Test
    void item73AConnectionThatAlwaysBreaksIsGivenUp() {
        registry.blob(REPOSITORY, CONTENT);
        registry.always("/blobs/", FakeRegistry.cutAfter(10));

        assertThatThrownBy(this::pull)
                .asInstanceOf(type(RegistryException.class))
                .returns(true, RegistryException::retryable);
        assertThat(registry.requests("/blobs/")).hasSize(1 + RetryPolicy.MOST_RETRIES);
    }

    @Test
    void item73APeerThatFallsSilentIsLeftForANewConnection() throws IOException {
        registry.blob(REPOSITORY, CONTENT);
        registry.once("/blobs/", FakeRegistry.silentAfter(1000));

        assertThat(pull()).isEqualTo(CONTENT);
        assertThat(registry.requests("/blobs/"))
                .extracting(FakeRegistry.Request::range)
                .contains("bytes=1000-");
    }

    @Test
    void item73ADripOfBytesEndsWithTheTimeForAll() {
        registry.always("/blobs/", (fake, exchange) -> {
            exchange.sendResponseHeaders(200, CONTENT.length);
            for (int i = 0; i < CONTENT.length; i++) {
                exchange.getResponseBody().write(CONTENT, i, 1);
                exchange.getResponseBody().flush();
                pause(20);
            }
            return true;
        });
        RegistrySettings hurried =
                settings.withLimits(Duration.ofSeconds(2), Duration.ofMillis(400), Duration.ofSeconds(1));

        assertThatThrownBy(() -> pull(new RegistryClient(hurried)))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("within 1 s");
    }

    @Test
    void anInterruptStopsTheDownloadAndStaysSet() throws Exception {
        registry.blob(REPOSITORY, CONTENT);
        registry.once("/blobs/", FakeRegistry.silentAfter(1000));
        RegistryClient patient = new RegistryClient(
                settings.withLimits(Duration.ofSeconds(2), Duration.ofMinutes(1), Duration.ofMinutes(1)));
        CompletableFuture<Boolean> flag = new CompletableFuture<>();
        Thread reader = new Thread(() -> {
            try {
                pull(patient);
                flag.completeExceptionally(new AssertionError("not interrupted"));
            } catch (InterruptedOperationException e) {
                flag.complete(Thread.currentThread().isInterrupted());
            } catch (Throwable e) {
                flag.completeExceptionally(e);
            }
        });
        reader.start();
        pause(200);
        reader.interrupt();

        assertThat(flag.get(5, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void closingFromAnotherThreadEndsAReadThatWaits() throws Exception {
        registry.blob(REPOSITORY, CONTENT);
        registry.once("/blobs/", FakeRegistry.silentAfter(1000));
        RegistryClient patient = new RegistryClient(
                settings.withLimits(Duration.ofSeconds(2), Duration.ofMinutes(1), Duration.ofMinutes(1)));
        InputStream blob = repository(patient).blob(layer(CONTENT.length));
        CompletableFuture<byte[]> reading = CompletableFuture.supplyAsync(() -> {
            try {
                return blob.readAllBytes();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        pause(200);
        blob.close();

        assertThatThrownBy(() -> reading.get(5, TimeUnit.SECONDS))
                .hasCauseInstanceOf(RegistryException.class)
                .hasMessageContaining("closed before its end");
    }

    @Test
    void blobsAreReadSideBySide() {
        List<Descriptor> layers = IntStream.range(0, 8)
                .mapToObj(i -> content(100_000 + i))
                .peek(content -> registry.blob(REPOSITORY, content))
                .map(content -> Descriptor.of(MediaTypes.OCI_LAYER, content))
                .toList();
        registry.requireToken();
        // eight at once on a busy machine may be slow, and slowness is not what this is about
        Repository repository = repository(new RegistryClient(
                settings.withLimits(Duration.ofSeconds(20), Duration.ofMinutes(1), Duration.ofMinutes(1))));

        List<CompletableFuture<byte[]>> all = IntStream.range(0, 8)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> {
                    try (InputStream blob = repository.blob(layers.get(i))) {
                        return blob.readAllBytes();
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                }))
                .toList();

        assertThat(all).allSatisfy(one -> assertThat(one.join()).hasSizeGreaterThanOrEqualTo(100_000));
        assertThat(registry.requests("/token")).as("one token for all of them").hasSize(1);
    }

    private byte[] pull() throws IOException {
        return pull(new RegistryClient(settings));
    }

    private byte[] pull(RegistryClient client) throws IOException {
        try (InputStream blob = repository(client).blob(layer(CONTENT.length))) {
            return blob.readAllBytes();
        }
    }

    private Repository repository() {
        return repository(new RegistryClient(settings));
    }

    private Repository repository(RegistryClient client) {
        return client.repository(Reference.parse(registry.name() + "/" + REPOSITORY + ":1"), Credentials.anonymous());
    }

    private static Descriptor layer(long size) {
        return Descriptor.of(MediaTypes.OCI_LAYER, DIGEST, size);
    }

    private static byte[] content(int size) {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        return Arrays.copyOf(content, size);
    }

    private static void pause(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
