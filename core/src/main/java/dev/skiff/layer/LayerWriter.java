package dev.skiff.layer;

import dev.skiff.linux.FileTree;
import dev.skiff.linux.RawPath;
import dev.skiff.oci.DiffId;
import dev.skiff.oci.Digester;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Makes a layer of files that are at hand, such as those of a {@code COPY}: one pass writes them into the layer's directory
 * and hashes the tar that the directory stands for, so that nothing is read again. What comes out is what
 * {@link LayerPacker} would make of the directory. Device nodes that cannot be made here are left out of the directory alone.
 */
public final class LayerWriter {
    private static final long BYTES_BETWEEN_POINTS = 4L << 20;

    private final FileTree files;
    private final OverlayForm form;
    private final LatestTime latest;
    private DigestingOutputStream hash;
    private LayerTarWriter tar;
    private EarlierLayer earlier = EarlierLayer.none();
    private final List<LayerEntry> listed = new ArrayList<>();
    private final List<WrittenLayer.Point> points = new ArrayList<>();
    private final NavigableMap<RawPath, LayerEntry> written = new TreeMap<>();
    private RawPath last = RawPath.ROOT; // of the entries
    private RawPath directory = RawPath.ROOT; // that holds the last entry
    private Optional<WrittenLayer> result = Optional.empty();
    private final SortedSet<RawPath> leftOut = new TreeSet<>();

    /** Writes into an empty directory. */
    public LayerWriter(FileTree files, OverlayForm form) {
        this(files, form, LatestTime.NONE);
    }

    /** Writes into an empty directory, with no time later than that. */
    public LayerWriter(FileTree files, OverlayForm form, LatestTime latest) {
        this.files = files;
        this.form = form;
        this.latest = latest;
        this.hash = new DigestingOutputStream(OutputStream.nullOutputStream(), Digester.sha256());
        this.tar = new LayerTarWriter(hash);
        written.put(RawPath.ROOT, LayerEntry.implied(RawPath.ROOT)); // no tar of ours lists it
    }

    /** Puts files of the earlier layer, which has them at the same paths, into this one. */
    public interface Unchanged {
        /** Begins with some, the directories of which are there. */
        void take(List<RawPath> paths) throws IOException;

        /** Waits until all that have been taken are there. */
        void await() throws IOException;
    }

    /** Makes the layer after the pattern of an earlier one: a file that is the same is taken from there, not written again. */
    public void follow(WrittenLayer layer, Unchanged taker) {
        earlier = EarlierLayer.of(layer, taker);
    }

    /** Whether {@link #resume} may save something. */
    public boolean follows() {
        return earlier.isThere();
    }

    /**
     * Adds as many of the first entries as the earlier layer begins with, without reading or hashing one of them.
     *
     * @param entries all that are to be added, files with the digests of their contents
     * @return how many of them have been added
     */
    public int resume(List<LayerEntry> entries) throws IOException {
        List<LayerEntry> clamped = entries.stream().map(latest::clamp).toList();
        Optional<WrittenLayer.Point> point = earlier.lastCommonPoint(clamped);
        if (point.isEmpty()) {
            return 0;
        }
        hash = new DigestingOutputStream(
                OutputStream.nullOutputStream(), point.get().hash().copy());
        tar = new LayerTarWriter(hash);
        points.addAll(earlier.pointsUpTo(point.get()));
        for (LayerEntry entry : clamped.subList(0, point.get().entries())) {
            checkOrder(entry);
            if (entry.metadata().isRegular()) {
                take(entry); // with all its names
            } else {
                make(entry);
            }
            put(entry);
        }
        return point.get().entries();
    }

    /** Whether the layer that is followed has that very file, content and all, so that it will be taken from there. */
    public boolean isUnchanged(LayerEntry file) {
        return earlier.has(latest.clamp(file));
    }

