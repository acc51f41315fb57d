package dev.skiff.layer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.layer.LayerWriter.Unchanged;
import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.RawPath;
import dev.skiff.linux.TreeEntry;
import dev.skiff.linux.testing.MemoryFileTree;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** A layer that is written after the pattern of another one is the one that would have been written without. */
class LayerSuccessionTest {
    /** What a writer has made, and where. */
    private record Made(WrittenLayer layer, MemoryFileTree tree, List<RawPath> taken) {}

    private static LayerIndex index(MemoryFileTree source) throws IOException {
        return LayerPacker.pack(source, OverlayForm.ROOT, List.of(), OutputStream.nullOutputStream())
                .index();
    }

    private static Made write(MemoryFileTree source) throws IOException {
        return write(source, Optional.empty());
    }

    private static Made writeAfter(Made earlier, MemoryFileTree source) throws IOException {
        return write(source, Optional.of(earlier));
    }

    private static Made write(MemoryFileTree source, Optional<Made> earlier) throws IOException {
        MemoryFileTree target = new MemoryFileTree();
        LayerWriter writer = new LayerWriter(target, OverlayForm.ROOT);
        List<RawPath> taken = new ArrayList<>();
        earlier.ifPresent(made -> writer.follow(made.layer, new Unchanged() {
            @Override
            public void take(List<RawPath> paths) {
                taken.addAll(paths);
            }

            @Override
            public void await() throws IOException {
                LayerSuccessionTest.take(made.tree, target, taken);
            }
        }));
        List<LayerEntry> entries = index(source).entries().stream()
                .filter(entry -> !entry.path().isRoot())
                .toList();
        int done = writer.follows() ? writer.resume(entries) : 0;
        for (LayerEntry entry : entries.subList(done, entries.size())) {
            if (entry.metadata().isRegular() && entry.hardLinkTo().isEmpty()) {
                try (InputStream content = source.read(entry.path())) {
                    writer.add(entry, content);
                }
            } else {
                writer.add(entry);
            }
        }
        writer.finish();
        return new Made(writer.written(), target, taken);
    }

    /** As the store does it: the names of one file there are the names of one file here. */
    private static void take(MemoryFileTree from, MemoryFileTree to, List<RawPath> paths) throws IOException {
        List<TreeEntry> done = new ArrayList<>();
        for (RawPath path : paths) {
            TreeEntry file = from.stat(path).orElseThrow();
            TreeEntry twin = done.stream()
                    .filter(other -> other.inode() == file.inode())
                    .findFirst()
                    .orElse(null);
            if (twin == null) {
                to.writeFile(path, file.metadata(), from.read(path));
            } else {
                to.makeHardLink(path, twin.path());
            }
            done.add(file);
        }
    }

    private static void change(MemoryFileTree tree, Random random) throws IOException {
        List<RawPath> files = index(tree).entries().stream()
                .filter(entry -> entry.metadata().isRegular())
                .map(LayerEntry::path)
                .toList();
        if (!files.isEmpty()) {
            RawPath victim = files.get(random.nextInt(files.size()));
            byte[] content = new byte[random.nextInt(100)];
            random.nextBytes(content);
            tree.remove(victim);
            if (random.nextInt(4) > 0) {
                tree.writeFile(victim, FileMetadata.regular(0644, content.length), new ByteArrayInputStream(content));
            }
        }
    }

    @Property(tries = 200)
    void itIsTheSameLayerAndTheSameDirectory(@ForAll long seed) throws IOException {
        MemoryFileTree source = RandomTrees.of(seed);
        Made earlier = write(source);
        change(source, new Random(seed));

        Made after = writeAfter(earlier, source);
        Made fresh = write(source);

        assertThat(after.layer.diffId()).isEqualTo(fresh.layer.diffId());
        assertThat(after.tree.describe()).isEqualTo(fresh.tree.describe());
        assertThat(writeAfter(after, source).layer.diffId()).isEqualTo(fresh.layer.diffId());
    }

    private static MemoryFileTree manyFiles(int changed) throws IOException {
        MemoryFileTree tree = new MemoryFileTree();
        for (int i = 0; i < 40; i++) {
            byte[] content = new byte[1 << 20];
            new Random(i == changed ? -1 : i).nextBytes(content);
            tree.writeFile(
                    RawPath.of(String.format("f%02d", i)),
                    FileMetadata.regular(0644, content.length),
                    new ByteArrayInputStream(content));
        }
        return tree;
    }

    @Test
    void onlyWhatHasChangedIsWritten() throws IOException {
        Made earlier = write(manyFiles(-1));

        Made after = writeAfter(earlier, manyFiles(30));

        assertThat(after.taken).hasSize(39).doesNotContain(RawPath.of("f30"));
        assertThat(after.layer.diffId()).isEqualTo(write(manyFiles(30)).layer.diffId());
    }

    @Test
    void whatComesBeforeTheFirstChangeIsNotHashedAgain() throws IOException {
        WrittenLayer earlier = write(manyFiles(-1)).layer;
        List<LayerEntry> changed = index(manyFiles(30)).entries().stream()
                .filter(entry -> !entry.path().isRoot())
                .toList();

        assertThat(earlier.lastCommonPoint(changed)).get().satisfies(point -> {
            assertThat(point.entries()).isBetween(25, 30);
            assertThat(point.hash().bytes()).isGreaterThan(25L << 20);
        });
    }
}
