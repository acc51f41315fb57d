package dev.skiff;

import java.util.function.Supplier;

/** The containers of one {@link Skiff}. */
public final class SkiffContainers {
    private final Supplier<Engine> engine;

    SkiffContainers(Supplier<Engine> engine) {
        this.engine = engine;
    }

    /** See {@link Containers#run(ImageSource)}. */
    public Run run(ImageSource image) {
        return Run.of(engine, image);
    }

    /** See {@link Containers#run(String)}. */
    public Run run(String reference) {
        return Run.of(engine, new NamedImage(engine, reference));
    }
}
