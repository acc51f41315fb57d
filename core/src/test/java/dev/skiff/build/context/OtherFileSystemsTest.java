package dev.skiff.build.context;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.build.copy.SourceFile;
import dev.skiff.linux.RawPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A context may be in any file system that Java knows, with as much of a file as that can tell. */
class OtherFileSystemsTest {
    @TempDir
    private Path directory;

    private static void fill(Path root) throws IOException {
        Files.createDirectories(root.resolve("dir/deep"));
        Files.writeString(root.resolve("dir/deep/é.txt"), "content");
        Files.writeString(root.resolve("top"), "top");
    }

    private static List<String> describe(Path root) throws IOException {
        List<String> files = new ArrayList<>();
        try (HostTree tree = new HostTree(root, FileDigests.ofOneBuild())) {
            describe(tree, RawPath.ROOT, files);
        }
        return files;
    }

    private static void describe(HostTree tree, RawPath directory, List<String> files) throws IOException {
        for (SourceFile file : tree.children(directory)) {
            String content = file.metadata().isRegular()
                    ? " " + new String(tree.open(file).readAllBytes(), StandardCharsets.UTF_8)
                    : file.linkTarget()
                            .map(to -> " -> " + new String(to, StandardCharsets.UTF_8))
                            .orElse("");
            files.add(String.format("%o %s%s", file.metadata().mode(), file.path(), content));
            if (file.isDirectory()) {
                describe(tree, file.path(), files);
            }
        }
    }

    @Test
    void aZipFile() throws IOException {
        Path zip = directory.resolve("context.zip");
        try (FileSystem files = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
            fill(files.getPath("/"));
        }
        try (FileSystem files = FileSystems.newFileSystem(zip)) {
            assertThat(describe(files.getPath("/")))
                    .containsExactly("40755 dir", "40755 dir/deep", "100644 dir/deep/é.txt content", "100644 top top");
        }
    }

    @Test
    void aZipFileThatKnowsModes() throws IOException {
        Path zip = directory.resolve("context.zip");
        Map<String, String> options = Map.of("create", "true", "enablePosixFileAttributes", "true");
        try (FileSystem files = FileSystems.newFileSystem(zip, options)) {
            fill(files.getPath("/"));
            Files.setPosixFilePermissions(files.getPath("/top"), PosixFilePermissions.fromString("rwxr-x--x"));

            assertThat(describe(files.getPath("/"))).contains("100751 top top");
        }
    }
}
