package dev.skiff.store;

import dev.skiff.StoreException;
import dev.skiff.layer.LayerPacker;
import dev.skiff.linux.FileTree;
import dev.skiff.oci.DiffId;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The unpacked layers, each in a directory named by its diff id, each there whole or not at all. */
public final class LayerStore {
    private final StoreHome home;
    private final Workspace workspace;
    private final LayerHost host;

    LayerStore(StoreHome home, Workspace workspace, LayerHost host) {
        this.home = home;
        this.workspace = workspace;
        this.host = host;
    }

    /** A layer that is there. Costs one look at the disk. */
    public Optional<StoredLayer> find(DiffId diffId) {
        Path directory = directory(diffId);
        return Files.isDirectory(directory) ? Optional.of(new StoredLayer(diffId, directory)) : Optional.empty();
    }

    private Path directory(DiffId diffId) {
        return home.layers().resolve(diffId.digest().hex());
    }

    /** Begins a layer. */
    public NewLayer create() {
        return StoreIo.call(
                "make a layer", workspace.directory(), () -> new NewLayer(this, host, workspace.newDirectory("layer")));
    }

    /** The files of a layer, for reading. */
    public FileTree files(StoredLayer layer) {
        return host.tree(layer.directory());
    }

    /**
     * Writes the tar of a layer that was built here, which is made from its directory each time.
     *
     * @throws StoreException if that is no longer the tar that the layer is named by
     */
    void writeTar(StoredLayer layer, OutputStream out) throws IOException {
        try (FileTree files = files(layer)) {
            DiffId actual = LayerPacker.pack(layer.index(), files, out).diffId();
            if (!actual.equals(layer.diffId())) {
                throw new StoreException(
                        layer.directory() + " is damaged: its tar would be " + actual + "; build the image again",
                        layer.directory());
            }
        }
    }

    StoredLayer publish(Path finished, DiffId diffId) throws IOException {
        Path target = directory(diffId);
        try {
            DurableFiles.publish(finished, target);
        } catch (FileSystemException e) {
            if (!(e instanceof FileAlreadyExistsException) && !Files.isDirectory(target)) {
                throw e;
            }
            host.removeTree(finished); // somebody made the same layer meanwhile, and theirs is as good
        }
        return new StoredLayer(diffId, target);
    }
}
