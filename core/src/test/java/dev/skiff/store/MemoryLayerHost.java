package dev.skiff.store;

import dev.skiff.layer.OverlayForm;
import dev.skiff.linux.FileTree;
import dev.skiff.linux.testing.MemoryFileTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** A {@link LayerHost} whose directories hold their files in memory; they may be renamed as real ones may. */
public final class MemoryLayerHost implements LayerHost {
    private final Map<Object, MemoryFileTree> trees = new ConcurrentHashMap<>();

    @Override
    public FileTree tree(Path directory) {
        return memory(directory).reopen();
    }

    /** The files of a directory, seen by another. */
    public MemoryFileTree memory(Path directory) {
        return trees.computeIfAbsent(inode(directory), any -> new MemoryFileTree())
                .reopen();
    }

    private static Object inode(Path directory) {
        try {
            return Objects.requireNonNull(Files.getAttribute(directory, "unix:ino", LinkOption.NOFOLLOW_LINKS));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void removeTree(Path directory) {
        if (Files.notExists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) {
                trees.remove(inode(file));
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void endOrphans() {}

    @Override
    public OverlayForm overlayForm() {
        return OverlayForm.ROOT;
    }
}
