package dev.skiff.store;

import dev.skiff.StoreException;
import dev.skiff.oci.Digest;
import dev.skiff.oci.Json;
import dev.skiff.oci.JsonException;
import dev.skiff.oci.MediaTypes;
import dev.skiff.oci.Reference;
import dev.skiff.oci.image.Descriptor;
import dev.skiff.oci.image.Index;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Which name stands for which image: the {@code index.json} of the image layout, one entry a name. What other tools have put
 * there is read, and kept as it is.
 */
final class NameTable {
    private final StoreHome home;
    private final Workspace workspace;
    private final StoreLocks locks;

    NameTable(StoreHome home, Workspace workspace, StoreLocks locks) {
        this.home = home;
        this.workspace = workspace;
        this.locks = locks;
    }

    Optional<Descriptor> find(Reference reference) {
        List<Descriptor> entries = read().manifests();
        Optional<Descriptor> exact =
                entries.stream().filter(entry -> names(entry, reference)).findFirst();
        return exact.or(() -> reference
                .digest()
                .flatMap(digest -> entries.stream()
                        .filter(entry -> entry.digest().equals(digest) && isOf(entry, reference.repository()))
                        .findFirst()));
    }

    Optional<Descriptor> find(Digest manifest) {
        return read().manifests().stream()
                .filter(entry -> isImage(entry) && entry.digest().equals(manifest))
                .findFirst();
    }

    List<ImageStore.Named> list() {
        List<ImageStore.Named> names = new ArrayList<>();
        for (Descriptor entry : read().manifests()) {
            ImageNames.of(entry)
                    .filter(name -> isImage(entry))
                    .ifPresent(name -> names.add(new ImageStore.Named(name, entry.digest())));
        }
        names.sort(Comparator.comparing(named -> named.reference().toString()));
        return names;
    }

    /** Gives the name to the image, taking it from whichever had it. Does not touch the disk if it has it already. */
    void put(Reference name, Descriptor image) {
        Reference canonical = ImageNames.canonical(name);
        Descriptor entry = image.withAnnotations(ImageNames.annotations(canonical));
        if (!read().manifests().contains(entry)) {
            change("tag " + name, index -> {
                List<Descriptor> entries = without(index, canonical);
                entries.add(entry);
                return index.withManifests(entries);
            });
        }
    }

    boolean remove(Reference name) {
        Reference canonical = ImageNames.canonical(name);
        boolean[] removed = {false};
        change("untag " + name, index -> {
            List<Descriptor> entries = without(index, canonical);
            removed[0] = entries.size() < index.manifests().size();
            return index.withManifests(entries);
        });
        return removed[0];
    }

    private static List<Descriptor> without(Index index, Reference name) {
        List<Descriptor> entries = new ArrayList<>(index.manifests());
        entries.removeIf(entry -> names(entry, name));
        return entries;
    }

    private void change(String work, UnaryOperator<Index> change) {
        StoreIo.call(
                work,
                home.index(),
                () -> locks.holding("index", work, () -> {
                    Index before = read();
                    Index after = change.apply(before);
                    if (!after.equals(before)) {
                        DurableFiles.write(home.index(), Json.write(after), workspace.directory());
                    }
                    return after;
                }));
    }

    private Index read() {
        Path file = home.index();
        try {
            return Index.read(
                    StoreIo.call("read the names of images", file, () -> Files.readAllBytes(file)),
                    MediaTypes.OCI_INDEX);
        } catch (JsonException e) {
            throw new StoreException(file + " is damaged: " + e.getMessage(), file, e);
        }
    }

    private static boolean isImage(Descriptor entry) {
        return MediaTypes.isManifest(entry.mediaType());
    }

    private static boolean names(Descriptor entry, Reference reference) {
        return isImage(entry)
                && ImageNames.of(entry)
                        .filter(ImageNames.canonical(reference)::equals)
                        .isPresent();
    }

    private static boolean isOf(Descriptor entry, String repository) {
        return isImage(entry)
                && ImageNames.of(entry)
                        .map(Reference::repository)
                        .filter(repository::equals)
                        .isPresent();
    }
}
