package dev.skiff.build;

import dev.skiff.build.copy.CopyPlanner;
import dev.skiff.build.copy.LayerPlan;
import dev.skiff.layer.LayerStack;
import dev.skiff.layer.LayerWriter;
import dev.skiff.layer.OverlayForm;
import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.FileTree;
import dev.skiff.linux.RawPath;
import dev.skiff.oci.Digest;
import dev.skiff.oci.runtime.Mount;
import dev.skiff.store.CacheMounts;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * {@code type=cache}: a directory that outlives the build and is in no image. One of another mode, owner or seed is another cache.
 *
 * @param id of the cache, which may be used at several targets
 * @param seed what a new one has in it
 */
record CacheMount(
        CacheMounts caches,
        String target,
        String id,
        CacheMounts.Sharing sharing,
        boolean readOnly,
        OptionalInt mode,
        OptionalInt uid,
        OptionalInt gid,
        Optional<MountSource> seed)
        implements StepMount {
    private static final int MODE = 0755;

    /** What tells this cache from others. */
    Digest identity() throws IOException {
        StepKey identity = StepKey.of("cache").with(id);
        addProperties(identity);
        return identity.digest();
    }

    private void addProperties(StepKey key) throws IOException {
        key.with(mode.orElse(-1)).with(uid.orElse(-1)).with(gid.orElse(-1));
        if (seed.isPresent()) {
            seed.get().addTo(key);
        }
    }

    @Override
    public void addTo(StepKey key) throws IOException {
        key.with("cache").with(target).with(readOnly ? "ro" : "rw");
        addProperties(key);
    }

    @Override
    public void open(SandboxBuilder sandbox) throws IOException, InterruptedException {
        CacheMounts.Held held = take(sandbox);
        Mount bind = Mount.bind(held.directory().toString(), target);
        sandbox.mount(readOnly ? bind.plusOptions("ro") : bind);
    }

    /** Takes the cache into use, if the step has not yet. */
    CacheMounts.Held take(SandboxBuilder sandbox) throws IOException, InterruptedException {
        OverlayForm form = sandbox.overlayForm();
        Digest identity = identity();
        return sandbox.cache(identity, () -> caches.use(identity, id, sharing, root(), tree -> plant(tree, form)));
    }

    private FileMetadata root() {
        FileMetadata seeded = seed.map(MountSource::metadata).orElse(FileMetadata.directory(MODE));
        return FileMetadata.directory(mode.orElse(seeded.permissions()))
                .withOwner(uid.orElse(seeded.uid()), gid.orElse(seeded.gid()))
                .withMtime(Instant.now().getEpochSecond(), 0);
    }

    private void plant(FileTree empty, OverlayForm form) throws IOException {
        if (seed.isEmpty()) {
            return;
        }
        LayerPlan plan = new LayerPlan(new LayerStack(List.of()), Instant.EPOCH);
        try {
            new CopyPlanner(plan, Optional.empty(), Optional.empty())
                    .copy(seed.get().selection(), RawPath.ROOT, true);
        } catch (LayerPlan.ConflictException e) {
            throw new AssertionError("a new cache has nothing in the way", e);
        }
        plan.write(new LayerWriter(empty, form));
    }
}
