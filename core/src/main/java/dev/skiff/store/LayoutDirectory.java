package dev.skiff.store;

import dev.skiff.StoreException;
import dev.skiff.oci.Json;
import dev.skiff.oci.MediaTypes;
import dev.skiff.oci.image.Annotations;
import dev.skiff.oci.image.Descriptor;
import dev.skiff.oci.image.ImageLayout;
import dev.skiff.oci.image.Index;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * An image layout in a directory that is not the store's: what other tools have put there is kept. Blobs come first and the index
 * last, each under another name until it is whole, so whoever reads it meanwhile sees the old state or the new. Two who write at
 * once may each undo the other's name, and nothing else.
 */
final class LayoutDirectory {
    private final Path root;

    private LayoutDirectory(Path root) {
        this.root = root;
    }

    /** A directory that is empty, or a layout already. */
    static LayoutDirectory at(Path directory) throws IOException {
        boolean layout = Files.isRegularFile(directory.resolve(ImageLayout.FILE), LinkOption.NOFOLLOW_LINKS);
        try (Stream<Path> files = Files.list(directory)) {
            if (!layout && files.findAny().isPresent()) {
                throw new StoreException(
                        directory
                                + " is a directory with other things in it than an OCI image layout; name a file or an"
                                + " empty directory",
                        directory);
            }
        }
        return new LayoutDirectory(directory);
    }

    /** Adds blobs that it lacks, then entries to its index, which replace those of the same names. */
    void write(SortedMap<String, SavedFile> blobs, List<Descriptor> entries) throws IOException {
        for (Map.Entry<String, SavedFile> blob : blobs.entrySet()) {
            Path file = root.resolve(blob.getKey());
            if (!has(file, blob.getValue().size())) {
                put(file, blob.getValue());
            }
        }
        Index before = index();
        List<Descriptor> all = new ArrayList<>(before.manifests());
        entries.forEach(entry -> all.removeIf(old -> isReplacedBy(old, entry)));
        all.addAll(entries);
        put(root.resolve(ImageLayout.INDEX_FILE), SavedFile.of(Json.write(before.withManifests(all))));
        put(root.resolve(ImageLayout.FILE), SavedFile.of(Json.write(ImageLayout.current())));
    }

    private static boolean has(Path file, long size) throws IOException {
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && Files.size(file) == size;
    }

    private static boolean isReplacedBy(Descriptor old, Descriptor entry) {
        Optional<String> name = Optional.ofNullable(entry.annotations().get(Annotations.REF_NAME));
        Optional<String> oldName = Optional.ofNullable(old.annotations().get(Annotations.REF_NAME));
        return oldName.equals(name) && (name.isPresent() || old.digest().equals(entry.digest()));
    }

    private Index index() throws IOException {
        Path file = root.resolve(ImageLayout.INDEX_FILE);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return Index.of(List.of());
        }
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            return Index.read(in.readNBytes(Json.MAX_BYTES + 1), MediaTypes.OCI_INDEX);
        }
    }

    private void put(Path file, SavedFile content) throws IOException {
        Files.createDirectories(file.getParent());
        Path written = root.resolve(".skiff-" + UUID.randomUUID());
        try {
            try (FileChannel channel =
                            FileChannel.open(written, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                    InputStream in = content.content().open()) {
                in.transferTo(Channels.newOutputStream(channel));
                channel.force(true);
            }
            Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(written);
        }
    }
}
