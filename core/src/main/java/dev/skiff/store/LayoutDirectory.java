package dev.skiff.store;

import dev.skiff.StoreException;
import dev.skiff.layer.DigestingInputStream;
import dev.skiff.oci.Digest;
import dev.skiff.oci.Digester;
import dev.skiff.oci.Json;
import dev.skiff.oci.MediaTypes;
import dev.skiff.oci.image.Annotations;
import dev.skiff.oci.image.Descriptor;
import dev.skiff.oci.image.ImageLayout;
import dev.skiff.oci.image.Index;
import java.io.FileNotFoundException;
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
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

/**
 * An image layout in a directory that is not the store's: what other tools have put there is kept. Blobs come first and the index
 * last, each under another name until it is whole, so whoever reads it meanwhile sees the old state or the new. Two who write at
 * once may each undo the other's name, and nothing else.
 */
public final class LayoutDirectory {
    private final Path root;

    private LayoutDirectory(Path root) {
        this.root = root;
    }

    /**
     * A directory that is empty, or a layout already.
     *
     * @throws StoreException if it is anything else
     */
    public static LayoutDirectory at(Path directory) throws IOException {
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

    /** The entry of its index with this name, if there is one. */
    public Optional<Descriptor> find(String name) throws IOException {
        return index().manifests().stream()
                .filter(entry -> name.equals(entry.annotations().get(Annotations.REF_NAME)))
                .findFirst();
    }

    /** Opens a blob; what is in it is for the caller to check. */
    public InputStream open(Descriptor blob) throws IOException {
        try (DirectoryMembers members = new DirectoryMembers(root)) {
            String name = ImageLayout.blob(blob.digest());
            return members.open(name).orElseThrow(() -> new FileNotFoundException(root + " has no " + name));
        }
    }

    /** Adds a layer unless it is there, compressed if it was built here, and says what it is called. */
    public Descriptor put(OutgoingLayer layer, Executor packers) throws IOException {
        Optional<Descriptor> known = layer.known();
        if (known.isPresent() && has(known.get())) {
            return known.get();
        }
        mark();
        Path written = newFile();
        try {
            Digester digester = Digester.sha256();
            try (FileChannel channel = create(written);
                    InputStream in = new DigestingInputStream(layer.open(packers, read -> {}), digester)) {
                in.transferTo(Channels.newOutputStream(channel));
                channel.force(true);
            }
            Digest digest = digester.digest();
            Descriptor blob = Descriptor.of(layer.mediaType(), digest, digester.bytes());
            publish(written, root.resolve(ImageLayout.blob(digest)));
            layer.remember(blob);
            return blob;
        } finally {
            Files.deleteIfExists(written);
        }
    }

    /** Adds documents, then an entry to its index, which replaces the one of the same name. */
    public void put(String name, Descriptor manifest, Map<Descriptor, byte[]> documents) throws IOException {
        SortedMap<String, SavedFile> files = new TreeMap<>();
        documents.forEach((document, content) -> files.put(ImageLayout.blob(document.digest()), SavedFile.of(content)));
        write(files, List.of(manifest.withAnnotations(Map.of(Annotations.REF_NAME, name))));
    }

    private boolean has(Descriptor blob) throws IOException {
        return has(root.resolve(ImageLayout.blob(blob.digest())), blob.size());
    }

    /** Adds blobs that it lacks, then entries to its index, which replace those of the same names. */
    void write(SortedMap<String, SavedFile> blobs, List<Descriptor> entries) throws IOException {
        mark();
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
    }

    /** Says what the directory is, before anything is in it. */
    private void mark() throws IOException {
        if (Files.notExists(root.resolve(ImageLayout.FILE), LinkOption.NOFOLLOW_LINKS)) {
            put(root.resolve(ImageLayout.FILE), SavedFile.of(Json.write(ImageLayout.current())));
        }
        if (Files.notExists(root.resolve(ImageLayout.INDEX_FILE), LinkOption.NOFOLLOW_LINKS)) {
            put(root.resolve(ImageLayout.INDEX_FILE), SavedFile.of(Json.write(Index.of(List.of()))));
        }
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
        Path written = newFile();
        try {
            try (FileChannel channel = create(written);
                    InputStream in = content.content().open()) {
                in.transferTo(Channels.newOutputStream(channel));
                channel.force(true);
            }
            publish(written, file);
        } finally {
            Files.deleteIfExists(written);
        }
    }

    private Path newFile() {
        return root.resolve(".skiff-" + UUID.randomUUID());
    }

    private static FileChannel create(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    private static void publish(Path written, Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
