package dev.skiff.build;

import dev.skiff.dockerfile.ByteText;
import dev.skiff.linux.RawPath;
import dev.skiff.oci.Digest;
import dev.skiff.oci.Digester;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Hashes what a step depends on. Each part goes in with its length before it, so two different lists of parts are never the same
 * bytes. It also notes what each part is about, so that a later build can say what has changed.
 */
final class StepKey {
    /** Changes whenever a step of the same description would make another layer. */
    private static final String FORMAT = "skiff-step-1";

    private static final int BUFFER_BYTES = 1 << 12;

    private final Digester digester = Digester.sha256();
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES); // of parts that are mostly tiny
    private final StepParts.Builder parts = new StepParts.Builder();
    private @Nullable Digest digest;
    private @Nullable StepParts allParts;

    private StepKey(String kind) {
        with(FORMAT).with(kind);
    }

    /** The key of something that does not follow from another step. */
    static StepKey of(String kind) {
        return new StepKey(kind);
    }

    /** The key of a step on top of another. */
    static StepKey of(String kind, Digest parent) {
        return new StepKey(kind)
                .about(StepParts.Kind.PARENT, "")
                .with(parent.toString())
                .about(StepParts.Kind.SETTING, "");
    }

    /** What the parts from here on are about. This is no part itself, so the name has to be among them if it counts. */
    StepKey about(StepParts.Kind kind, String name) {
        parts.about(kind, name);
        return this;
    }

    /** A setting of the step, by the name that people call it. */
    StepKey setting(String name, String value) {
        return about(StepParts.Kind.SETTING, name).with(value).about(StepParts.Kind.SETTING, "");
    }

    StepKey with(byte[] part) {
        room(Long.BYTES).putLong(part.length);
        if (part.length <= buffer.capacity()) {
            room(part.length).put(part);
        } else {
            flush();
            digester.update(part);
        }
        parts.add(part);
        return this;
    }

    private ByteBuffer room(int bytes) {
        if (buffer.remaining() < bytes) {
            flush();
        }
        return buffer;
    }

    private void flush() {
        digester.update(buffer.array(), 0, buffer.position());
        buffer.clear();
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

    /** The hash of all parts; there can be no more from now on. */
    Digest digest() {
        Digest known = digest;
        if (known == null) {
            flush();
            known = digester.digest();
            digest = known;
        }
        return known;
    }

    /** What the parts were about; there can be no more from now on. */
    StepParts parts() {
        StepParts known = allParts;
        if (known == null) {
            known = parts.build();
            allParts = known;
        }
        return known;
    }
}
