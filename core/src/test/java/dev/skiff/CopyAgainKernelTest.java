package dev.skiff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.linux.testing.KernelTest;
import dev.skiff.oci.DiffId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A COPY that has been carried out before in this JVM, when a little has changed since. */
@KernelTest
@Timeout(120)
class CopyAgainKernelTest {
    @TempDir
    private Path context;

    private Path home;
    private Skiff skiff;

    @BeforeEach
    void open() throws IOException {
        home = Files.createTempDirectory("skiff-home");
        skiff = Skiff.builder().store(home).open();
        Files.writeString(context.resolve("Dockerfile"), "FROM scratch\nCOPY files /\n");
        Files.createDirectories(context.resolve("files/d"));
        for (String name : List.of("a", "b", "d/c", "d/z")) {
            Files.writeString(context.resolve("files").resolve(name), "content of " + name);
        }
        Files.createLink(context.resolve("files/twin"), context.resolve("files/a"));
    }

    @AfterEach
    void close() throws IOException {
        skiff.close();
        TestDirectories.remove(home);
    }

    private Path layer(Image image) {
        DiffId diffId = image.config().rootFs().diffIds().get(0);
        return home.resolve("layers").resolve(diffId.digest().hex()).resolve("diff");
    }

    private static Object inode(Path file) throws IOException {
        return Files.getAttribute(file, "unix:ino", LinkOption.NOFOLLOW_LINKS);
    }

    @Test
    void whatHasNotChangedIsTheSameFileInBothLayers() throws IOException {
        Path before = layer(skiff.images().build(context).await());
        Files.writeString(context.resolve("files/d/c"), "changed");

        Path after = layer(skiff.images().build(context).await());

        assertThat(after).isNotEqualTo(before);
        for (String same : List.of("a", "b", "d/z", "twin")) {
            assertThat(inode(after.resolve(same))).as(same).isEqualTo(inode(before.resolve(same)));
        }
        assertThat(inode(after.resolve("twin"))).isEqualTo(inode(after.resolve("a")));
        assertThat(after.resolve("d/c")).hasContent("changed");
        assertThat(before.resolve("d/c")).hasContent("content of d/c");
    }

    @Test
    void itIsTheLayerThatAnotherStoreMakesOfIt() throws IOException {
        assertThat(skiff.images().build(context).await().config().rootFs().diffIds())
                .hasSize(1);
        Files.writeString(context.resolve("files/b"), "changed");
        Image again = skiff.images().build(context).await();

        Path elsewhere = Files.createTempDirectory("skiff-home");
        try (Skiff other = Skiff.builder().store(elsewhere).open()) {
            assertThat(other.images().build(context).await().config().rootFs())
                    .isEqualTo(again.config().rootFs());
        }
        TestDirectories.remove(elsewhere);
    }

    @Test
    void withoutTheCacheAllIsWritten() throws IOException {
        Path before = layer(skiff.images().build(context).await());
        Object inode = inode(before.resolve("a"));
        Files.writeString(context.resolve("files/b"), "changed");

        Path after = layer(skiff.images().build(context).noCache().await());

        assertThat(inode(after.resolve("a"))).isNotEqualTo(inode);
    }

    @Test
    void aLayerThatIsGoneIsNotNeeded() throws IOException {
        Path before = layer(skiff.images().build(context).await());
        TestDirectories.remove(before.getParent());
        Files.writeString(context.resolve("files/b"), "changed");

        Path after = layer(skiff.images().build(context).await());

        assertThat(after.resolve("a")).hasContent("content of a");
        assertThat(after.resolve("b")).hasContent("changed");
    }
}
