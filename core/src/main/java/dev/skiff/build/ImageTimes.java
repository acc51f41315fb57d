package dev.skiff.build;

import dev.skiff.layer.LatestTime;
import dev.skiff.oci.image.History;
import dev.skiff.oci.image.ImageConfig;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Puts times into the config of a built image. A layer has the time at which it was made, however often it is found in the cache
 * afterwards; an instruction that made none has that of the layer before it, or, if the build made none before it, of the first
 * one after; in an image without any, {@code SOURCE_DATE_EPOCH} if there is one. So an image whose steps are all cached is the
 * same image, byte for byte.
 */
final class ImageTimes {
    private final LatestTime latest;

    /** @param latest no new time is later than that: {@code SOURCE_DATE_EPOCH} */
    ImageTimes(LatestTime latest) {
        this.latest = latest;
    }

    /** @param inherited how many lines of history came with the base; their times stay */
    ImageConfig apply(ImageConfig image, int inherited) {
        if (inherited == image.history().size()) {
            return image; // nothing was made
        }
        List<History> base = image.history().subList(0, inherited);
        List<History> made = image.history().subList(inherited, image.history().size());
        Optional<Instant> time =
                times(made).findFirst().or(latest::time).or(() -> times(base).reduce((first, last) -> last));
        List<History> lines = new ArrayList<>(base);
        for (History line : made) {
            time = (line.created().isPresent() ? line.created() : time).map(latest::clamp);
            lines.add(new History(
                    time, line.createdBy(), line.author(), line.comment(), line.emptyLayer(), line.extra()));
        }
        ImageConfig timed = image.withHistory(lines);
        return time.map(timed::withCreated).orElse(timed);
    }

    private static Stream<Instant> times(List<History> lines) {
        return lines.stream().flatMap(line -> line.created().stream());
    }
}
