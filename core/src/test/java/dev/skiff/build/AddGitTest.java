package dev.skiff.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.DigestMismatchException;
import dev.skiff.DockerfileException;
import dev.skiff.FetchException;
import dev.skiff.InterruptedOperationException;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.store.StoredImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ADD of a git repository, by way of the host's git. */
@KernelTest(programs = {"/usr/bin/git", "/usr/lib/git-core/git-daemon"})
class AddGitTest {
    @TempDir
    private Path directory;

    private Workbench bench;
    private GitServer server;
    private Path repository;
    private String url;

    @BeforeEach
    void open() throws IOException {
        bench = new Workbench(directory);
        server = new GitServer(directory.resolve("served"));
        repository = server.repository("app.git");
        url = server.url("app.git");
    }

    @AfterEach
    void close() throws IOException {
        server.close();
        bench.close();
    }

    @Test
    void theFilesOfTheDefaultBranchAreCopiedWithGitsModesAndTheCommitsTime() throws IOException {
        GitServer.commit(repository, "sub/f", "x");
        GitServer.commit(repository, "run.sh", "#!/bin/sh\n");
        Files.setPosixFilePermissions(repository.resolve("run.sh"), PosixFilePermissions.fromString("rwx------"));
        Files.createSymbolicLink(repository.resolve("link"), Path.of("sub/f"));
        GitServer.commit(repository, "last", "");

        StoredImage image = bench.build("FROM scratch", "ADD " + url + " /src");

        assertThat(Workbench.top(image))
                .containsExactly(
                        "755 0:0 src",
                        "644 0:0 src/last",
                        "777 0:0 src/link",
                        "755 0:0 src/run.sh",
                        "755 0:0 src/sub",
                        "644 0:0 src/sub/f");
        assertThat(bench.content(image, "src/sub/f")).isEqualTo("x");
        assertThat(Instant.ofEpochSecond(
                        Workbench.get(image, "src/sub/f").metadata().mtimeSeconds()))
                .isEqualTo("2020-02-02T02:02:02Z");
        assertThat(Workbench.history(image)).containsExactly("+ ADD " + url + " /src # buildkit");
    }

    @Test
    void aBranchATagAndACommitCanBeNamed() throws IOException {
        String first = GitServer.commit(repository, "f", "first");
        GitServer.git(repository, "tag", "light");
        GitServer.git(repository, "tag", "-a", "-m", "x", "v1");
        GitServer.git(repository, "branch", "old");
        GitServer.commit(repository, "f", "second");

        StoredImage image = bench.build(
                "FROM scratch",
                "ADD " + url + " /head/",
                "ADD " + url + "#old /branch/",
                "ADD " + url + "#v1 /annotated/",
                "ADD " + url + "?tag=light /light/",
                "ADD " + url + "#refs/heads/old /full/",
                "ADD " + url + "#" + first + " /commit/");

        assertThat(bench.content(image, "head/f")).isEqualTo("second");
        for (String directory : new String[] {"branch", "annotated", "light", "full", "commit"}) {
            assertThat(bench.content(image, directory + "/f")).as(directory).isEqualTo("first");
        }
    }

    @Test
    void aSubdirectoryGivesItsContents() throws IOException {
        GitServer.commit(repository, "a/b/f", "x");

        StoredImage image = bench.build("FROM scratch", "ADD " + url + "#main:a/b /d", "ADD " + url + "?subdir=a /e");

        assertThat(bench.content(image, "d/f")).isEqualTo("x");
        assertThat(bench.content(image, "e/b/f")).isEqualTo("x");
        assertThatThrownBy(() -> bench.build("FROM scratch", "ADD " + url + "#:nope /d"))
                .isInstanceOf(DockerfileException.class)
                .hasMessageContaining("\"/nope\": not found");
    }

    @Test
    void theHistoryIsOnlyThereWhenAsked() throws IOException {
        GitServer.commit(repository, "f", "x");

        StoredImage image = bench.build(
                "FROM scratch",
                "ADD " + url + " /without",
                "ADD --keep-git-dir=true " + url + " /with",
                "ADD " + url + "?keep-git-dir=true /query");

        assertThat(Workbench.find(image, "without/.git")).isEmpty();
        assertThat(Workbench.get(image, "with/.git").isDirectory()).isTrue();
        assertThat(bench.content(image, "with/.git/config")).contains(url);
        assertThat(Workbench.find(image, "query/.git/HEAD")).isPresent();
    }

    @Test
    void submodulesAreFetchedAndTheirMarksAreNot() throws IOException {
        Path library = server.repository("lib.git");
        GitServer.commit(library, "g", "library");
        GitServer.git(
                repository, "-c", "protocol.file.allow=always", "submodule", "add", "-q", library.toString(), "lib");
        GitServer.git(repository, "config", "-f", ".gitmodules", "submodule.lib.url", "../lib.git");
        GitServer.commit(repository, "f", "x");

        StoredImage image = bench.build("FROM scratch", "ADD " + url + " /d", "ADD " + url + "?submodules=false /e");

        assertThat(bench.content(image, "d/lib/g")).isEqualTo("library");
        assertThat(Workbench.find(image, "d/lib/.git")).isEmpty();
        assertThat(Workbench.find(image, "e/lib/g")).isEmpty();
    }

