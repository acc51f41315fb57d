package dev.skiff.layer;

import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.FileTree;
import dev.skiff.linux.RawPath;
import dev.skiff.oci.DiffId;
import dev.skiff.oci.Digester;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Turns the tar of a layer into a directory that overlayfs can stack: deletions become its whiteouts and opaque marks,
 * hard links, owners, modes, times and attributes are kept. The archive may be anyone's: the {@link FileTree} cannot be left,
 * and what would only confuse is refused with an {@link ArchiveException}. One pass; the tar is hashed on the way.
 */
public final class LayerUnpacker {
    private final FileTree files;
    private final OverlayForm form;
    private final LayerTree layer;
    private final SortedSet<RawPath> leftOut = new TreeSet<>();

    private LayerUnpacker(FileTree files, ArchiveLimits limits, OverlayForm form) {
        this.files = files;
        this.form = form;
        this.layer = new LayerTree(limits, implied -> files.makeDirectory(implied.path(), implied.metadata()));
    }

    /**
     * Unpacks an uncompressed tar to its last byte into an empty directory.
     * Device nodes that cannot be made are left out.
     */
    public static UnpackedLayer unpack(InputStream tar, FileTree into, ArchiveLimits limits, OverlayForm form)
            throws IOException {
        Digester digester = Digester.sha256();
        TarReader reader = new TarReader(new DigestingInputStream(tar, digester), limits);
        LayerUnpacker unpacker = new LayerUnpacker(into, limits, form);
        for (Optional<TarEntry> entry = reader.next(); entry.isPresent(); entry = reader.next()) {
            unpacker.add(entry.get(), reader.content());
        }
        reader.drain();
        LayerIndex index = unpacker.finish();
        return new UnpackedLayer(new DiffId(digester.digest()), digester.bytes(), index, List.copyOf(unpacker.leftOut));
    }

    private void add(TarEntry entry, InputStream content) throws IOException {
        if (Whiteout.isBookkeeping(entry.path())) {
            return;
        }
        refuseMisplacedWhiteouts(entry.path().parent());
        if (Whiteout.isOpaqueMarker(entry.path())) {
            hideBelow(entry.path());
        } else if (Whiteout.isWhiteout(entry.path())) {
            delete(entry.path());
        } else if (entry.path().isRoot() || entry.type() == TarType.DIRECTORY) {
            makeDirectory(entry);
        } else {
            makeFile(entry, content);
        }
    }

    // A directory of such a name would come out of the next tar as a deletion.
    private static void refuseMisplacedWhiteouts(RawPath parent) throws ArchiveException {
        for (RawPath at = parent; !at.isRoot(); at = at.parent()) {
            if (Whiteout.isWhiteout(at)) {
                throw new ArchiveException("tar entry below \"" + at + "\", a name that stands for a deletion");
            }
        }
    }

    private void hideBelow(RawPath marker) throws ArchiveException {
        RawPath directory = layer.locate(marker).parent();
        layer.put(layer.find(directory).orElseThrow().asOpaque());
    }

    // It hides what lower layers brought, never this layer's own files, and may come before or after them in the tar
    // (image-spec, layer.md, "Whiteouts").
    private void delete(RawPath whiteout) throws ArchiveException {
        RawPath path = layer.locate(Whiteout.hidden(whiteout));
        Optional<LayerEntry> own = layer.find(path);
        if (own.isEmpty()) {
            LayerEntry entry = LayerEntry.whiteout(path);
            files.makeNode(path, entry.metadata());
            layer.put(entry);
        } else if (own.get().isDirectory()) {
            layer.put(own.get().asOpaque());
        }
    }

    private void makeDirectory(TarEntry entry) throws ArchiveException {
        if (entry.type() != TarType.DIRECTORY) {
            throw new ArchiveException(
                    "tar entry \"" + entry.path() + "\" would replace the root with a " + entry.type());
        }
        RawPath path = entry.path().isRoot() ? RawPath.ROOT : layer.locate(entry.path());
        LayerEntry directory = layer.addDirectory(path, LayerXattrs.clean(entry.metadata()));
        if (!path.isRoot()) {
            files.makeDirectory(path, directory.metadata());
        }
    }

