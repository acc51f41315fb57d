package dev.skiff.build;

import dev.skiff.CacheMiss;
import dev.skiff.oci.Digest;
import dev.skiff.store.StepCache;
import dev.skiff.work.Aside;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Remembers what each instruction of a Dockerfile was made of when it was last carried out, to tell why it is carried out again. The
 * records are beside those of steps, under keys of another kind; they are read and written only when something missed the cache.
 */
final class StepMemory {
    private final StepCache records;
    private final String what;

    /** @param what tells one Dockerfile from another */
    StepMemory(StepCache records, String what) {
        this.records = records;
        this.what = what;
    }

    /** To find out why a step misses, before anything else is remembered of it. */
    Aside<CacheMiss> explain(Progress.Step step, StepKey key, boolean noCache, Consumer<CacheMiss> told) {
        Digest place = place(step);
        Digest digest = key.digest();
        StepParts parts = key.parts();
        return new Aside<>("find out why a step is carried out", () -> {
            CacheMiss why = noCache ? miss(CacheMiss.Cause.NO_CACHE) : compare(records.find(place), digest, parts);
            told.accept(why);
            return why;
        });
    }

    /** Keeps what a step that has been carried out was made of. */
    void remember(Progress.Step step, StepKey key) throws IOException {
        remember(prepare(step, key));
    }

    /** What there is to keep, which can be got ready while the step is carried out. */
    Aside<StepCache.Prepared> prepare(Progress.Step step, StepKey key) {
        Digest place = place(step);
        Digest digest = key.digest();
        StepParts parts = key.parts();
        return new Aside<>("note what a step is made of", () -> {
            String text = digest + "\n" + parts.write();
            return StepCache.prepare(place, new StepCache.Step(Optional.empty(), text));
        });
    }

    void remember(Aside<StepCache.Prepared> prepared) throws IOException {
        records.put(prepared.get());
    }

    /** Which instruction of which Dockerfile it is. */
    Digest place(Progress.Step step) {
        return StepKey.of("what an instruction was made of")
                .with(what)
                .with(step.place())
                .digest();
    }

    private static CacheMiss compare(Optional<StepCache.Step> last, Digest key, StepParts now) {
        if (last.isEmpty()) {
            return miss(CacheMiss.Cause.FIRST_BUILD);
        }
        String text = last.get().result();
        int end = Math.max(0, text.indexOf('\n'));
        if (text.substring(0, end).equals(key.toString())) {
            return miss(CacheMiss.Cause.LAYER_GONE);
        }
        return StepParts.read(text.substring(end + 1))
                .flatMap(now::changeSince)
                .orElse(miss(CacheMiss.Cause.SETTING_CHANGED));
    }

    private static CacheMiss miss(CacheMiss.Cause cause) {
        return new CacheMiss(cause, List.of());
    }
}
