package dev.skiff;

import com.google.common.collect.ImmutableList;
import dev.skiff.volume.VolumeStore;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The volumes of one {@link Skiff}. */
public final class SkiffVolumes {
    private final Supplier<Engine> engine;

    SkiffVolumes(Supplier<Engine> engine) {
        this.engine = engine;
    }

    private VolumeStore store() {
        return engine.get().volumes();
    }

    /** See {@link Volumes#create}. */
    public Volume create(String name) {
        return store().create(name);
    }

    /** See {@link Volumes#find}. */
    public Optional<Volume> find(String name) {
        return store().find(name).map(volume -> volume);
    }

    /** See {@link Volumes#list}. */
    public List<Volume> list() {
        return ImmutableList.copyOf(store().list());
    }
}
