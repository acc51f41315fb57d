package dev.skiff.layer;

import dev.skiff.linux.FileMetadata;
import java.time.Instant;
import java.util.Optional;

/**
 * The latest time that anything new in an image may have: {@code SOURCE_DATE_EPOCH}, so that the same build has the same result
 * whenever it is run. Mostly there is none.
 */
public record LatestTime(Optional<Instant> time) {
    /** Times stay as they are. */
    public static final LatestTime NONE = new LatestTime(Optional.empty());

    /** The time, or the latest if that is earlier. */
    public Instant clamp(Instant given) {
        return time.filter(given::isAfter).orElse(given);
    }

    /** Whether the entry has a later time. Deletions have none, nor what is only implied. */
    boolean isBefore(LayerEntry entry) {
        FileMetadata metadata = entry.metadata();
        return !entry.isWhiteout()
                && !entry.implied()
                && time.isPresent()
                && Instant.ofEpochSecond(metadata.mtimeSeconds(), metadata.mtimeNanos())
                        .isAfter(time.get());
    }

    LayerEntry clamp(LayerEntry entry) {
        if (!isBefore(entry)) {
            return entry;
        }
        Instant latest = time.orElseThrow();
        return entry.withMetadata(entry.metadata().withMtime(latest.getEpochSecond(), latest.getNano()));
    }
}
