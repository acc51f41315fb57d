package dev.skiff;

import dev.skiff.oci.Platform;
import dev.skiff.oci.Reference;
import java.util.function.Supplier;

/** An image that somebody has only named: the one in the store, or else the registry's. */
final class NamedImage implements ImageSource {
    private final Supplier<Engine> engine;
    private final Reference reference;

    NamedImage(Supplier<Engine> engine, String reference) {
        this.engine = engine;
        this.reference = References.parse(reference);
    }

    Image make() {
        Engine opened = engine.get();
        return Image.of(opened, opened.findOrPull(reference, Platform.host()), reference.familiar());
    }

    @Override
    public String toString() {
        return reference.familiar();
    }
}
