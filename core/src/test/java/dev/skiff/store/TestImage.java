package dev.skiff.store;

import dev.skiff.layer.Tars;
import dev.skiff.oci.DiffId;
import dev.skiff.oci.Digest;
import dev.skiff.oci.Json;
import dev.skiff.oci.MediaTypes;
import dev.skiff.oci.Platform;
import dev.skiff.oci.image.Descriptor;
import dev.skiff.oci.image.ImageConfig;
import dev.skiff.oci.image.ImageLayout;
import dev.skiff.oci.image.Index;
import dev.skiff.oci.image.Manifest;
import dev.skiff.oci.image.RootFs;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/** An image made by hand, whose blobs a test may damage. */
final class TestImage {
    final Map<Digest, byte[]> blobs = new LinkedHashMap<>();
    final List<Descriptor> layers = new ArrayList<>();
    final List<DiffId> diffIds = new ArrayList<>();
    Platform platform = Platform.host();

    static TestImage of(Tars... tars) {
        TestImage image = new TestImage();
        for (Tars tar : tars) {
            image.gzipLayer(tar.bytes());
        }
        return image;
    }

    TestImage gzipLayer(byte[] tar) {
        return layer(MediaTypes.OCI_LAYER_GZIP, gzip(tar), tar);
    }

    TestImage layer(String mediaType, byte[] blob, byte[] tar) {
        layers.add(add(mediaType, blob));
        diffIds.add(new DiffId(Digest.sha256(tar)));
        return this;
    }

    Descriptor add(String mediaType, byte[] blob) {
        Descriptor descriptor = Descriptor.of(mediaType, blob);
        blobs.put(descriptor.digest(), blob);
        return descriptor;
    }

    byte[] configDocument() {
        return Json.write(ImageConfig.of(platform).withRootFs(RootFs.of(diffIds)));
    }

    byte[] document() {
        return Json.write(Manifest.of(add(MediaTypes.OCI_CONFIG, configDocument()), layers));
    }

    Descriptor manifest() {
        return add(MediaTypes.OCI_MANIFEST, document());
    }

    BlobSource source() {
        return blob -> {
            byte[] content = blobs.get(blob.digest());
            if (content == null) {
                throw new FileNotFoundException(blob.digest().toString());
            }
            return new ByteArrayInputStream(content);
        };
    }

    StoredImage ingestInto(Store store) {
        return store.images().ingest(manifest(), document(), source(), "a test");
    }

    /** Writes it as an image layout, with these annotations on its manifest. */
    void writeLayout(Path directory, Map<String, String> annotations) throws IOException {
        Index index = Index.of(List.of(manifest().withAnnotations(annotations)));
        write(directory.resolve(ImageLayout.FILE), Json.write(ImageLayout.current()));
        write(directory.resolve(ImageLayout.INDEX_FILE), Json.write(index));
        writeBlobs(directory);
    }

    void writeBlobs(Path directory) throws IOException {
        for (Map.Entry<Digest, byte[]> blob : blobs.entrySet()) {
            write(directory.resolve(ImageLayout.blob(blob.getKey())), blob.getValue());
        }
    }

    static void write(Path file, byte[] content) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, content);
    }

    static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(packed)) {
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }
}
