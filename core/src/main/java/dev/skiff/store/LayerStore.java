package dev.skiff.store;

import dev.skiff.StoreException;
import dev.skiff.layer.ArchiveException;
import dev.skiff.layer.ArchiveLimits;
import dev.skiff.layer.Decompression;
import dev.skiff.layer.LayerPacker;
import dev.skiff.layer.LayerUnpacker;
import dev.skiff.layer.UnpackedLayer;
import dev.skiff.linux.FileTree;
import dev.skiff.linux.SyscallException;
import dev.skiff.oci.DiffId;
import dev.skiff.oci.image.Descriptor;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/** The unpacked layers, each in a directory named by its diff id, each there whole or not at all. */
public final class LayerStore {
    private final StoreHome home;
    private final Workspace workspace;
    private final LayerHost host;
    private final StoreLocks locks;
    private final PackedLayers packed;
    private final UnsettledLayers unsettled;

    LayerStore(StoreHome home, Workspace workspace, LayerHost host, StoreLocks locks, PackedLayers packed) {
        this.packed = packed;
        this.home = home;
        this.workspace = workspace;
        this.host = host;
        this.locks = locks;
        this.unsettled = new UnsettledLayers(host, workspace);
    }

    /** A layer that is there, whole. Costs one look at the disk. */
    public Optional<StoredLayer> find(DiffId diffId) {
        Path directory = directory(diffId);
        if (!Files.isDirectory(directory)) {
            return Optional.empty();
        }
        StoredLayer layer = new StoredLayer(diffId, directory);
        return StoreIo.call("look up a layer", directory, () -> unsettled.isWhole(layer))
                ? Optional.of(layer)
                : Optional.empty();
    }

    /** What all layers, finished or not, are below. */
    Path home() {
        return home.root();
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

    /**
     * Takes in a layer that a Skiff elsewhere has built, as if it had been built here: its blob is not kept, for its tar can be made
     * of its directory.
     *
     * @param expected what it has to unpack to
     * @param source where it comes from, as a person would name it
     * @throws dev.skiff.DigestMismatchException if it is another blob, or unpacks to another layer
     * @throws ArchiveException if it is no layer, or one that Skiff would pack otherwise
     */
    public StoredLayer adopt(Descriptor blob, DiffId expected, BlobSource from, String source) throws IOException {
        Optional<StoredLayer> here = find(expected);
        if (here.isPresent()) {
            return here.get();
        }
        String name = source + ": layer " + blob.digest();
        try (NewLayer layer = create();
                VerifiedBlob raw = new VerifiedBlob(from.open(blob), blob, name);
                InputStream tar = Decompression.unpackWithin(raw, ArchiveLimits.DEFAULT)) {
            UnpackedLayer unpacked =
                    LayerUnpacker.unpack(tar, layer.files(), ArchiveLimits.DEFAULT, host.overlayForm());
            raw.finish();
            if (!unpacked.diffId().equals(expected)) {
                throw BlobStore.mismatch(name + ", unpacked", expected, unpacked.diffId());
            }
            DiffId again = LayerPacker.pack(unpacked.index(), layer.files(), OutputStream.nullOutputStream())
                    .diffId();
            if (!again.equals(expected)) {
                throw new ArchiveException(name + " is not as Skiff packs layers");
            }
            packed.put(expected, blob);
            return layer.commit(unpacked);
        } catch (SyscallException e) {
            throw new StoreException(name + ": " + e.getMessage(), home.layers(), e);
        }
    }

    /** Shows a layer that is on the disk, while the caller holds the {@linkplain #lockOf lock} on it. */
    StoredLayer publish(Path finished, DiffId diffId) throws IOException {
        if (!show(finished, diffId)) {
            replaceBroken(finished, diffId);
        }
        DurableFiles.forceName(directory(diffId));
        return new StoredLayer(diffId, directory(diffId));
    }

    /** Shows a layer that may not be on the disk yet; {@link #settle} has it there. Nobody has to hold its lock. */
    StoredLayer publishUnsettled(Path finished, DiffId diffId) throws IOException {
        if (!show(finished, diffId)) {
            locks.holding(lockOf(diffId), "replace a broken layer", () -> replaceBroken(finished, diffId));
        }
        StoredLayer layer = new StoredLayer(diffId, directory(diffId));
        unsettled.add(layer);
        return layer;
    }

    /** The name of the lock that whoever takes a layer in from elsewhere holds meanwhile. */
    static String lockOf(DiffId diffId) {
        return "layer-" + diffId.digest().hex();
    }

    /** Whether nothing was in its place. */
    private boolean show(Path finished, DiffId diffId) throws IOException {
        Path target = directory(diffId);
        try {
            Files.move(finished, target, StandardCopyOption.ATOMIC_MOVE);
            return true;
        } catch (FileSystemException e) {
            if (!(e instanceof FileAlreadyExistsException) && !Files.isDirectory(target)) {
                throw e;
            }
            return false;
        }
    }

    /** Somebody made the same layer meanwhile, and theirs is as good; or it is what a power cut has left of one. */
    private Path replaceBroken(Path finished, DiffId diffId) throws IOException {
        Path target = directory(diffId);
        if (find(diffId).isPresent()) {
            host.removeTree(finished);
        } else {
            Path broken = workspace.newName("broken");
            Files.move(target, broken, StandardCopyOption.ATOMIC_MOVE);
            Files.move(finished, target, StandardCopyOption.ATOMIC_MOVE);
            host.removeTree(broken);
        }
        return target;
    }

    /**
     * Has layers on the disk, and all that this store has made: before an image of them is seen.
     *
     * @param diffIds of layers that are there
     */
    void settle(Collection<DiffId> diffIds) throws IOException {
        List<StoredLayer> layers = new ArrayList<>();
        new LinkedHashSet<>(diffIds).forEach(diffId -> find(diffId).ifPresent(layers::add));
        unsettled.settle(layers);
    }
}
