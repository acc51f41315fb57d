package dev.skiff.store;

import dev.skiff.DigestMismatchException;
import dev.skiff.StoreException;
import dev.skiff.oci.Json;
import dev.skiff.oci.Reference;
import dev.skiff.oci.image.Descriptor;
import dev.skiff.oci.image.ImageLayout;
import dev.skiff.oci.image.Index;
import dev.skiff.oci.image.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes an image out as an OCI image layout: into a tar, or into a directory that is there. The tar has the {@code manifest.json}
 * of {@code docker save} as well, so {@code docker load} of any age reads it, too. Layers are as the manifest names them, so
 * the image keeps its digest; those that were built here are not compressed.
 */
final class ImageSaver {
    private final Store store;
    private final StoredImage image;
    private final List<Reference> names;

    /** @param names that the image has in what is written; may be empty */
    ImageSaver(Store store, StoredImage image, List<Reference> names) {
        this.store = store;
        this.image = image;
        this.names = List.copyOf(names);
    }

    void save(Path path) {
        try {
            StoreIo.call("save an image to " + path, path, () -> {
                write(path);
                return path;
            });
        } catch (DigestMismatchException e) {
            store.images().outgoing(image).forEach(layer -> layer.failIfDamaged(e));
            throw new StoreException(
                    e.source() + " is damaged: it is not what its name says; pull or build the image again",
                    store.home(),
                    e);
        }
    }

    private void write(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            LayoutDirectory.at(path).write(blobs(), entries());
        } else {
            LayoutTar.write(path, tarFiles());
        }
    }

    private SortedMap<String, SavedFile> tarFiles() {
        SortedMap<String, SavedFile> files = blobs();
        files.put(ImageLayout.FILE, SavedFile.of(Json.write(ImageLayout.current())));
        files.put(ImageLayout.INDEX_FILE, SavedFile.of(Json.write(Index.of(entries()))));
        files.put(DockerArchive.INDEX, SavedFile.of(dockerEntry().list()));
        return files;
    }

    private SortedMap<String, SavedFile> blobs() {
        SortedMap<String, SavedFile> files = new TreeMap<>();
        put(files, image.descriptor());
        put(files, image.manifest().config());
        for (OutgoingLayer layer : store.images().outgoing(image)) {
            Descriptor blob = layer.blob();
            files.put(
                    ImageLayout.blob(blob.digest()),
                    SavedFile.of(blob, "layer " + layer.diffId() + " in " + store.home(), layer::openAsNamed));
        }
        return files;
    }

    private void put(SortedMap<String, SavedFile> files, Descriptor document) {
        files.put(
                ImageLayout.blob(document.digest()), SavedFile.of(store.blobs().document(document)));
    }

    /** One entry for each name, as in the index of a store. */
    private List<Descriptor> entries() {
        Descriptor manifest = image.descriptor().withPlatform(image.config().platform());
        return names.isEmpty()
                ? List.of(manifest)
                : names.stream()
                        .map(name -> manifest.withAnnotations(ImageNames.annotations(name)))
                        .toList();
    }

    private DockerArchive.Entry dockerEntry() {
        Manifest manifest = image.manifest();
        return new DockerArchive.Entry(
                ImageLayout.blob(manifest.config().digest()),
                names.stream()
                        .filter(name -> name.tag().isPresent())
                        .map(Reference::toString)
                        .toList(),
                manifest.layers().stream()
                        .map(Descriptor::digest)
                        .map(ImageLayout::blob)
                        .toList());
    }
}
