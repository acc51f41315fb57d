package dev.skiff.store;

import dev.skiff.oci.DiffId;
import dev.skiff.oci.Digest;
import dev.skiff.oci.Json;
import dev.skiff.oci.JsonException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What steps of builds came to, by key: a hash of all that a step depends on. A look-up reads one small file. A record is only
 * a hint, which may be lost at any time: it is written without waiting for the disk, and one that is torn, or whose layer is
 * gone, is not there.
 */
public final class StepCache {
    private final Path directory;
    private final Workspace workspace;
    private final LayerStore layers;

    StepCache(Path directory, Workspace workspace, LayerStore layers) {
        this.directory = directory;
        this.workspace = workspace;
        this.layers = layers;
    }

    /**
     * What a step came to.
     *
     * @param layer that it made, if it made one
     * @param result what else the builder wants to know of it next time, in its own words
     */
    public record Step(Optional<DiffId> layer, String result) {}

    /** What is in the file: the key again, so that a file under a wrong name means nothing. */
    record Entry(Digest key, Optional<DiffId> layer, String result, Digest check) {
        static Entry of(Digest key, Step step) {
            return new Entry(key, step.layer(), step.result(), check(key, step));
        }

        private static Digest check(Digest key, Step step) {
            return Digest.sha256((key + "\n" + step.layer() + "\n" + step.result()).getBytes(StandardCharsets.UTF_8));
        }

        Optional<Step> step(Digest wanted) {
            Step step = new Step(layer, result);
            return key.equals(wanted) && check.equals(check(key, step)) ? Optional.of(step) : Optional.empty();
        }
    }

    /** What the step of this key came to, if that is known and its layer still here. */
    public Optional<Step> find(Digest key) {
        Path file = file(key);
        try {
            return Json.read(Files.readAllBytes(file), Entry.class)
                    .step(key)
                    .filter(step -> step.layer().isEmpty()
                            || layers.find(step.layer().get()).isPresent());
        } catch (NoSuchFileException | JsonException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw StoreIo.failure("look up a build step", file, e);
        }
    }

    /** What {@link #put} is to write: for a long result, that is most of the work. */
    public static final class Prepared {
        private final Digest key;
        private final byte[] content;

        private Prepared(Digest key, byte[] content) {
            this.key = key;
            this.content = content;
        }
    }

    public static Prepared prepare(Digest key, Step step) {
        return new Prepared(key, Json.write(Entry.of(key, step)));
    }

    /** Remembers what a step came to. Its layer has to be committed. */
    public void put(Digest key, Step step) {
        put(prepare(key, step));
    }

    /** The same. */
    public void put(Prepared step) {
        Path file = file(step.key);
        StoreIo.call("remember a build step", file, () -> {
            DurableFiles.writeLazily(file, step.content, workspace.directory());
            return file;
        });
    }

    private Path file(Digest key) {
        return directory.resolve(key.hex());
    }
}
