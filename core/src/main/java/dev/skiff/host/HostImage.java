package dev.skiff.host;

import dev.skiff.layer.LayerEntry;
import dev.skiff.layer.LayerWriter;
import dev.skiff.linux.FileMetadata;
import dev.skiff.oci.Digest;
import dev.skiff.oci.Digester;
import dev.skiff.oci.Platform;
import dev.skiff.oci.image.ContainerConfig;
import dev.skiff.oci.image.History;
import dev.skiff.oci.image.ImageConfig;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What a base image made from this host consists of: one layer and the few facts of its configuration. Two are equal, and
 * have the same {@link #identity()}, when nothing that went in has changed on the host in between.
 *
 * @param programs as they were asked for
 * @param architecture as image configurations write it: {@code amd64}, {@code arm64}
 * @param path the image's {@code PATH}
 * @param entries of its only layer, by path: directories come before what they hold
 * @param omitted in words, what was left out and some program might miss
 */
public record HostImage(
        List<String> programs, String architecture, String path, List<HostEntry> entries, List<String> omitted) {
    public HostImage {
        programs = List.copyOf(programs);
        entries = List.copyOf(entries);
        omitted = List.copyOf(omitted);
    }

    /** When the newest of its files was last written: the same for the same host, whenever it is asked. */
    public Instant created() {
        return entries.stream()
                .map(HostEntry::metadata)
                .map(metadata -> Instant.ofEpochSecond(metadata.mtimeSeconds(), metadata.mtimeNanos()))
                .max(Instant::compareTo)
                .orElse(Instant.EPOCH);
    }

    /** Its configuration, as yet without the layer. */
    public ImageConfig config() {
        ContainerConfig container =
                ContainerConfig.empty().withEnv(List.of("PATH=" + path)).withLabels(labels());
        return ImageConfig.of(Platform.of("linux", architecture))
                .withCreated(created())
                .withConfig(container);
    }

    /** How its layer came to be. */
    public History history() {
        return History.of(created(), "from the host: " + String.join(" ", programs));
    }

    /** They say to people what the image was made of, and steer nothing. */
    private Map<String, String> labels() {
        return Map.of(
                "org.opencontainers.image.title",
                "programs of the host that built it",
                "org.opencontainers.image.description",
                String.join(" ", programs));
    }

    /**
     * The same as long as the image is: a key to find it by without reading a file. It covers the
     * programs, every path, mode and link, generated content, and of each file device, inode, size, mtime and ctime.
     */
    public Digest identity() {
        Digester digest = Digester.sha256();
        update(digest, "skiff host image 1", architecture, path, String.join("\n", programs));
        for (HostEntry entry : entries) {
            FileMetadata metadata = entry.metadata();
            digest.update(entry.path().bytes());
            update(
                    digest,
                    "",
                    Integer.toOctalString(metadata.mode()) + " " + metadata.size() + " " + metadata.mtimeSeconds() + " "
                            + metadata.mtimeNanos());
            if (entry instanceof HostEntry.HostFile file) {
                update(
                        digest,
                        file.device() + " " + file.inode() + " "
                                + file.changed().toInstant());
            } else if (entry instanceof HostEntry.Link link) {
                digest.update(link.targetBytes());
            } else if (entry instanceof HostEntry.Generated file) {
                digest.update(file.content());
            }
        }
        return digest.digest();
    }

    /**
     * Adds all entries to an empty layer; to finish it is the caller's.
     *
     * @throws IOException if a file cannot be read, or is not what it was when this image was described
     */
    public void writeTo(LayerWriter layer) throws IOException {
        for (HostEntry entry : entries) {
            if (entry instanceof HostEntry.HostFile file) {
                try (InputStream content = file.open()) {
                    layer.add(LayerEntry.file(file.path(), file.metadata()), content);
                }
            } else if (entry instanceof HostEntry.Generated file) {
                layer.add(LayerEntry.file(file.path(), file.metadata()), new ByteArrayInputStream(file.content()));
            } else if (entry instanceof HostEntry.Link link) {
                layer.add(LayerEntry.symlink(link.path(), link.metadata(), link.targetBytes()));
            } else {
                layer.add(LayerEntry.directory(entry.path(), entry.metadata()));
            }
        }
    }

    /** Text ended by a byte that neither paths nor our own words hold, so that no two lists run together alike. */
    private static void update(Digester digest, String... texts) {
        for (String text : texts) {
            digest.update(text.getBytes(StandardCharsets.UTF_8));
            digest.update(new byte[1]);
        }
    }
}
