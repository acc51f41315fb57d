package dev.skiff.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.DockerfileException;
import dev.skiff.store.StoredImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code COPY --parents} and {@code --exclude}: which files of a tree are copied, and where to. */
class ParentsCopyTest {
    @TempDir
    private Path directory;

    private Workbench bench;

    @BeforeEach
    void open() throws IOException {
        bench = new Workbench(directory);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private List<String> paths(String... lines) throws IOException {
        return Workbench.top(bench.build(lines)).stream()
                .map(line -> line.split(" ", 3)[2])
                .toList();
    }

    @Test
    void thePathIsKeptBelowTheDestination() throws IOException {
        bench.file("x/a.txt", "").file("x/b.txt", "").file("y/a.txt", "");

        assertThat(paths("FROM scratch", "COPY --parents ./x/a.txt /y/a.txt /d/"))
                .containsExactly("d", "d/x", "d/x/a.txt", "d/y", "d/y/a.txt");
    }

    @Test
    void aDirectoryIsCopiedUnderItsPathWithAllThatIsInIt() throws IOException {
        bench.file("x/y/z/f", "").file("x/other", "");

        assertThat(paths("FROM scratch", "COPY --parents x/y /d/"))
                .containsExactly("d", "d/x", "d/x/y", "d/x/y/z", "d/x/y/z/f");
    }

    @Test
    void parentsKeepTheirMode() throws IOException {
        bench.file("x/y/f", "");
        Files.setPosixFilePermissions(bench.path("x"), PosixFilePermissions.fromString("rwx--x---"));
        Files.setPosixFilePermissions(bench.path("x/y"), PosixFilePermissions.fromString("rwxrwx---"));

        StoredImage image = bench.build("FROM scratch", "COPY --parents x/y/f /d");

        assertThat(Workbench.get(image, "d").metadata().permissions()).isEqualTo(0755);
        assertThat(Workbench.get(image, "d/x").metadata().permissions()).isEqualTo(0710);
        assertThat(Workbench.get(image, "d/x/y").metadata().permissions()).isEqualTo(0770);
    }

    @Test
    void aPivotCutsThePath() throws IOException {
        bench.file("a/b/c/f", "").file("a/b/other", "");

        assertThat(paths("FROM scratch", "COPY --parents a/./b/c/f a/b/./c /d/"))
                .containsExactly("d", "d/b", "d/b/c", "d/b/c/f", "d/c", "d/c/f");
    }

    @Test
    void aPatternMayStandBeforeThePivot() throws IOException {
        bench.file("one/src/f", "").file("two/src/g", "");

        assertThat(paths("FROM scratch", "COPY --parents */./src /d/"))
                .containsExactly("d", "d/src", "d/src/f", "d/src/g");
    }

    @Test
    void twoStarsMatchAnyDepth() throws IOException {
        bench.file("f.go", "")
                .file("a/f.go", "")
                .file("a/b/f.go", "")
                .file("a/b/f.md", "")
                .file("c/f.md", "");

        assertThat(paths("FROM scratch", "COPY --parents **/*.go /d/"))
                .containsExactly("d", "d/a", "d/a/b", "d/a/b/f.go", "d/a/f.go", "d/f.go");
        assertThat(paths("FROM scratch", "COPY --parents a/**/f.md /d/"))
                .containsExactly("d", "d/a", "d/a/b", "d/a/b/f.md");
    }

    @Test
    void withoutParentsTwoStarsAreNothingSpecial() throws IOException {
        bench.file("a/f.go", "").file("a/b/f.go", "");

        assertThat(paths("FROM scratch", "COPY **/*.go /d/")).containsExactly("d", "d/f.go");
    }

    @Test
    void aMissingPathIsAnErrorAndAPatternMayMatchNothing() throws IOException {
        bench.file("x/f", "");

        assertThatThrownBy(() -> bench.build("FROM scratch", "COPY --parents x/g /d/"))
                .isInstanceOf(DockerfileException.class)
                .hasMessageContaining("\"/x/g\": not found");
        assertThatThrownBy(() -> bench.build("FROM scratch", "COPY --parents y/./f /d/"))
                .isInstanceOf(DockerfileException.class)
                .hasMessageContaining("\"/y\": not found");
        assertThat(paths("FROM scratch", "COPY --parents x/*.none /d/")).containsExactly("d");
    }

    @Test
    void thePathIsNeverLeadOutOfTheContext() throws IOException {
        Files.writeString(directory.resolve("secret"), "");
        Files.createSymbolicLink(bench.path("up"), directory);

        assertThatThrownBy(() -> bench.build("FROM scratch", "COPY --parents up/secret /d/"))
                .isInstanceOf(DockerfileException.class);
        assertThatThrownBy(() -> bench.build("FROM scratch", "COPY --parents up/./secret /d/"))
                .isInstanceOf(DockerfileException.class);
        assertThatThrownBy(() -> bench.build("FROM scratch", "COPY --parents ../secret /d/"))
                .isInstanceOf(DockerfileException.class);
    }

    @Test
    void allOfTheContextMayBeNamed() throws IOException {
        bench.file("x/f", "").file(".dockerignore", "Dockerfile\n.dockerignore\n");

        assertThat(paths("FROM scratch", "COPY --parents . /d/")).containsExactly("d", "d/x", "d/x/f");
    }

    @Test
    void whatIsExcludedIsSeenFromWhereTheCopyBegins() throws IOException {
        bench.file("a/x/f", "").file("a/x/g", "").file("a/y/f", "");

        assertThat(paths("FROM scratch", "COPY --parents --exclude=a/x/g --exclude=a/y a /d/"))
                .containsExactly("d", "d/a", "d/a/x", "d/a/x/f");
        assertThat(paths("FROM scratch", "COPY --parents --exclude=x/g a/./x /e/"))
                .containsExactly("e", "e/x", "e/x/f");
    }

    @Test
    void excludesAreRepeatableAndTheLastMatchWins() throws IOException {
        bench.file("s/a.md", "")
                .file("s/README.md", "")
                .file("s/f.log", "")
                .file("s/sub/b.md", "")
                .file("s/f", "");

        assertThat(paths("FROM scratch", "COPY --exclude=**/*.md --exclude=*.log --exclude=!README.md s /d"))
                .containsExactly("d", "d/README.md", "d/f", "d/sub");
    }

    @Test
    void anExclusionBringsBackAFileOfAnExcludedDirectoryWithItsParents() throws IOException {
        bench.file("s/sub/a", "").file("s/sub/b", "").file("s/other", "");

        assertThat(paths("FROM scratch", "COPY --exclude=* --exclude=!sub/a s /d"))
                .containsExactly("d", "d/sub", "d/sub/a");
    }

    @Test
    void anExclusionDoesNotApplyToTheFilesNamedThemselves() throws IOException {
        bench.file("a.md", "").file("b.md", "");

        assertThat(paths("FROM scratch", "COPY --exclude=*.md *.md /d/")).containsExactly("d", "d/a.md", "d/b.md");
    }

    @Test
    void addExcludesToo() throws IOException {
        bench.file("s/a", "").file("s/b", "");

        assertThat(paths("FROM scratch", "ADD --exclude=b s /d")).containsExactly("d", "d/a");
    }
}
