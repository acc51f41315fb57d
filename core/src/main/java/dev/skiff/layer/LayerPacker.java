package dev.skiff.layer;

import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.FileTree;
import dev.skiff.linux.RawPath;
import dev.skiff.oci.DiffId;
import dev.skiff.oci.Digest;
import dev.skiff.oci.Digester;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Makes the tar of a layer from its directory. Its bytes are a function of what the directory holds and of nothing else: the
 * entries in the order of their paths, the root left out, times to the nanosecond, neither user names nor access times.
 */
public final class LayerPacker {
    private final FileTree files;
    private final LayerTarWriter tar;
    private final NavigableMap<RawPath, LayerEntry> written = new TreeMap<>();

    private LayerPacker(FileTree files, OutputStream out) {
        this.files = files;
        this.tar = new LayerTarWriter(out);
    }

    /**
     * Packs what overlayfs has gathered in an upper directory.
     *
     * @param excluded what to pass over, with all below: the stubs of mount points
     * @param latest files with a later time get that one, also in the directory
     * @param tar takes the archive; it is not closed, and {@link OutputStream#nullOutputStream()} will do for the hash alone
     * @return what is in the layer, without what only this host could not hold
     */
    public static UnpackedLayer pack(
            FileTree files, OverlayForm form, Collection<RawPath> excluded, LatestTime latest, OutputStream tar)
            throws IOException {
        NavigableMap<RawPath, LayerEntry> entries = new TreeMap<>();
        for (LayerEntry entry : LayerScanner.scan(files, form, excluded).entries()) {
            LayerEntry clamped = latest.clamp(entry);
            if (latest.isBefore(entry)) {
                files.setMetadata(clamped.path(), form.onDisk(clamped));
            }
            entries.put(clamped.path(), clamped);
        }
        return pack(new LayerIndex(entries), files, tar);
    }

    /** The same, with the times as they are. */
    public static UnpackedLayer pack(FileTree files, OverlayForm form, Collection<RawPath> excluded, OutputStream tar)
            throws IOException {
        return pack(files, form, excluded, LatestTime.NONE, tar);
    }

    /** A layer with nothing in it. */
    public static UnpackedLayer nothing() {
        NavigableMap<RawPath, LayerEntry> entries = new TreeMap<>();
        entries.put(RawPath.ROOT, LayerEntry.implied(RawPath.ROOT));
        DigestingOutputStream out = new DigestingOutputStream(OutputStream.nullOutputStream(), Digester.sha256());
        try {
            new LayerTarWriter(out).finish();
        } catch (IOException e) {
            throw new AssertionError("writing to nowhere fails nowhere", e);
        }
        Digester digester = out.digester();
        return new UnpackedLayer(new DiffId(digester.digest()), digester.bytes(), new LayerIndex(entries), List.of());
    }

    /** Packs a layer whose entries are known, with the contents that {@code files} has for them. */
    public static UnpackedLayer pack(LayerIndex index, FileTree files, OutputStream tar) throws IOException {
        DigestingOutputStream out = new DigestingOutputStream(tar, Digester.sha256());
        LayerPacker packer = new LayerPacker(files, out);
        for (LayerEntry entry : index.entries()) {
            packer.add(entry);
        }
        packer.tar.finish();
        Digester digester = out.digester();
        return new UnpackedLayer(
                new DiffId(digester.digest()), digester.bytes(), new LayerIndex(packer.written), List.of());
    }

    private void add(LayerEntry entry) throws IOException {
        FileMetadata metadata = entry.metadata();
        if (entry.hardLinkTo().isPresent() || !metadata.isRegular()) {
            tar.add(entry);
            Optional<Digest> shared = entry.hardLinkTo().map(written::get).flatMap(LayerEntry::content);
            written.put(entry.path(), shared.map(entry::withContent).orElse(entry));
            return;
        }
        Digester digester = Digester.sha256();
        try (InputStream content = files.read(entry.path());
                InputStream passing = new DigestingInputStream(tar.passing(entry, content), digester)) {
            passing.transferTo(OutputStream.nullOutputStream());
        }
        written.put(entry.path(), entry.withContent(digester.digest()));
    }
}
