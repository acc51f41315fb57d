package dev.skiff.layer;

import dev.skiff.linux.FileTree;
import dev.skiff.linux.RawPath;
import dev.skiff.oci.DiffId;
import dev.skiff.oci.Digester;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.NavigableMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Makes a layer of files that are at hand, such as those of a {@code COPY}: one pass writes them into the layer's directory
 * and hashes the tar that the directory stands for, so that nothing is read again. What comes out is what
 * {@link LayerPacker} would make of the directory. Device nodes that cannot be made here are left out of the directory alone.
 */
public final class LayerWriter {
    private final FileTree files;
    private final OverlayForm form;
    private final LatestTime latest;
    private final DigestingOutputStream hash =
            new DigestingOutputStream(OutputStream.nullOutputStream(), Digester.sha256());
    private final LayerTarWriter tar = new LayerTarWriter(hash);
    private final NavigableMap<RawPath, LayerEntry> written = new TreeMap<>();
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
        written.put(RawPath.ROOT, LayerEntry.implied(RawPath.ROOT)); // no tar of ours lists it
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
        written.put(entry.path(), entry);
    }

    /** Adds a regular file with as much content as its metadata says, and hashes it unless the entry knows its hash. */
    public void add(LayerEntry given, InputStream content) throws IOException {
        LayerEntry file = latest.clamp(given);
        checkOrder(file);
        InputStream passing = tar.passing(file, content);
        if (file.content().isPresent()) {
            files.writeFile(file.path(), file.metadata(), passing);
            written.put(file.path(), file);
            return;
        }
        Digester digester = Digester.sha256();
        files.writeFile(file.path(), file.metadata(), new DigestingInputStream(passing, digester));
        written.put(file.path(), file.withContent(digester.digest()));
    }

    /** Completes the layer; it is in the directory when this returns, but not yet safe from a power cut. */
    public UnpackedLayer finish() throws IOException {
        tar.finish();
        LayerIndex index = new LayerIndex(written);
        for (LayerEntry entry : index.entries()) {
            if (entry.isDirectory()) {
                files.setMetadata(entry.path(), form.onDisk(entry)); // last, for children change a directory's times
            }
        }
        files.flush();
        Digester digester = hash.digester();
        return new UnpackedLayer(new DiffId(digester.digest()), digester.bytes(), index, List.copyOf(leftOut));
    }

    private void checkOrder(LayerEntry entry) {
        RawPath last = written.lastKey();
        if (entry.path().compareTo(last) <= 0) {
            throw new IllegalArgumentException("entry " + entry.path() + " comes after " + last);
        }
        LayerEntry parent = written.get(entry.path().parent());
        if (parent == null || !parent.isDirectory()) {
            throw new IllegalArgumentException("entry " + entry.path() + " has no directory above it");
        }
    }

    private void make(LayerEntry entry) {
        boolean device = entry.metadata().isDevice() && !entry.isWhiteout();
        if (device && !files.canMakeDevices()) {
            leftOut.add(entry.path());
        } else if (entry.hardLinkTo().isPresent()) {
            files.makeHardLink(entry.path(), entry.hardLinkTo().get());
        } else if (entry.isDirectory()) {
            files.makeDirectory(entry.path(), entry.metadata());
        } else if (entry.linkTarget().isPresent()) {
            files.makeSymlink(entry.path(), entry.linkTarget().get(), entry.metadata());
        } else {
            files.makeNode(entry.path(), entry.metadata());
        }
    }
}
