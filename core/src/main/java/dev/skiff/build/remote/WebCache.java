package dev.skiff.build.remote;

import dev.skiff.oci.Digest;
import dev.skiff.oci.Json;
import dev.skiff.oci.JsonException;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * The files of the web that earlier builds have fetched: contents by their hash, and for each address what it gave last. An address
 * may hold secrets, so only its hash is kept.
 */
final class WebCache {
    private final Path directory;

    WebCache(Path directory) {
        this.directory = directory;
    }

    /** What an address gave last, and what the server wants to hear when it is asked whether that has changed. */
    record Known(Digest digest, long size, Optional<String> etag, Optional<String> lastModified) {
        Instant modified() {
            try {
                return lastModified
                        .map(text -> ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                                .toInstant())
                        .orElse(Instant.EPOCH);
            } catch (DateTimeParseException unreadable) {
                return Instant.EPOCH;
            }
        }
    }

    /** What the address gave last, if its content is still here and whole. */
    Optional<Known> find(URI address) throws IOException {
        try {
            Known known = Json.read(Files.readAllBytes(record(address)), Known.class);
            return Files.size(content(known.digest())) == known.size() ? Optional.of(known) : Optional.empty();
        } catch (NoSuchFileException | JsonException lost) {
            return Optional.empty();
        }
    }

    Download download(Known known) {
        return new Download(content(known.digest()), known.digest(), known.modified());
    }

    /** A file to write what arrives to; the caller removes it unless it was given to {@link #put}. */
    Path newFile() throws IOException {
        return Files.createTempFile(Files.createDirectories(directory), "arriving", ".tmp");
    }

    /** Takes a file over. */
    Download put(URI address, Path arrived, Known known) throws IOException {
        try (FileChannel channel = FileChannel.open(arrived, StandardOpenOption.WRITE)) {
            channel.force(true); // a later build goes by its name and size
        }
        Files.move(arrived, content(known.digest()), StandardCopyOption.ATOMIC_MOVE);
        Path record = newFile();
        Files.write(record, Json.write(known));
        Files.move(record, record(address), StandardCopyOption.ATOMIC_MOVE);
        return download(known);
    }

    private Path content(Digest digest) {
        return directory.resolve(digest.hex());
    }

    private Path record(URI address) {
        Digest name = Digest.sha256(address.toString().getBytes(StandardCharsets.UTF_8));
        return directory.resolve(name.hex() + ".json");
    }
}
