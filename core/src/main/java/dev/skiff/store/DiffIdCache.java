package dev.skiff.store;

import dev.skiff.oci.DiffId;
import dev.skiff.oci.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Which layer a blob has been seen to unpack to. An image's config says so too, but that is a claim: it could name a layer of
 * another image, with other files than the manifest's blob has.
 */
final class DiffIdCache {
    private final Path directory;
    private final Workspace workspace;

    DiffIdCache(Path directory, Workspace workspace) {
        this.directory = directory;
        this.workspace = workspace;
    }

    Optional<DiffId> find(Digest blob) {
        try {
            return Optional.of(
                    DiffId.parse(Files.readString(directory.resolve(blob.hex()), StandardCharsets.US_ASCII)));
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty(); // not there, or torn by a power cut: then it is found out anew
        }
    }

    void put(Digest blob, DiffId diffId) throws IOException {
        DurableFiles.writeLazily(
                directory.resolve(blob.hex()),
                diffId.toString().getBytes(StandardCharsets.US_ASCII),
                workspace.directory());
    }
}
