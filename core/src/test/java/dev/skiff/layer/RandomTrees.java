package dev.skiff.layer;

import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.RawPath;
import dev.skiff.linux.testing.MemoryFileTree;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Directories as overlayfs could have left them, with everything that a file on a disk can be. */
public final class RandomTrees {
    private static final String[] NAMES = {
        "a", "b", "a-b", "a.b", "A", "\u00ff\u0001", "caf\u00e9", "x".repeat(120), ".hidden", "a\nb"
    };

    private static final byte[] CAPABILITY = {1, 0, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};

    private final Random random;
    private final OverlayForm form;
    private final boolean devices;
    private final MemoryFileTree tree = new MemoryFileTree();
    private final List<RawPath> files = new ArrayList<>();

    private RandomTrees(long seed, OverlayForm form, boolean devices) {
        this.random = new Random(seed);
        this.form = form;
        this.devices = devices;
    }

    static MemoryFileTree of(long seed) {
        return of(seed, OverlayForm.ROOT, true);
    }

    /** The same tree for the same seed, marked as overlayfs does on that host. */
    public static MemoryFileTree of(long seed, OverlayForm form, boolean devices) {
        RandomTrees trees = new RandomTrees(seed, form, devices);
        trees.fill(RawPath.ROOT, 0);
        return trees.tree;
    }

    private void fill(RawPath directory, int depth) {
        for (String name : NAMES) {
            if (random.nextInt(depth + 3) == 0) {
                continue;
            }
            RawPath path = directory.resolve(RawPath.ofBytes(name.getBytes(StandardCharsets.ISO_8859_1)));
            switch (random.nextInt(8)) {
                case 0, 1 -> directory(path, depth);
                case 2 ->
                    tree.makeSymlink(
                            path,
                            new byte[] {'.', '.', '/', 'a', (byte) 0xff},
                            metadata(FileMetadata.S_IFLNK | 0777, 0));
                case 3 -> tree.makeNode(path, metadata(FileMetadata.S_IFIFO | 0600, 0));
                case 4 -> device(path);
                case 5 -> tree.makeNode(path, FileMetadata.of(FileMetadata.S_IFCHR, 0));
                case 6 -> hardLink(path);
                default -> file(path);
            }
        }
    }

    private void device(RawPath path) {
        if (devices) {
            tree.makeNode(path, metadata(FileMetadata.S_IFBLK | 0660, 0).withDevice(8, random.nextInt(300)));
        }
    }

    private void directory(RawPath path, int depth) {
        FileMetadata metadata = metadata(FileMetadata.S_IFDIR | random.nextInt(010000), 0);
        tree.makeDirectory(path, metadata);
        if (depth < 2) {
            fill(path, depth + 1);
        }
        if (random.nextInt(4) == 0) {
            tree.setMetadata(
                    path, form.onDisk(LayerEntry.directory(path, metadata).asOpaque()));
        }
    }

    private void hardLink(RawPath path) {
        if (files.isEmpty()) {
            file(path);
        } else {
            tree.makeHardLink(path, files.get(random.nextInt(files.size())));
        }
    }

    private void file(RawPath path) {
        byte[] content = new byte[random.nextInt(3) * random.nextInt(700)];
        random.nextBytes(content);
        try {
            tree.writeFile(
                    path,
                    metadata(FileMetadata.S_IFREG | random.nextInt(010000), content.length),
                    new ByteArrayInputStream(content));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        files.add(path);
    }

    private FileMetadata metadata(int mode, long size) {
        FileMetadata metadata = FileMetadata.of(mode, size)
                .withOwner(random.nextInt(3) * 1000, random.nextInt(60_000))
                .withMtime(random.nextInt(), random.nextBoolean() ? 0 : random.nextInt(1_000_000_000));
        if (random.nextInt(3) > 0 || !(metadata.isDirectory() || metadata.isRegular())) {
            return metadata; // other files have no attributes of users
        }
        byte[] odd = {0, '\n', '='};
        return metadata.withXattrs(
                metadata.isRegular()
                        ? Map.of("user.one", odd, "security.capability", CAPABILITY)
                        : Map.of("user.one", odd));
    }
}
