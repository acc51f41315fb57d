package dev.skiff.store;

import dev.skiff.oci.DiffId;
import dev.skiff.oci.image.Descriptor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * What Skiff keeps: images, their layers unpacked, and what builds remember. Any number of JVMs may have the same home open.
 * Thread-safe.
 */
public final class Store implements AutoCloseable {
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(30); // somebody else may be pulling gigabytes

    private final StoreHome home;
    private final LayerHost host;
    private final Executor executor;
    private final Workspace workspace;
    private final StoreLocks locks;
    private final BlobStore blobs;
    private final LayerStore layers;
    private final DiffIdCache diffIds;
    private final PackedLayers packed;
    private final ImageStore images;
    private final StepCache steps;
    private final CacheMounts cacheMounts;

    private Store(StoreHome home, LayerHost host, Executor executor, Workspace workspace) {
        this.home = home;
        this.host = host;
        this.executor = executor;
        this.workspace = workspace;
        this.locks = new StoreLocks(home.locks(), LONGEST_WAIT);
        this.blobs = new BlobStore(home, workspace);
        this.packed = new PackedLayers(home.packed(), workspace);
        this.layers = new LayerStore(home, workspace, host, locks, packed);
        this.diffIds = new DiffIdCache(home.diffIds(), workspace);
        this.images = new ImageStore(this, new NameTable(home, workspace, locks));
        this.steps = new StepCache(home.steps(), workspace, layers);
        this.cacheMounts = new CacheMounts(home.cacheMounts(), host);
    }

    /**
     * Opens the store at {@code home}, made if it is not there, and removes what dead processes left unfinished.
     *
     * @param executor for work side by side; it may be busy
     */
    public static Store open(Path home, LayerHost host, Executor executor) {
        StoreHome prepared = StoreHome.prepare(home);
        return StoreIo.call(
                "open the store",
                prepared.root(),
                () -> new Store(prepared, host, executor, Workspace.open(prepared.temporary(), host)));
    }

    public ImageStore images() {
        return images;
    }

    public LayerStore layers() {
        return layers;
    }

    public StepCache steps() {
        return steps;
    }

    public CacheMounts cacheMounts() {
        return cacheMounts;
    }

    /** The directory that all of it is in. */
    public Path home() {
        return home.root();
    }

    /** The directory for containers. */
    public Path containers() {
        return home.containers();
    }

    /** Room for a piece of work; what a JVM leaves there when it is killed, the next to open the store removes. */
    public Scratch scratch() {
        return new Scratch(workspace, host);
    }

    /** A name for a file that does not outlive this store. */
    public Path newFile(String kind) {
        return workspace.newName(kind);
    }

    BlobStore blobs() {
        return blobs;
    }

    DiffIdCache diffIds() {
        return diffIds;
    }

    PackedLayers packed() {
        return packed;
    }

    StoreLocks locks() {
        return locks;
    }

    LayerHost host() {
        return host;
    }

    /** For work side by side; it may be busy. */
    public Executor executor() {
        return executor;
    }

    /** Whether both the blob and the directory are here, and known to be the same layer. */
    boolean hasLayer(Descriptor blob, DiffId diffId) {
        if (layers.find(diffId).isEmpty()) {
            return false;
        }
        boolean built =
                blob.digest().equals(diffId.digest()); // the blob is the tar itself, to be had from the directory
        return built
                || (blobs.has(blob)
                        && diffIds.find(blob.digest()).filter(diffId::equals).isPresent());
    }

    /** Lets the store go, and removes what is unfinished. */
    @Override
    public void close() {
        try {
            StoreIo.call("have layers on the disk", home.root(), () -> {
                layers.settle(List.of()); // of builds that have failed, which the next may go on from
                return home;
            });
        } finally {
            workspace.close();
        }
    }
}
