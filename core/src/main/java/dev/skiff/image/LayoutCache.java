package dev.skiff.image;

import dev.skiff.build.cache.CachePlace;
import dev.skiff.oci.Json;
import dev.skiff.oci.image.Descriptor;
import dev.skiff.oci.image.Manifest;
import dev.skiff.store.LayoutDirectory;
import dev.skiff.store.OutgoingLayer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A build cache in an OCI image layout. */
public final class LayoutCache implements CachePlace {
    /** Its name in the index of the layout. */
    private static final String NAME = "skiff-build-cache";

    private final Path directory;

    public LayoutCache(Path directory) {
        this.directory = directory;
    }

    @Override
    public String name() {
        return directory.toString();
    }

    @Override
    public Optional<Manifest> manifest() throws IOException {
        if (!Files.isDirectory(directory)) {
            return Optional.empty();
        }
        LayoutDirectory layout = LayoutDirectory.at(directory);
        Optional<Descriptor> found = layout.find(NAME);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        try (InputStream in = layout.open(found.get())) {
            byte[] document = in.readNBytes(Json.MAX_BYTES + 1);
            if (!found.get().describes(document)) {
                throw new IOException("its manifest is not what its index says");
            }
            return Optional.of(Manifest.read(document, found.get().mediaType()));
        }
    }

    @Override
    public InputStream blob(Descriptor blob) throws IOException {
        return LayoutDirectory.at(directory).open(blob);
    }

    @Override
    public List<Descriptor> put(List<OutgoingLayer> layers) throws IOException {
        LayoutDirectory layout = LayoutDirectory.at(Files.createDirectories(directory));
        List<Descriptor> blobs = new ArrayList<>();
        try (Packers packers = new Packers()) {
            for (OutgoingLayer layer : layers) {
                blobs.add(layout.put(layer, packers.executor()));
            }
        }
        return blobs;
    }

    @Override
    public void put(Descriptor config, byte[] configDocument, Descriptor manifest, byte[] document) throws IOException {
        LayoutDirectory.at(directory)
                .put(
                        NAME,
                        manifest.withArtifactType(config.mediaType()),
                        Map.of(config, configDocument, manifest, document));
    }
}