    @Test
    void aSubmoduleCannotNameFilesOfTheHost() throws IOException {
        Path secret = server.repository("secret");
        GitServer.commit(secret, "s", "secret");
        GitServer.git(
                repository, "-c", "protocol.file.allow=always", "submodule", "add", "-q", secret.toString(), "lib");
        GitServer.commit(repository, "f", "x");

        assertThatThrownBy(() -> bench.build("FROM scratch", "ADD " + url + " /d"))
                .isInstanceOf(FetchException.class)
                .hasMessageContaining("not allowed");
    }

    @Test
    void theCommitIsTheKeyAndARebuildAsksOnce() throws IOException {
        GitServer.commit(repository, "f", "1");
        bench.build("FROM scratch", "ADD " + url + " /d");
        server.connections();

        bench.build("FROM scratch", "ADD " + url + "#main /d");
        assertThat(bench.cached()).hasSize(1);
        assertThat(server.connections()).isEqualTo(1);

        GitServer.commit(repository, "f", "2");
        assertThat(bench.content(bench.build("FROM scratch", "ADD " + url + " /d"), "d/f"))
                .isEqualTo("2");
        assertThat(bench.cached()).isEmpty();
    }

    @Test
    void aCommitThatIsNamedIsNotAskedFor() throws IOException {
        String commit = GitServer.commit(repository, "f", "1");
        bench.build("FROM scratch", "ADD " + url + "#" + commit + " /d");
        server.connections();

        bench.build("FROM scratch", "ADD " + url + "#" + commit + " /d");

        assertThat(bench.cached()).hasSize(1);
        assertThat(server.connections()).isZero();
    }

    @Test
    void theCommitIsVerifiedAgainstTheChecksum() throws IOException {
        String first = GitServer.commit(repository, "f", "1");

        StoredImage image = bench.build(
                "FROM scratch",
                "ADD --checksum=" + first + " " + url + " /a",
                "ADD " + url + "?checksum=" + first.substring(0, 8) + " /b");
        assertThat(Workbench.find(image, "b/f")).isPresent();

        GitServer.commit(repository, "f", "2");
        assertThatThrownBy(() -> bench.build("FROM scratch", "ADD --checksum=" + first + " " + url + " /a"))
                .isInstanceOf(DigestMismatchException.class)
                .hasMessageContaining(first);
    }

    @Test
    void chownChmodAndExcludeApply() throws IOException {
        GitServer.commit(repository, "f", "1");
        GitServer.commit(repository, "doc/g", "1");

        StoredImage image = bench.build("FROM scratch", "ADD --chown=3 --chmod=g+w --exclude=doc " + url + " /d");

        assertThat(Workbench.top(image)).containsExactly("755 3:3 d", "664 3:3 d/f");
    }

    @Test
    void aRefOrARepositoryThatIsNotThereIsNamedWithItsPlace() throws IOException {
        GitServer.commit(repository, "f", "1");

        assertThatThrownBy(() -> bench.build("FROM scratch", "ADD " + url + "#nope /d"))
                .isInstanceOf(FetchException.class)
                .hasMessageContaining(
                        "Dockerfile:2:5: ADD " + url + "#nope: the repository has no branch or tag \"nope\"");
        assertThatThrownBy(() -> bench.build("FROM scratch", "ADD " + server.url("other.git") + " /d"))
                .isInstanceOf(FetchException.class)
                .hasMessageContaining("git exited with 128");
    }

    @Test
    void nothingIsLeftInTheStore() throws IOException {
        GitServer.commit(repository, "f", "1");

        bench.build("FROM scratch", "ADD " + url + " /d");

        try (Stream<Path> files = Files.walk(bench.store().home().resolve("tmp"))) {
            assertThat(files.map(Path::getFileName).map(Path::toString)).noneMatch(name -> name.startsWith("scratch"));
        }
    }

    @Test
    void neitherHooksNorConfigurationOfTheHostRun() throws IOException {
        GitServer.commit(repository, "f", "1");
        Path mark = directory.resolve("mark");
        Path home = bench.store().home();
        GitServer.git(home, "init", "-q"); // the store may well lie in somebody's repository
        GitServer.git(home, "config", "core.sshCommand", "touch " + mark);
        GitServer.git(home, "config", "core.fsmonitor", "touch " + mark);
        GitServer.git(home, "config", "url." + directory + "/nowhere.insteadOf", url);

        StoredImage image = bench.build("FROM scratch", "ADD " + url + " /d");

        assertThat(Workbench.find(image, "d/f")).isPresent();
        assertThat(mark).doesNotExist();
    }

    @Test
    void anInterruptEndsTheWaitForAServerThatIsSilent() throws Exception {
        try (SilentServer silent = new SilentServer()) {
            silent.interruptsOnceConnected(Thread.currentThread());

            assertThatThrownBy(() -> bench.build("FROM scratch", "ADD git://" + silent.host() + "/a.git /d"))
                    .isInstanceOf(InterruptedOperationException.class);
        }
        assertThat(Thread.interrupted()).isTrue();
    }
}
