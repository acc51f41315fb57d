package dev.skiff.build.remote;

import dev.skiff.oci.Digest;
import java.nio.file.Path;
import java.time.Instant;

/**
 * A file of the web that is here.
 *
 * @param content where; it stays, and is not to be changed
 * @param digest the sha256 of it
 * @param modified when, as the server has it; the epoch if it did not say
 */
public record Download(Path content, Digest digest, Instant modified) {}