    /** Adds a directory, a link, a node or a deletion, which has to come after the entries before it in the order of paths. */
    public void add(LayerEntry given) throws IOException {
        LayerEntry entry = latest.clamp(given);
        if (entry.metadata().isRegular() && entry.hardLinkTo().isEmpty()) {
            add(entry, InputStream.nullInputStream());
            return;
        }
        checkOrder(entry);
        tar.add(entry);
        make(entry);
        put(entry);
        mark();
    }

    /** Adds a regular file that is in memory, and whose hash the entry knows. */
    public void add(LayerEntry given, Slice content) throws IOException {
        LayerEntry file = latest.clamp(given);
        checkOrder(file);
        tar.add(file, content);
        if (isUnchanged(file)) {
            take(file);
        } else {
            files.writeFile(file.path(), file.metadata(), content.stream());
        }
        put(file);
        mark();
    }

    /** Adds a regular file with as much content as its metadata says, and hashes it unless the entry knows its hash. */
    public void add(LayerEntry given, InputStream content) throws IOException {
        LayerEntry file = latest.clamp(given);
        checkOrder(file);
        InputStream passing = tar.passing(file, content);
        if (file.content().isEmpty()) {
            Digester digester = Digester.sha256();
            files.writeFile(file.path(), file.metadata(), new DigestingInputStream(passing, digester));
            put(file.withContent(digester.digest()));
        } else if (isUnchanged(file)) {
            passing.transferTo(OutputStream.nullOutputStream());
            take(file);
            put(file);
        } else {
            files.writeFile(file.path(), file.metadata(), passing);
            put(file);
        }
        mark();
    }

    private void take(LayerEntry file) throws IOException {
        earlier.take(file, files);
    }

    /** Completes the layer; it is in the directory when this returns, but not yet safe from a power cut. */
    public UnpackedLayer finish() throws IOException {
        tar.finish();
        earlier.complete(files);
        LayerIndex index = new LayerIndex(written);
        for (LayerEntry entry : index.entries()) {
            if (entry.isDirectory()) {
                files.setMetadata(entry.path(), form.onDisk(entry)); // last, for children change a directory's times
            }
        }
        files.flush();
        Digester digester = hash.digester();
        UnpackedLayer layer =
                new UnpackedLayer(new DiffId(digester.digest()), digester.bytes(), index, List.copyOf(leftOut));
        result = Optional.of(new WrittenLayer(layer, listed, points));
        return layer;
    }

    /** For the next layer to {@link #follow}. */
    public WrittenLayer written() {
        return result.orElseThrow(() -> new IllegalStateException("the layer is not finished"));
    }

    private void checkOrder(LayerEntry entry) {
        if (entry.path().compareTo(last) <= 0) {
            throw new IllegalArgumentException("entry " + entry.path() + " comes after " + last);
        }
        if (entry.path().isIn(directory)) {
            return;
        }
        LayerEntry parent = written.get(entry.path().parent());
        if (parent == null || !parent.isDirectory()) {
            throw new IllegalArgumentException("entry " + entry.path() + " has no directory above it");
        }
        directory = parent.path();
    }

    private void put(LayerEntry entry) {
        written.put(entry.path(), entry);
        last = entry.path();
        listed.add(entry);
    }

    private void mark() {
        long marked =
                points.isEmpty() ? 0 : points.get(points.size() - 1).hash().bytes();
        if (hash.digester().bytes() - marked >= BYTES_BETWEEN_POINTS) {
            points.add(new WrittenLayer.Point(listed.size(), hash.digester().copy()));
        }
    }

    private void make(LayerEntry entry) {
        boolean device = entry.metadata().isDevice() && !entry.isWhiteout();
        if (device && !files.canMakeDevices()) {
            leftOut.add(entry.path());
        } else if (entry.hardLinkTo().isPresent()) {
            if (!earlier.defer(entry)) {
                files.makeHardLink(entry.path(), entry.hardLinkTo().get());
            }
        } else if (entry.isDirectory()) {
            files.makeDirectory(entry.path(), entry.metadata());
        } else if (entry.linkTarget().isPresent()) {
            files.makeSymlink(entry.path(), entry.linkTarget().get(), entry.metadata());
        } else {
            files.makeNode(entry.path(), entry.metadata());
        }
    }
}
