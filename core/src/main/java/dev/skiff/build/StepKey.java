package dev.skiff.build;

import dev.skiff.dockerfile.ByteText;
import dev.skiff.linux.RawPath;
import dev.skiff.oci.Digest;
import dev.skiff.oci.Digester;
import java.nio.ByteBuffer;

/**
 * Hashes what a step depends on. Each part goes in with its length before it, so two different lists of parts are never the same
 * bytes.
 */
final class StepKey {
    /** Changes whenever a step of the same description would make another layer. */
    private static final String FORMAT = "skiff-step-1";

    private final Digester digester = Digester.sha256();

    private StepKey(String kind) {
        with(FORMAT).with(kind);
    }

    /** The key of something that does not follow from another step. */
    static StepKey of(String kind) {
        return new StepKey(kind);
    }

    /** The key of a step on top of another. */
    static StepKey of(String kind, Digest parent) {
        return new StepKey(kind).with(parent.toString());
    }

    StepKey with(byte[] part) {
        digester.update(ByteBuffer.allocate(Long.BYTES).putLong(part.length).array());
        digester.update(part);
        return this;
    }

    StepKey with(String part) {
        return with(ByteText.encode(part));
    }

    StepKey with(RawPath part) {
        return with(part.bytes());
    }

    StepKey with(long part) {
        return with(ByteBuffer.allocate(Long.BYTES).putLong(part).array());
    }

    /** The parts in order, and how many there are. */
    StepKey with(Iterable<String> parts) {
        long count = 0;
        for (String part : parts) {
            with(part);
            count++;
        }
        return with(count);
    }

    Digest digest() {
        return digester.digest();
    }
}
