package dev.skiff.store;

import dev.skiff.ImageNotFoundException;
import dev.skiff.StoreException;
import dev.skiff.layer.ArchiveException;
import dev.skiff.layer.ArchiveLimits;
import dev.skiff.layer.Decompression;
import dev.skiff.oci.JsonException;
import dev.skiff.oci.Platform;
import dev.skiff.oci.Reference;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Takes in images from a file or directory, whichever of the usual kinds it is. */
final class ImageLoader {
    private final Store store;
    private final Path path;
    private final Platform platform;

    ImageLoader(Store store, Path path, Platform platform) {
        this.store = store;
        this.path = path;
        this.platform = platform;
    }

    /** All of them, or none: names are given when every image is in. */
    List<ImageStore.Loaded> load() {
        String source = path.toString();
        try (Members members = members()) {
            List<ImageStore.Loaded> loaded = new ArrayList<>();
            for (FoundImage image : images(members)) {
                StoredImage stored = image.ingestInto(store.images(), source);
                loaded.add(new ImageStore.Loaded(stored, names(image, stored, members)));
            }
            loaded.forEach(image -> image.names().forEach(name -> store.images().tag(image.image(), name)));
            return loaded;
        } catch (JsonException | ArchiveException e) {
            throw new StoreException(source + ": not an archive of images: " + e.getMessage(), path, e);
        } catch (IOException e) {
            throw StoreIo.failure("load images from " + source, path, e);
        }
    }

    private List<FoundImage> images(Members members) throws IOException {
        Optional<LayoutArchive> layout = LayoutArchive.in(members);
        Optional<DockerArchive> docker = DockerArchive.in(members);
        if (layout.isEmpty() && docker.isEmpty()) {
            throw new ArchiveException("there is neither an oci-layout nor a manifest.json in it");
        }
        List<FoundImage> images = layout.isPresent()
                ? layout.get().images(platform)
                : docker.orElseThrow().images();
        if (images.isEmpty()) {
            throw new ImageNotFoundException(
                    path + " holds no image for " + platform,
                    path.toString(),
                    List.of(path + ": no image for " + platform));
        }
        return images;
    }

    /** Newer docker save writes both kinds at once, and the names only for the older. */
    private static List<Reference> names(FoundImage image, StoredImage stored, Members members) throws IOException {
        Set<Reference> names = new LinkedHashSet<>(image.names());
        Optional<DockerArchive> docker = DockerArchive.in(members);
        if (docker.isPresent()) {
            names.addAll(docker.get().names(stored.id()));
        }
        return List.copyOf(names);
    }

    private Members members() throws IOException {
        if (Files.isDirectory(path)) {
            return new DirectoryMembers(path);
        }
        if (!Files.isRegularFile(path)) {
            throw new StoreException(path + " is neither a file nor a directory", path);
        }
        try (InputStream in = Files.newInputStream(path)) {
            if (Decompression.of(in.readNBytes(6)) == Decompression.NONE) {
                return TarMembers.open(path, ArchiveLimits.DEFAULT);
            }
        }
        return unpacked();
    }

    // Its members are wanted in another order than they come in.
    private Members unpacked() throws IOException {
        Path spool = store.newFile("archive");
        try {
            try (InputStream in = Decompression.unpack(Files.newInputStream(path), ArchiveLimits.DEFAULT);
                    OutputStream out = Channels.newOutputStream(DurableFiles.create(spool))) {
                in.transferTo(out);
            }
            return TarMembers.open(spool, ArchiveLimits.DEFAULT);
        } finally {
            Files.deleteIfExists(spool); // the open file lasts as long as it is read
        }
    }
}