    private void makeFile(TarEntry entry, InputStream content) throws IOException {
        RawPath path = layer.locate(entry.path());
        Optional<LayerEntry> linked = linked(entry);
        if (linked.isPresent() && linked.get().path().equals(path)) {
            return; // a link to itself
        }
        Optional<LayerEntry> existing = layer.find(path);
        if (existing.isPresent() && existing.get().isDirectory()) {
            files.remove(path);
            layer.remove(path);
        }
        leftOut.remove(path);
        if (linked.isPresent()) {
            makeHardLink(path, linked.get());
        } else {
            layer.put(make(path, entry, content));
        }
    }

    private Optional<LayerEntry> linked(TarEntry entry) throws ArchiveException {
        if (entry.type() != TarType.HARD_LINK) {
            return Optional.empty();
        }
        RawPath name = pathOf(entry.linkName().orElseThrow(), entry);
        Optional<LayerEntry> linked = name.isRoot() ? Optional.empty() : layer.find(layer.locate(name));
        if (linked.isEmpty() || linked.get().isDirectory() || linked.get().isWhiteout()) {
            throw new ArchiveException("tar entry \"" + entry.path() + "\" is a hard link to \"" + name
                    + "\", which is no file of this layer");
        }
        return linked;
    }

    private static RawPath pathOf(byte[] linkName, TarEntry entry) throws ArchiveException {
        try {
            return RawPath.ofBytes(linkName);
        } catch (IllegalArgumentException e) {
            throw new ArchiveException("tar entry \"" + entry.path() + "\" links to a name with a NUL byte", e);
        }
    }

    private void makeHardLink(RawPath path, LayerEntry first) throws ArchiveException {
        if (leftOut.contains(first.path())) {
            leftOut.add(path);
        } else {
            files.makeHardLink(path, first.path());
        }
        layer.putHardLink(path, first);
    }

    private LayerEntry make(RawPath path, TarEntry entry, InputStream content) throws IOException {
        FileMetadata metadata = LayerXattrs.clean(entry.metadata());
        return switch (entry.type()) {
            case FILE -> writeFile(path, metadata, content);
            case SYMLINK -> makeSymlink(path, metadata, entry);
            default -> makeNode(path, metadata);
        };
    }

    private LayerEntry writeFile(RawPath path, FileMetadata metadata, InputStream content) throws IOException {
        Digester digester = Digester.sha256();
        files.writeFile(path, metadata, new DigestingInputStream(content, digester));
        return LayerEntry.file(path, metadata).withContent(digester.digest());
    }

    private LayerEntry makeSymlink(RawPath path, FileMetadata metadata, TarEntry entry) throws ArchiveException {
        byte[] target = entry.linkName().orElseThrow();
        if (target.length == 0 || target.length > 4095 || indexOfNul(target) >= 0) {
            throw new ArchiveException("tar entry \"" + path + "\" is a symbolic link that Linux cannot make");
        }
        LayerEntry link = LayerEntry.symlink(path, metadata, target);
        files.makeSymlink(path, target, link.metadata());
        return link;
    }

    private static int indexOfNul(byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == 0) {
                return i;
            }
        }
        return -1;
    }

    private LayerEntry makeNode(RawPath path, FileMetadata metadata) throws ArchiveException {
        if (LayerEntry.isWhiteout(metadata)) {
            throw new ArchiveException(
                    "tar entry \"" + path + "\" is the device 0:0, which overlayfs takes for a deletion");
        }
        if (metadata.isDevice() && !files.canMakeDevices()) {
            leftOut.add(path);
        } else {
            files.makeNode(path, metadata);
        }
        return LayerEntry.node(path, metadata);
    }

    // A directory gets its metadata last: making things in it changes its times, and it may not even be writable.
    private LayerIndex finish() {
        LayerIndex index = layer.index();
        for (LayerEntry entry : index.entries()) {
            if (entry.isDirectory()) {
                files.setMetadata(entry.path(), form.onDisk(entry));
            }
        }
        files.flush();
        return index;
    }
}
