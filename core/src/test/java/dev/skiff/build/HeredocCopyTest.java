package dev.skiff.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.DockerfileException;
import dev.skiff.store.StoredImage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that COPY and ADD take from the Dockerfile itself. */
class HeredocCopyTest {
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

    @Test
    void theFileIsNamedAfterTheDelimiterAndRoots() throws IOException {
        StoredImage image = bench.build("FROM scratch", "COPY <<a.txt /d/", "hello", "  world", "a.txt");

        assertThat(Workbench.top(image)).containsExactly("755 0:0 d", "644 0:0 d/a.txt");
        assertThat(bench.content(image, "d/a.txt")).isEqualTo("hello\n  world\n");
    }

    @Test
    void aDestinationThatIsNoDirectoryIsTheFile() throws IOException {
        StoredImage image = bench.build("FROM scratch", "ADD <<EOF /etc/motd", "hello", "EOF");

        assertThat(bench.content(image, "etc/motd")).isEqualTo("hello\n");
    }

    @Test
    void theBodyIsExpandedWithItsQuotesKept() throws IOException {
        StoredImage image = bench.build(
                "FROM scratch",
                "ENV who=me",
                "COPY <<EOF /f",
                "\"$who\" '${who}' ${none:-w} \\$who \\\\ a\\tb",
                "# no comment",
                "EOF");

        assertThat(bench.content(image, "f")).isEqualTo("\"me\" 'me' w $who \\ atb\n# no comment\n");
    }

    @Test
    void anyQuotingOfTheDelimiterSwitchesExpansionOff() throws IOException {
        StoredImage image = bench.build(
                "FROM scratch",
                "ENV who=me",
                "COPY <<'EOF' /single",
                "$who \\$who",
                "EOF",
                "COPY <<\"EOF\" /double",
                "$who",
                "EOF",
                "COPY <<E\"O\"F /part",
                "$who",
                "EOF");

        assertThat(bench.content(image, "single")).isEqualTo("$who \\$who\n");
        assertThat(bench.content(image, "double")).isEqualTo("$who\n");
        assertThat(bench.content(image, "part")).isEqualTo("$who\n");
    }

    @Test
    void aMinusStripsLeadingTabsOnly() throws IOException {
        StoredImage image = bench.build("FROM scratch", "COPY <<-EOF /f", "\t\tone", "\t two", "\tEOF");

        assertThat(bench.content(image, "f")).isEqualTo("one\n two\n");
    }

    @Test
    void severalOnOneLineAndFilesOfTheContextGoTogether() throws IOException {
        bench.file("real", "r");

        StoredImage image = bench.build("FROM scratch", "COPY <<one real <<two /d/", "1", "one", "2", "two");

        assertThat(bench.content(image, "d/one")).isEqualTo("1\n");
        assertThat(bench.content(image, "d/two")).isEqualTo("2\n");
        assertThat(bench.content(image, "d/real")).isEqualTo("r");
        assertThat(Workbench.history(image)).containsExactly("+ COPY real <<one <<two /d/ # buildkit");
    }

    @Test
    void chownAndChmodApply() throws IOException {
        StoredImage image =
                bench.build("FROM scratch", "COPY --chown=3:4 --chmod=a+x <<run.sh /bin/", "#!/bin/sh", "run.sh");

        assertThat(Workbench.top(image)).containsExactly("755 3:4 bin", "755 3:4 bin/run.sh");
    }

    @Test
    void anEmptyBodyIsAnEmptyFile() throws IOException {
        StoredImage image = bench.build("FROM scratch", "COPY <<EOF /f", "EOF");

        assertThat(Workbench.get(image, "f").metadata().size()).isZero();
    }

    @Test
    void theBodyIsTheKeyAndTheTimeIsNot() throws IOException {
        bench.build("FROM scratch", "ARG v=1", "COPY <<EOF /f", "$v", "EOF");
        assertThat(bench.cached()).isEmpty();

        bench.build("FROM scratch", "ARG v=1", "COPY <<EOF /f", "$v", "EOF");
        assertThat(bench.cached()).hasSize(1);

        bench.build("FROM scratch", "ARG v=2", "COPY <<EOF /f", "$v", "EOF");
        assertThat(bench.cached()).isEmpty();
    }

    @Test
    void itIsAsOldAsTheBuild() throws IOException {
        Instant before = Instant.now().minusSeconds(1);

        StoredImage image = bench.build("FROM scratch", "COPY <<EOF /f", "EOF");

        assertThat(Instant.ofEpochSecond(Workbench.get(image, "f").metadata().mtimeSeconds()))
                .isBetween(before.minusSeconds(1), Instant.now());
    }

    @Test
    void aNameThatNamesNoFileIsRefused() {
        assertThatThrownBy(() -> bench.build("FROM scratch", "COPY <<.. /d/", ".."))
                .isInstanceOf(DockerfileException.class)
                .hasMessageContaining("names none");
    }

    @Test
    void anUnsetVariableThatMustBeSetIsAnErrorAtTheBody() {
        assertThatThrownBy(() -> bench.build("FROM scratch", "COPY <<EOF /f", "${v:?give v}", "EOF"))
                .isInstanceOf(DockerfileException.class)
                .hasMessageContaining("give v");
    }
}
