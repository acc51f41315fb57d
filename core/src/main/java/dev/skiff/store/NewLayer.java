package dev.skiff.store;

import dev.skiff.layer.LatestTime;
import dev.skiff.layer.LayerIndexFormat;
import dev.skiff.layer.LayerPacker;
import dev.skiff.layer.UnpackedLayer;
import dev.skiff.linux.FileTree;
import dev.skiff.linux.RawPath;
import dev.skiff.linux.SyscallException;
import dev.skiff.oci.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A layer that is being made. Fill its directory, through {@link #files()} or as the upper directory of an overlay, then
 * commit; nobody sees it before. Closing one that is not committed gives it up.
 */
public final class NewLayer implements AutoCloseable {
    private static final String WORK = "work";

    private final LayerStore layers;
    private final LayerHost host;
    private final Path home;
    private @Nullable FileTree files;
    private boolean published;

    NewLayer(LayerStore layers, LayerHost host, Path home) throws IOException {
        this.layers = layers;
        this.host = host;
        this.home = home;
        Files.createDirectory(home.resolve(StoredLayer.DIFF));
    }

    /** The directory, as {@link #files()} sees it from inside. */
    public Path directory() {
        return home.resolve(StoredLayer.DIFF);
    }

    /**
     * A directory beside it on the same file system, for the use of whoever makes the layer: overlayfs needs one to work in.
     * It goes when the layer is committed.
     */
    public Path workDirectory() {
        return StoreIo.call("make a layer", home, () -> Files.createDirectories(home.resolve(WORK)));
    }

    /** Files of another layer, for this one to have. */
    public TakenFiles takenFrom(StoredLayer other, Executor executor) {
        Path root = layers.home();
        RawPath here = RawPath.of(root.relativize(directory()).toString());
        RawPath there = RawPath.of(root.relativize(other.directory()).toString());
        return new TakenFiles(host.tree(root), there, here, executor);
    }

    /** The directory from inside. The same each time, and closed with this. */
    public FileTree files() {
        FileTree opened = files;
        if (opened == null) {
            opened = host.tree(directory());
            files = opened;
        }
        return opened;
    }

    /**
     * Completes the layer from what the directory holds, as overlayfs has left it: packs it for its diff id.
     *
     * @param excluded what is no part of the layer, such as stubs of mount points
     * @param latest files with a later time get that one
     */
    public StoredLayer commit(Collection<RawPath> excluded, LatestTime latest) {
        if (Files.notExists(directory())) {
            return commit(LayerPacker.nothing()); // whoever ran a container on it has removed it, for it was empty
        }
        UnpackedLayer layer = StoreIo.call(
                "pack a layer",
                directory(),
                () -> LayerPacker.pack(files(), host.overlayForm(), excluded, latest, OutputStream.nullOutputStream()));
        return commit(layer);
    }

    /** The same, with the times as they are. */
    public StoredLayer commit(Collection<RawPath> excluded) {
        return commit(excluded, LatestTime.NONE);
    }

    /**
     * Completes a layer whose entries are known, because whoever wrote them has counted along. All see it from now on; it is on the
     * disk when it is part of an image, or the store is closed.
     */
    public StoredLayer commit(UnpackedLayer layer) {
        Optional<StoredLayer> known = layers.find(layer.diffId());
        if (known.isPresent()) {
            return known.get();
        }
        return StoreIo.call("store layer " + layer.diffId(), home, () -> {
            write(layer, true, Optional.of(Boot.ID));
            StoredLayer stored = layers.publishUnsettled(home, layer.diffId());
            published = true;
            close();
            return stored;
        });
    }

    /** Has everything on the disk, in its place, and not yet visible. */
    void finish(UnpackedLayer layer, boolean built) throws IOException {
        write(layer, built, Optional.empty());
        files().sync(); // else a power cut would leave a layer of empty files under its good name (moby #49784)
    }

    private void write(UnpackedLayer layer, boolean built, Optional<String> boot) throws IOException {
        if (files != null) {
            files.flush();
        }
        if (Files.notExists(directory())) {
            Files.createDirectory(directory());
            Files.setPosixFilePermissions(directory(), PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        if (Files.exists(home.resolve(WORK), LinkOption.NOFOLLOW_LINKS)) {
            host.removeTree(home.resolve(WORK));
        }
        Files.write(home.resolve(StoredLayer.INDEX), LayerIndexFormat.write(layer.index()));
        LayerRecord record = new LayerRecord(
                layer.diffId(),
                layer.tarBytes(),
                built,
                layer.index().hidesEverything(),
                layer.leftOut().stream().map(RawPath::toString).toList(),
                boot);
        Files.write(home.resolve(StoredLayer.RECORD), Json.write(record));
    }

    StoredLayer publish(UnpackedLayer layer) throws IOException {
        StoredLayer stored = layers.publish(home, layer.diffId());
        published = true;
        close();
        return stored;
    }

    @Override
    public void close() {
        FileTree opened = files;
        files = null;
        if (published && opened != null) {
            opened.close();
        }
        if (!published) {
            closeQuietly(opened);
            if (opened != null || !removeWhenEmpty()) {
                host.removeTree(home);
            }
        }
    }

    /** Without the kernel's help, which costs more. */
    private boolean removeWhenEmpty() {
        try {
            Files.deleteIfExists(directory());
            Files.delete(home);
            return true;
        } catch (IOException e) {
            return false; // there is something in it
        }
    }

    private static void closeQuietly(@Nullable FileTree files) {
        try {
            if (files != null) {
                files.close();
            }
        } catch (SyscallException e) {
            // something could not be written that is now removed
        }
    }
}
