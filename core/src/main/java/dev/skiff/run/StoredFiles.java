package dev.skiff.run;

import dev.skiff.layer.LayerEntry;
import dev.skiff.layer.LayerStack;
import dev.skiff.linux.FileTree;
import dev.skiff.linux.RawPath;
import dev.skiff.store.LayerStore;
import dev.skiff.store.StoredImage;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;

/**
 * The files of a stored image: the indexes of its layers say which layer has a file and what kind it is, and only a regular file
 * of a fitting size is opened, from inside its layer (CVE-2026-47262).
 */
final class StoredFiles implements ImageFiles {
    private static final int MOST_LINKS = 40; // as the kernel's MAXSYMLINKS

    private final StoredImage image;
    private final LayerStore layers;

    StoredFiles(StoredImage image, LayerStore layers) {
        this.image = image;
        this.layers = layers;
    }

    @Override
    public Optional<byte[]> read(RawPath path, int mostBytes) throws IOException {
        Optional<LayerStack.Found> found = follow(path, image.files());
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

    /** What the path leads to for a process that has the image as its root: no link leads out. */
    private static Optional<LayerStack.Found> follow(RawPath path, LayerStack stack) throws IOException {
        Deque<byte[]> ahead = new ArrayDeque<>();
        push(ahead, path.bytes());
        RawPath at = RawPath.ROOT;
        for (int links = 0; !ahead.isEmpty(); ) {
            byte[] name = ahead.pop();
            if (Arrays.equals(name, new byte[] {'.', '.'})) {
                at = at.parent();
                continue;
            }
            RawPath next = at.resolve(RawPath.ofBytes(name));
            Optional<byte[]> target =
                    stack.find(next).flatMap(found -> found.entry().linkTarget());
            if (target.isEmpty()) {
                at = next;
            } else if (++links > MOST_LINKS) {
                throw new IOException("/" + path + " of the image leads through too many links");
            } else {
                at = target.get().length > 0 && target.get()[0] == '/' ? RawPath.ROOT : at;
                push(ahead, target.get());
            }
        }
        return stack.find(at);
    }

    private static void push(Deque<byte[]> ahead, byte[] path) {
        int end = path.length;
        for (int i = path.length - 1; i >= -1; i--) {
            if (i < 0 || path[i] == '/') {
                if (end > i + 1) {
                    ahead.push(Arrays.copyOfRange(path, i + 1, end));
                }
                end = i;
            }
        }
    }
}
