package dev.skiff.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.layer.Tars;
import dev.skiff.oci.DiffId;
import dev.skiff.oci.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StepCacheTest {
    private static final Digest KEY = Digest.sha256(new byte[] {1});

    @TempDir
    private Path home;

    private final MemoryLayerHost host = new MemoryLayerHost();
    private Store store;

    @BeforeEach
    void open() {
        store = Store.open(home, host, Runnable::run);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void aStepIsRemembered() {
        DiffId layer = TestImage.of(new Tars().file("a", ""))
                .ingestInto(store)
                .layers()
                .get(0)
                .diffId();
        StepCache.Step step = new StepCache.Step(Optional.of(layer), "{\"any\":\"thing\"}\n");
        store.steps().put(KEY, step);

        assertThat(store.steps().find(KEY)).hasValue(step);
        assertThat(store.steps().find(Digest.sha256(new byte[] {2}))).isEmpty();
    }

    @Test
    void aStepWhoseLayerIsGoneIsForgotten() {
        StoredLayer layer = TestImage.of(new Tars().file("a", ""))
                .ingestInto(store)
                .layers()
                .get(0);
        store.steps().put(KEY, new StepCache.Step(Optional.of(layer.diffId()), ""));
        host.removeTree(layer.directory().getParent());

        assertThat(store.steps().find(KEY)).isEmpty();
    }

    @Test
    void aTornOrChangedOrMisplacedRecordIsNone() throws IOException {
        store.steps().put(KEY, new StepCache.Step(Optional.empty(), "result"));
        Path file = home.resolve("cache/steps/" + KEY.hex());
        byte[] whole = Files.readAllBytes(file);

        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThat(store.steps().find(KEY)).isEmpty();
        }
        Files.writeString(file, new String(whole, StandardCharsets.UTF_8).replace("result", "Result"));
        assertThat(store.steps().find(KEY)).isEmpty();

        Digest other = Digest.sha256(new byte[] {2});
        Files.write(home.resolve("cache/steps/" + other.hex()), whole);
        assertThat(store.steps().find(other)).isEmpty();
    }
}
