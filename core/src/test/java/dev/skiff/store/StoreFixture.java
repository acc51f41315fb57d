package dev.skiff.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** An empty store, of layers that are in memory. */
abstract class StoreFixture {
    @TempDir
    private Path temporary;

    final MemoryLayerHost host = new MemoryLayerHost();
    Path home;
    Store store;

    @BeforeEach
    void open() {
        home = temporary.resolve("home");
        store = Store.open(home, host, Runnable::run);
    }

    @AfterEach
    void close() {
        store.close();
    }

    /** Every file of the store, and how long it is. */
    List<String> contents() throws IOException {
        return Contents.of(home);
    }
}
