package dev.skiff.store;

import dev.skiff.oci.DiffId;
import dev.skiff.oci.Json;
import dev.skiff.oci.JsonException;
import dev.skiff.oci.image.Descriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What built layers came to when they were last compressed. The blobs themselves are not kept: knowing what they are called is
 * enough to ask a registry whether it has them, and only if not are they made again.
 */
final class PackedLayers {
    private final Path directory;
    private final Workspace workspace;

    PackedLayers(Path directory, Workspace workspace) {
        this.directory = directory;
        this.workspace = workspace;
    }

    Optional<Descriptor> find(DiffId layer) {
        try {
            return Optional.of(Json.read(Files.readAllBytes(file(layer)), Descriptor.class));
        } catch (IOException | JsonException e) {
            return Optional.empty(); // not there, or torn by a power cut: then it is compressed anew
        }
    }

    void put(DiffId layer, Descriptor blob) throws IOException {
        DurableFiles.writeLazily(file(layer), Json.write(blob), workspace.directory());
    }

    private Path file(DiffId layer) {
        return directory.resolve(layer.digest().hex());
    }
}
