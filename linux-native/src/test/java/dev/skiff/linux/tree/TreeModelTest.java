package dev.skiff.linux.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.FileTree;
import dev.skiff.linux.LinuxHost;
import dev.skiff.linux.RawPath;
import dev.skiff.linux.SyscallException;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.linux.testing.MemoryFileTree;
import dev.skiff.linux.testing.TreeText;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever is done to a tree, the kernel and the model in memory end up with the same files, or both refuse. A loop and no jqwik
 * property, for a {@link KernelTest} has to be able to skip itself.
 */
@KernelTest
class TreeModelTest {
    private static final int RUNS = Integer.getInteger("skiff.runs", 200);
    private static final int MOST_STEPS = 25;
    private static final String[] NAMES = {"a", "b", "c", "d"};
    private static final String[] TARGETS = {
        "a", "b", "/c", "../b", "a/b", "/a/../c/d", "./d", "../../../a", "nowhere/at/all", "b/c/..", "/"
    };

    @TempDir
    Path temporary;

    /** One change. */
    private interface Step {
        void applyTo(FileTree tree) throws IOException;
    }

    @Test
    void randomChangesEndAsInTheModel() throws IOException {
        long seed = Long.getLong("skiff.seed", new Random().nextLong());
        try (LinuxHost host = LinuxHost.open()) {
            for (int run = 0; run < RUNS; run++) {
                compare(host, seed + run);
            }
        }
    }

    private void compare(LinuxHost host, long seed) throws IOException {
        List<Step> steps = new Steps(new Random(seed)).make();
        MemoryFileTree model = new MemoryFileTree();
        int failing = firstToFail(model, steps);
        String what = "-Dskiff.seed=" + seed + " " + steps.subList(0, Math.min(failing + 1, steps.size()));
        Path directory = Files.createDirectory(temporary.resolve(Long.toString(seed)));
        try (FileTree tree = host.tree(directory)) {
            tree.setMetadata(RawPath.ROOT, FileMetadata.directory(0755));
            if (failing < steps.size()) {
                assertThat(catchThrowable(() -> applyAll(steps.subList(0, failing + 1), tree)))
                        .as(what)
                        .isInstanceOf(SyscallException.class);
            } else {
                assertThatCode(() -> applyAll(steps, tree)).as(what).doesNotThrowAnyException();
                assertThat(TreeText.withoutDirectoryTimes(tree))
                        .as(what)
                        .isEqualTo(TreeText.withoutDirectoryTimes(model));
            }
        }
        host.removeTree(directory);
    }

    private static int firstToFail(FileTree model, List<Step> steps) throws IOException {
        for (int i = 0; i < steps.size(); i++) {
            try {
                applyAll(steps.subList(i, i + 1), model);
            } catch (SyscallException e) {
                return i;
            }
        }
        return steps.size();
    }

    private static void applyAll(List<Step> steps, FileTree tree) throws IOException {
        for (Step step : steps) {
            step.applyTo(tree);
        }
        tree.flush();
    }

    /** Few names, so that they meet. */
    private static final class Steps {
        private final Random random;

        Steps(Random random) {
            this.random = random;
        }

        List<Step> make() {
            List<Step> steps = new ArrayList<>();
            int count = 1 + random.nextInt(MOST_STEPS);
            for (int i = 0; i < count; i++) {
                steps.add(step());
            }
            return steps;
        }

        private Step step() {
            RawPath path = path();
            return switch (random.nextInt(10)) {
                case 0, 1 -> directory(path, metadata(FileMetadata.S_IFDIR | permissions(), 0));
                case 2, 3, 4 -> file(path);
                case 5, 6 -> symlink(path, TARGETS[random.nextInt(TARGETS.length)]);
                case 7 -> hardLink(path, path());
                case 8 -> fifo(path);
                default -> remove(path);
            };
        }

        private RawPath path() {
            StringBuilder path = new StringBuilder(NAMES[random.nextInt(NAMES.length)]);
            for (int depth = random.nextInt(3); depth > 0; depth--) {
                path.append('/').append(NAMES[random.nextInt(NAMES.length)]);
            }
            return RawPath.of(path.toString());
        }

        private int permissions() {
            return random.nextInt(010000);
        }

        private FileMetadata metadata(int mode, long size) {
            FileMetadata metadata =
                    FileMetadata.of(mode, size).withMtime(random.nextInt(), random.nextInt(1_000_000_000));
            boolean mayHaveXattrs = metadata.isRegular() || metadata.isDirectory();
            return mayHaveXattrs && random.nextInt(4) == 0
                    ? metadata.withXattrs(Map.of("user." + random.nextInt(2), new byte[random.nextInt(300)]))
                    : metadata;
        }

        private Step directory(RawPath path, FileMetadata metadata) {
            return named("directory " + path, tree -> tree.makeDirectory(path, metadata));
        }

        private Step file(RawPath path) {
            byte[] content = new byte[random.nextInt(4) * random.nextInt(3000)];
            random.nextBytes(content);
            FileMetadata metadata = metadata(FileMetadata.S_IFREG | permissions(), content.length);
            return named("file " + path, tree -> tree.writeFile(path, metadata, new ByteArrayInputStream(content)));
        }

        private Step symlink(RawPath path, String target) {
            FileMetadata metadata = metadata(FileMetadata.S_IFLNK | 0777, 0);
            byte[] bytes = target.getBytes(StandardCharsets.UTF_8);
            return named("link " + path + " -> " + target, tree -> tree.makeSymlink(path, bytes, metadata));
        }

        private Step hardLink(RawPath path, RawPath existing) {
            return named("hard link " + path + " = " + existing, tree -> tree.makeHardLink(path, existing));
        }

        private Step fifo(RawPath path) {
            FileMetadata metadata = metadata(FileMetadata.S_IFIFO | (permissions() & 0777), 0);
            return named("fifo " + path, tree -> tree.makeNode(path, metadata));
        }

        private static Step remove(RawPath path) {
            return named("remove " + path, tree -> tree.remove(path));
        }

        private static Step named(String name, Step step) {
            return new Step() {
                @Override
                public void applyTo(FileTree tree) throws IOException {
                    step.applyTo(tree);
                }

                @Override
                public String toString() {
                    return name;
                }
            };
        }
    }
}
