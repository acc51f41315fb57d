package dev.skiff;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * An image made of programs of this host, with the libraries, interpreters and directories that they need; nothing is downloaded.
 * It is the same image for as long as those files stay the same, and has no name until it is given one:
 *
 * <pre>{@code
 * Image base = Images.fromHost("node", "npm", "sh", "env").await().tag("node:18-alpine");
 * }</pre>
 */
@CheckReturnValue
public final class ImageFromHost implements Operation<Image>, ImageSource {
    private final Supplier<Engine> engine;
    private final List<String> programs;

    ImageFromHost(Supplier<Engine> engine, String... programs) {
        this.engine = engine;
        this.programs = List.of(programs);
        if (programs.length == 0) {
            throw new IllegalArgumentException("programs must name at least one, such as \"sh\"");
        }
    }

    Image make() {
        Engine opened = engine.get();
        return Image.of(opened, opened.hostImages().of(programs), programs.get(0) + " of this host");
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
