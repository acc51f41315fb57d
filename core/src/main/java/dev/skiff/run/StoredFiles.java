package dev.skiff.run;

import dev.skiff.layer.LayerEntry;
import dev.skiff.layer.LayerStack;
import dev.skiff.layer.Links;
import dev.skiff.linux.FileTree;
import dev.skiff.linux.RawPath;
import dev.skiff.store.LayerStore;
import dev.skiff.store.StoredImage;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * The files of a stored image: the indexes of its layers say which layer has a file and what kind it is, and only a regular file
 * of a fitting size is opened, from inside its layer (CVE-2026-47262).
 */
final class StoredFiles implements ImageFiles {
    private final StoredImage image;
    private final LayerStore layers;

    StoredFiles(StoredImage image, LayerStore layers) {
        this.image = image;
        this.layers = layers;
    }

    @Override
    public Optional<byte[]> read(RawPath path, int mostBytes) throws IOException {
        LayerStack stack = image.files();
        RawPath end = Links.follow(
                        path, at -> stack.find(at).map(LayerStack.Found::entry).flatMap(LayerEntry::linkTarget))
                .orElseThrow(() -> new IOException("/" + path + " of the image leads through too many links"));
        Optional<LayerStack.Found> found = stack.find(end);
        return found.isEmpty() ? Optional.empty() : Optional.of(content(path, found.get(), mostBytes));
    }

    private byte[] content(RawPath asked, LayerStack.Found found, int mostBytes) throws IOException {
        LayerEntry entry = found.entry();
        if (!entry.metadata().isRegular()) {
            throw new IOException("/" + asked + " of the image is no regular file");
        }
        if (entry.metadata().size() > mostBytes) {
            throw new IOException("/" + asked + " of the image has "
                    + entry.metadata().size() + " bytes; " + mostBytes + " are read at most");
        }
        try (FileTree files = layers.files(image.layers().get(found.layer()));
                InputStream in = files.read(entry.path())) {
            return in.readNBytes(mostBytes);
        }
    }
}
