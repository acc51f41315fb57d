package dev.skiff.host;

import dev.skiff.linux.FileMetadata;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

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

    /** The environment of its processes. */
    public Map<String, String> environment() {
        return Map.of("PATH", path);
    }

    /** Labels that say to people what the image was made of. They steer nothing. */
    public Map<String, String> labels() {
        Map<String, String> labels = new TreeMap<>();
        labels.put("org.opencontainers.image.title", "programs of the host that built it");
        labels.put("org.opencontainers.image.description", String.join(" ", programs));
        return labels;
    }

    /**
     * Hex digits that are the same as long as the image is: a key to find it by without reading a file. It covers the
     * programs, every path, mode and link, generated content, and of each file device, inode, size, mtime and ctime.
     */
    public String identity() {
        MessageDigest digest = sha256();
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
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Text ended by a byte that neither paths nor our own words hold, so that no two lists run together alike. */
    private static void update(MessageDigest digest, String... texts) {
        for (String text : texts) {
            digest.update(text.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
