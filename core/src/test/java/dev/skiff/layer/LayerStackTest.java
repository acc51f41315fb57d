package dev.skiff.layer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.linux.RawPath;
import dev.skiff.linux.testing.MemoryFileTree;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LayerStackTest {
    private final List<LayerIndex> layers = new ArrayList<>();

    @Test
    void theTopmostLayerCounts() throws IOException {
        layer(new Tars().file("a", "old").file("b", ""));
        layer(new Tars().file("a", "new"));

        assertThat(found("a")).isEqualTo("1:a");
        assertThat(found("b")).isEqualTo("0:b");
        assertThat(found("c")).isEqualTo("none");
    }

    @Test
    void aDeletionHidesWhatLiesBelowIt() throws IOException {
        layer(new Tars().directory("d").file("d/f", "").file("e", ""));
        layer(new Tars().file(".wh.d", "").file(".wh.e", ""));
        layer(new Tars().directory("d").file("d/g", ""));

        assertThat(found("d/f")).isEqualTo("none");
        assertThat(found("d/g")).isEqualTo("2:d/g");
        assertThat(found("e")).isEqualTo("none");
        assertThat(children("d")).containsExactly("2:d/g");
    }

    @Test
    void anOpaqueDirectoryHidesWhatLiesBelowIt() throws IOException {
        layer(new Tars().directory("d").file("d/f", ""));
        layer(new Tars().directory("d").file("d/.wh..wh..opq", "").file("d/g", ""));

        assertThat(children("d")).containsExactly("1:d/g");
        assertThat(found("d/f")).isEqualTo("none");
    }

    @Test
    void anOpaqueRootHidesEverything() throws IOException {
        layer(new Tars().file("a", ""));
        layer(new Tars().file(".wh..wh..opq", "").file("b", ""));

        assertThat(children("")).containsExactly("1:b");
    }

    @Test
    void aFileHidesADirectoryAndALinkWhatIsBelowIt() throws IOException {
        layer(new Tars().directory("d").file("d/f", ""));
        layer(new Tars().symlink("d", "elsewhere"));

        assertThat(found("d")).isEqualTo("1:d");
        assertThat(found("d/f")).isEqualTo("none");
        assertThat(children("d")).isEmpty();
    }

    @Test
    void directoriesMerge() throws IOException {
        layer(new Tars().directory("d").file("d/a", "").file("d/c", ""));
        layer(new Tars().file("d/b", "").file("d/.wh.c", ""));

        assertThat(children("d")).containsExactly("0:d/a", "1:d/b");
    }

    @Test
    void anImpliedDirectoryIsWhatTheLayersBelowMadeIt() throws IOException {
        layer(new Tars().directory("root", 0700));
        layer(new Tars().file("root/.bashrc", ""));

        assertThat(stack().find(RawPath.of("root"))
                        .orElseThrow()
                        .entry()
                        .metadata()
                        .permissions())
                .isEqualTo(0700);
    }

    @Test
    void childrenSkipOverWhatLiesDeeper() throws IOException {
        layer(new Tars()
                .file("d/a/x/y", "")
                .file("d/a-b", "")
                .file("d/a.c/z", "")
                .file("d/b", ""));

        assertThat(children("d")).containsExactly("0:d/a", "0:d/a-b", "0:d/a.c", "0:d/b");
    }

    private void layer(Tars tar) throws IOException {
        layers.add(tar.unpackInto(new MemoryFileTree()).index());
    }

    private LayerStack stack() {
        return new LayerStack(layers);
    }

    private String found(String path) {
        return stack().find(RawPath.of(path)).map(LayerStackTest::text).orElse("none");
    }

    private List<String> children(String path) {
        return stack().children(RawPath.of(path)).stream()
                .map(LayerStackTest::text)
                .toList();
    }

    private static String text(LayerStack.Found found) {
        return found.layer() + ":" + found.entry().path();
    }
}
