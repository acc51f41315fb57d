package dev.skiff.store;

import dev.skiff.layer.ArchiveException;
import dev.skiff.oci.Digest;
import dev.skiff.oci.Json;
import dev.skiff.oci.MediaTypes;
import dev.skiff.oci.Platform;
import dev.skiff.oci.image.Descriptor;
import dev.skiff.oci.image.ImageLayout;
import dev.skiff.oci.image.Index;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An OCI image layout, in a directory or a tar: what {@code skopeo copy}, {@code podman save} and newer {@code docker save} write. */
final class LayoutArchive {
    private static final int DEEPEST_INDEX = 4;

    private final Members members;

    private LayoutArchive(Members members) {
        this.members = members;
    }

    /** The layout, if it is one. */
    static Optional<LayoutArchive> in(Members members) throws IOException {
        Optional<byte[]> marker = members.document(ImageLayout.FILE);
        if (marker.isEmpty()) {
            return Optional.empty();
        }
        Json.read(marker.get(), ImageLayout.class);
        return Optional.of(new LayoutArchive(members));
    }

    /** The images in it that run on this platform, each with the names it has there. */
    List<FoundImage> images(Platform platform) throws IOException {
        byte[] document = members.document(ImageLayout.INDEX_FILE)
                .orElseThrow(() -> new ArchiveException("the image layout has no " + ImageLayout.INDEX_FILE));
        List<FoundImage> images = new ArrayList<>();
        for (Descriptor entry : Index.read(document, MediaTypes.OCI_INDEX).manifests()) {
            Optional<Descriptor> manifest = manifest(entry, platform, DEEPEST_INDEX);
            if (manifest.isPresent()) {
                images.add(new FoundImage(
                        plain(manifest.get()),
                        document(manifest.get()),
                        this::open,
                        ImageNames.of(entry).stream().toList()));
            }
        }
        return images;
    }

    private Optional<Descriptor> manifest(Descriptor entry, Platform platform, int deeper) throws IOException {
        if (entry.artifactType().isPresent()) {
            return Optional.empty(); // something else than an image, such as a build cache
        }
        if (MediaTypes.isManifest(entry.mediaType())) {
            boolean fits = entry.platform().isEmpty()
                    || platform.fitness(entry.platform().get()).isPresent();
            return fits ? Optional.of(entry) : Optional.empty();
        }
        if (!MediaTypes.isIndex(entry.mediaType())) {
            return Optional.empty();
        }
        if (deeper == 0) {
            throw new ArchiveException("indexes within indexes, more than " + DEEPEST_INDEX + " deep");
        }
        Optional<Descriptor> selected =
                Index.read(document(entry), entry.mediaType()).select(platform);
        return selected.isEmpty() ? selected : manifest(selected.get(), platform, deeper - 1);
    }

    private static Descriptor plain(Descriptor manifest) {
        return Descriptor.of(manifest.mediaType(), manifest.digest(), manifest.size());
    }

    private byte[] document(Descriptor descriptor) throws IOException {
        String name = ImageLayout.blob(descriptor.digest());
        byte[] content =
                members.document(name).orElseThrow(() -> new ArchiveException("the image layout has no " + name));
        if (!descriptor.describes(content)) {
            throw BlobStore.mismatch(
                    name, descriptor.digest(), Digest.of(descriptor.digest().algorithm(), content));
        }
        return content;
    }

    private InputStream open(Descriptor blob) throws IOException {
        String name = ImageLayout.blob(blob.digest());
        return members.open(name).orElseThrow(() -> new FileNotFoundException("the image layout has no " + name));
    }
}
