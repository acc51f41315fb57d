package dev.skiff.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.RegistryException;
import dev.skiff.StoreException;
import dev.skiff.layer.Tars;
import dev.skiff.linux.RawPath;
import dev.skiff.oci.Digest;
import dev.skiff.oci.MediaTypes;
import dev.skiff.oci.Reference;
import dev.skiff.oci.image.Descriptor;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is left when something breaks half way, and when several work at once. */
@Timeout(60)
class StoreFaultTest {
    @TempDir
    private Path home;

    private final MemoryLayerHost host = new MemoryLayerHost();
    private final ExecutorService executor = Executors.newFixedThreadPool(8);

    @AfterEach
    void shutDown() {
        executor.shutdownNow();
    }

    private static TestImage image() {
        return TestImage.of(
                new Tars().directory("d").file("d/a", "1").symlink("l", "d").hardLink("h", "d/a"),
                new Tars().file("d/.wh.a", "").file("d/b", "2"));
    }

    @Test
    void aCallThatFailsAnywhereLeavesTheStoreAsItWas() throws IOException {
        Store.open(home, host, Runnable::run).close();
        List<String> before = Contents.of(home);
        int calls = 0;
        for (boolean failed = true; failed; calls++) {
            FaultyLayerHost faulty = new FaultyLayerHost(host, calls);
            try (Store store = Store.open(home, faulty, Runnable::run)) {
                image().ingestInto(store);
            } catch (StoreException e) {
                assertThat(e).hasMessageContaining("ENOSPC");
            }
            failed = faulty.failed();
            if (failed) {
                assertThat(Contents.of(home)).as("failure of call %d", calls).isEqualTo(before);
            }
        }
        assertThat(calls).isGreaterThan(15);
        try (Store store = Store.open(home, host, Runnable::run)) {
            assertThat(image().ingestInto(store).files().find(RawPath.of("d/b")))
                    .isPresent();
        }
    }

    @Test
    void aSourceThatBreaksAtAnyByteLeavesTheStoreAsItWas() throws IOException {
        try (Store store = Store.open(home, host, Runnable::run)) {
            List<String> before = Contents.of(home);
            TestImage image = image();
            Descriptor last = image.layers.get(1);
            for (int broken = 0; broken < last.size(); broken += 7) {
                int at = broken;
                assertThatThrownBy(() ->
                                ingest(store, image, breaking(image, last.digest(), at, new IOException("reset"))))
                        .isInstanceOf(StoreException.class)
                        .hasMessageContaining("reset");
                assertThat(Contents.of(home)).as("broken at byte %d", at).isEqualTo(before);
            }
        }
    }

    @Test
    void aRegistryThatGoesAwayLeavesTheLayersThatCameWholeForTheNextTry() {
        try (Store store = Store.open(home, host, Runnable::run)) {
            TestImage image = image();
            RegistryException gone = new RegistryException("gone", "r", "GET", "/", 502, List.of(), true, null);
            BlobSource breaking = breaking(image, image.layers.get(1).digest(), 3, gone);

            assertThatThrownBy(() -> ingest(store, image, breaking)).isSameAs(gone);
            assertThat(store.images().list()).isEmpty();
            assertThat(store.images().find(image.manifest().digest())).isEmpty();

            image.blobs.remove(image.layers.get(0).digest());
            assertThat(ingest(store, image, image.source()).layers()).hasSize(2);
        }
    }

    @Test
    void identicalPullsFetchEachBlobOnceInOneStoreAndInTwo() throws Exception {
        Map<Digest, Integer> fetched = new ConcurrentHashMap<>();
        TestImage image = image();
        Descriptor manifest = image.manifest();
        byte[] document = image.document();
        BlobSource counting = blob -> {
            if (MediaTypes.isLayer(blob.mediaType())) {
                fetched.merge(blob.digest(), 1, Integer::sum);
            }
            return image.source().open(blob);
        };
        try (Store one = Store.open(home, host, executor);
                Store other = Store.open(home, host, executor)) {
            all(IntStream.range(0, 12)
                    .<Callable<StoredImage>>mapToObj(
                            i -> () -> (i % 2 == 0 ? one : other).images().ingest(manifest, document, counting, "test"))
                    .toList());
        }
        assertThat(fetched.values()).containsOnly(1);
        assertThat(fetched).hasSize(2);
    }

    @Test
    void namesGivenAtOnceAreAllThere() throws Exception {
        try (Store one = Store.open(home, host, executor);
                Store other = Store.open(home, host, executor)) {
            StoredImage image = image().ingestInto(one);
            all(IntStream.range(0, 40)
                    .<Callable<Boolean>>mapToObj(i -> () -> {
                        (i % 2 == 0 ? one : other).images().tag(image, Reference.parse("app:" + i));
                        return true;
                    })
                    .toList());
            assertThat(other.images().list()).hasSize(40);
        }
    }

    @Test
    void imagesWithLayersInCommonDoNotWaitForEachOther() throws Exception {
        Tars a = new Tars().file("a", "");
        Tars b = new Tars().file("b", "");
        try (Store store = Store.open(home, host, executor)) {
            all(IntStream.range(0, 10)
                    .<Callable<StoredImage>>mapToObj(
                            i -> () -> (i % 2 == 0 ? TestImage.of(a, b) : TestImage.of(b, a)).ingestInto(store))
                    .toList());
            assertThat(Files.exists(store.home().resolve("locks"))).isTrue();
            assertThat(store.home().resolve("locks")).isEmptyDirectory();
        }
    }

    private void all(List<? extends Callable<?>> work) throws Exception {
        ExecutorService callers = Executors.newFixedThreadPool(work.size());
        try {
            for (Future<?> done : callers.invokeAll(
                    work.stream().<Callable<Object>>map(w -> w::call).toList())) {
                done.get();
            }
        } finally {
            callers.shutdownNow();
        }
    }

    private static StoredImage ingest(Store store, TestImage image, BlobSource source) {
        return store.images().ingest(image.manifest(), image.document(), source, "a test");
    }

    /** Gives so many bytes of one blob, and then the failure. */
    private static BlobSource breaking(TestImage image, Digest which, int bytes, Exception failure) {
        return blob -> {
            InputStream whole = image.source().open(blob);
            if (!blob.digest().equals(which)) {
                return whole;
            }
            return new FilterInputStream(new ByteArrayInputStream(whole.readNBytes(bytes))) {
                @Override
                public int read(byte[] buffer, int offset, int length) throws IOException {
                    int got = in.read(buffer, offset, length);
                    if (got < 0) {
                        if (failure instanceof IOException io) {
                            throw io;
                        }
                        throw (RuntimeException) failure;
                    }
                    return got;
                }
            };
        };
    }
}
