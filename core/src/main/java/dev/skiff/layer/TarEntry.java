package dev.skiff.layer;

import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.RawPath;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * One member of a tar archive, as its headers tell it.
 *
 * @param path cleaned and held at the root: {@code /etc//x}, {@code ./etc/x} and {@code ../etc/x} are all {@code etc/x}
 * @param type what it makes
 * @param metadata as it shall be; its size is that of the content which follows
 * @param linkName the target of a symbolic link, byte for byte, or the name that a hard link shares
 */
public record TarEntry(RawPath path, TarType type, FileMetadata metadata, Optional<byte[]> linkName) {
    static TarEntry of(RawPath path, TarType type, FileMetadata metadata) {
        return new TarEntry(path, type, metadata, Optional.empty());
    }

    @Override
    public String toString() {
        return type + " " + path
                + linkName.map(to -> " -> " + new String(to, StandardCharsets.UTF_8))
                        .orElse("");
    }
}
