package dev.skiff.store;

import dev.skiff.layer.ArchiveException;
import dev.skiff.layer.Decompression;
import dev.skiff.oci.Compression;
import dev.skiff.oci.DiffId;
import dev.skiff.oci.Digest;
import dev.skiff.oci.Digester;
import dev.skiff.oci.Json;
import dev.skiff.oci.JsonField;
import dev.skiff.oci.MediaTypes;
import dev.skiff.oci.Reference;
import dev.skiff.oci.image.Descriptor;
import dev.skiff.oci.image.ImageConfig;
import dev.skiff.oci.image.Manifest;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What {@code docker save} has written since 2016: a {@code manifest.json} that says which file is the config and which are the
 * layers. It holds no digests, so a manifest is made of what is found; the config's diff ids are what the layers are
 * checked against.
 */
final class DockerArchive {
    static final String INDEX = "manifest.json";

    private final Members members;

    private DockerArchive(Members members) {
        this.members = members;
    }

    /** An image in the archive. */
    record Entry(
            @JsonField("Config") String config,
            @JsonField("RepoTags") List<String> repoTags,
            @JsonField("Layers") List<String> layers) {
        Entry {
            repoTags = List.copyOf(repoTags);
            layers = List.copyOf(layers);
        }

        /** The file that names this image alone. */
        byte[] list() {
            return ("[" + new String(Json.write(this), StandardCharsets.UTF_8) + "]").getBytes(StandardCharsets.UTF_8);
        }
    }

    /** The file is a list, and documents of ours are objects. */
    record Entries(@JsonField(required = true) List<Entry> entries) {
        Entries {
            entries = List.copyOf(entries);
        }

        static Entries read(byte[] list) {
            String document = "{\"entries\":" + new String(list, StandardCharsets.UTF_8) + "}";
            return Json.read(document.getBytes(StandardCharsets.UTF_8), Entries.class);
        }
    }

    /** The archive, if it is one. */
    static Optional<DockerArchive> in(Members members) throws IOException {
        return members.size(INDEX).isPresent() ? Optional.of(new DockerArchive(members)) : Optional.empty();
    }

    /** The images in it, each with the names it has there. */
    List<FoundImage> images() throws IOException {
        List<FoundImage> images = new ArrayList<>();
        for (Entry entry : entries()) {
            images.add(image(entry));
        }
        return images;
    }

    /** The names that go with the config of an image. */
    List<Reference> names(Digest config) throws IOException {
        List<Reference> names = new ArrayList<>();
        for (Entry entry : entries()) {
            if (Digest.sha256(document(entry.config())).equals(config)) {
                names.addAll(names(entry));
            }
        }
        return names;
    }

    private List<Entry> entries() throws IOException {
        return Entries.read(document(INDEX)).entries();
    }

    private static List<Reference> names(Entry entry) {
        return entry.repoTags().stream()
                .map(ImageNames::parse)
                .flatMap(Optional::stream)
                .toList();
    }

    private FoundImage image(Entry entry) throws IOException {
        byte[] configDocument = document(entry.config());
        List<DiffId> diffIds = Json.read(configDocument, ImageConfig.class).diffIds();
        if (diffIds.size() != entry.layers().size()) {
            throw new ArchiveException(
                    "the archive has " + entry.layers().size() + " layers for an image of " + diffIds.size());
        }
        Descriptor config = Descriptor.of(MediaTypes.OCI_CONFIG, configDocument);
        Map<Digest, String> files = new HashMap<>();
        List<Descriptor> layers = new ArrayList<>();
        for (int i = 0; i < diffIds.size(); i++) {
            Descriptor layer = layer(entry.layers().get(i), diffIds.get(i));
            files.put(layer.digest(), entry.layers().get(i));
            layers.add(layer);
        }
        byte[] document = Json.write(Manifest.of(config, layers));
        BlobSource blobs = blob -> blob.digest().equals(config.digest())
                ? new ByteArrayInputStream(configDocument)
                : open(Objects.requireNonNull(files.get(blob.digest())));
        return new FoundImage(Descriptor.of(MediaTypes.OCI_MANIFEST, document), document, blobs, names(entry));
    }

    private Descriptor layer(String name, DiffId diffId) throws IOException {
        long size = members.size(name).orElseThrow(() -> missing(name));
        Decompression packing;
        try (InputStream in = open(name)) {
            packing = Decompression.of(in.readNBytes(6));
        }
        return switch (packing) {
            case NONE -> Descriptor.of(MediaTypes.OCI_LAYER, diffId.digest(), size); // to be checked as it is taken in
            case GZIP -> Descriptor.of(MediaTypes.layer(Compression.GZIP), digest(name), size);
            case ZSTD -> Descriptor.of(MediaTypes.layer(Compression.ZSTD), digest(name), size);
            default -> throw new ArchiveException(name + " is packed with " + packing + ", which no image may be");
        };
    }

    private Digest digest(String name) throws IOException {
        Digester digester = Digester.sha256();
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = open(name)) {
            for (int got = in.read(buffer); got >= 0; got = in.read(buffer)) {
                digester.update(buffer, 0, got);
            }
        }
        return digester.digest();
    }

    private byte[] document(String name) throws IOException {
        return members.document(name).orElseThrow(() -> missing(name));
    }

    private InputStream open(String name) throws IOException {
        return members.open(name).orElseThrow(() -> missing(name));
    }

    private static FileNotFoundException missing(String name) {
        return new FileNotFoundException("the archive has no file " + name);
    }
}
