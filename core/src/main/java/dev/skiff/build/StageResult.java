package dev.skiff.build;

import dev.skiff.store.StoredImage;
import java.util.Optional;

/**
 * A stage that has been built.
 *
 * @param base the image below it, through whatever stages; nothing for one from scratch
 */
record StageResult(StageState state, Optional<StoredImage> base) {
    /** How many lines of its history came with the image below it. */
    int inheritedHistory() {
        return base.map(image -> image.config().history().size()).orElse(0);
    }
}
