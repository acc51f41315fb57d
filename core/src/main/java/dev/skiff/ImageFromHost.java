package dev.skiff;

import dev.skiff.oci.Reference;
import dev.skiff.store.StoredImage;
import dev.skiff.work.Work;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * An image made of programs of this host, with the libraries, interpreters and directories that they need; nothing is downloaded.
 * It is the same image for as long as those files stay the same, and has no name until it is given one:
 *
 * <pre>{@code
 * Image base = Images.fromHost("node", "npm", "sh", "env").tag("node:18-alpine").await();
 * }</pre>
 */
@CheckReturnValue
public final class ImageFromHost implements Operation<Image>, ImageSource {
    private final Supplier<Engine> engine;
    private final List<String> programs;
    private final List<Reference> tags;

    private ImageFromHost(Supplier<Engine> engine, List<String> programs, List<Reference> tags) {
        this.engine = engine;
        this.programs = programs;
        this.tags = tags;
    }

    static ImageFromHost of(Supplier<Engine> engine, String... programs) {
        if (programs.length == 0) {
            throw new IllegalArgumentException("programs must name at least one, such as \"sh\"");
        }
        return new ImageFromHost(engine, List.of(programs), List.of());
    }

    /**
     * A name for the image, once it is made; it may have several.
     *
     * @throws InvalidReferenceException if that is no name
     */
    public ImageFromHost tag(String reference) {
        List<Reference> more = new ArrayList<>(tags);
        more.add(References.parse(reference));
        return new ImageFromHost(engine, programs, List.copyOf(more));
    }

    Image make() {
        Engine opened = engine.get();
        StoredImage made = opened.hostImages().of(programs);
        tags.forEach(tag -> opened.store().images().tag(made, tag));
        String name = tags.isEmpty()
                ? programs.get(0) + " of this host"
                : tags.get(tags.size() - 1).familiar();
        return Image.of(opened, made, name);
    }

    /**
     * {@inheritDoc}
     *
     * @throws HostProgramException if one of the programs, or something that it needs to start, is not here
     */
    @Override
    public Image await() {
        return Work.await(toString(), this::make);
    }

    @Override
    public Image await(Duration limit) {
        return Work.await(toString(), limit, this::make);
    }

    @Override
    public CompletableFuture<Image> async() {
        return Work.async(toString(), this::make, engine.get().executor(), image -> {});
    }

    /** Such as {@code image of node, npm from this host}. */
    @Override
    public String toString() {
        return "image of " + String.join(", ", programs) + " from this host";
    }
}
