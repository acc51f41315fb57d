package dev.skiff.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.DigestMismatchException;
import dev.skiff.DockerfileException;
import dev.skiff.FetchException;
import dev.skiff.InterruptedOperationException;
import dev.skiff.layer.LayerEntry;
import dev.skiff.oci.Digest;
import dev.skiff.store.StoredImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ADD of what a web server has. */
class AddUrlTest {
    private static final String MODIFIED = "Wed, 21 Oct 2015 07:28:00 GMT";

    @TempDir
    private Path directory;

    private Workbench bench;
    private WebServer web;

    @BeforeEach
    void open() throws IOException {
        bench = new Workbench(directory);
        web = new WebServer();
    }

    @AfterEach
    void close() {
        web.close();
        bench.close();
    }

    private static String sha256(String content) {
        return Digest.sha256(content.getBytes(StandardCharsets.UTF_8)).toString();
    }

    @Test
    void theFileIsRootsWithMode0600AndAsOldAsTheServerSays() throws IOException {
        web.page("/a/tool.bin", 200, Map.of("Last-Modified", MODIFIED), "x");

        StoredImage image = bench.build("FROM scratch", "ADD " + web.url("/a/tool.bin?v=1/2") + " /d/");

        assertThat(Workbench.top(image)).containsExactly("755 0:0 d", "600 0:0 d/tool.bin");
        assertThat(bench.content(image, "d/tool.bin")).isEqualTo("x");
        assertThat(Workbench.get(image, "d/tool.bin").metadata().mtimeSeconds())
                .isEqualTo(Instant.parse("2015-10-21T07:28:00Z").getEpochSecond());
        assertThat(Workbench.history(image))
                .containsExactly("+ ADD " + web.url("/a/tool.bin?v=1/2") + " /d/ # buildkit");
    }

    @Test
    void withoutLastModifiedItIsOfTheEpoch() throws IOException {
        web.page("/f", "x");

        StoredImage image = bench.build("FROM scratch", "ADD " + web.url("/f") + " /f");

        assertThat(Workbench.get(image, "f").metadata().mtimeSeconds()).isZero();
    }

    @Test
    void aDestinationWithoutSlashIsTheFile() throws IOException {
        web.page("/f", "x").page("/", "root").page("/a%20b%2Fc", "escaped");

        StoredImage image = bench.build(
                "FROM scratch",
                "ADD " + web.url("/f") + " /etc/x",
                "ADD " + web.url("/") + " /d/",
                "ADD [\"" + web.url("/a%20b%2Fc") + "\", \"/d/\"]");

        assertThat(bench.content(image, "etc/x")).isEqualTo("x");
        assertThat(bench.content(image, "d/__unnamed__")).isEqualTo("root");
        assertThat(bench.content(image, "d/c")).isEqualTo("escaped");
    }

    @Test
    void chownAndChmodApply() throws IOException {
        web.page("/f", "x");

        StoredImage image = bench.build("FROM scratch", "ADD --chown=4:5 --chmod=+x " + web.url("/f") + " /f");

        assertThat(Workbench.top(image)).containsExactly("711 4:5 f");
    }

    @Test
    void anArchiveIsUnpackedOnlyWhenAsked() throws IOException {
        web.page("/t.tar", AddTest.tar("inner", "x"));

        StoredImage image = bench.build(
                "FROM scratch",
                "ADD " + web.url("/t.tar") + " /packed/",
                "ADD --unpack=true " + web.url("/t.tar") + " /unpacked/",
                "ADD --unpack=false " + web.url("/t.tar") + " /false/");

        assertThat(Workbench.get(image, "packed/t.tar").metadata().isRegular()).isTrue();
        assertThat(bench.content(image, "unpacked/inner")).isEqualTo("x");
        assertThat(Workbench.get(image, "false/t.tar").metadata().isRegular()).isTrue();
    }

    @Test
    void theChecksumIsVerified() throws IOException {
        web.page("/f", "x");
        String sha512 = Digest.of(Digest.Algorithm.SHA512, "x".getBytes(StandardCharsets.UTF_8))
                .toString();

        StoredImage image = bench.build(
                "FROM scratch",
                "ARG sum=" + sha256("x"),
                "ADD --checksum=$sum " + web.url("/f") + " /a",
                "ADD --checksum=" + sha512 + " " + web.url("/f") + " /b");

        assertThat(bench.content(image, "a")).isEqualTo("x");
        assertThat(Workbench.find(image, "b")).isPresent();
    }

    @Test
    void aMismatchNamesBothDigestsAndKeepsNothing() throws IOException {
        web.page("/f", "x");

        assertThatThrownBy(() ->
                        bench.build("FROM scratch", "ADD --checksum=" + sha256("y") + " " + web.url("/f") + " /a"))
                .isInstanceOf(DigestMismatchException.class)
                .hasMessageContaining("Dockerfile:2:")
                .hasMessageContaining("digest mismatch: expected " + sha256("y") + ", got " + sha256("x"));
        assertThat(cache()).isEmpty();
    }

    @Test
    void whatWasCachedIsVerifiedToo() throws IOException {
        web.page("/f", 200, Map.of("ETag", "\"1\""), "x");
        bench.build("FROM scratch", "ADD " + web.url("/f") + " /a");

        assertThatThrownBy(() ->
                        bench.build("FROM scratch", "ADD --checksum=" + sha256("y") + " " + web.url("/f") + " /a"))
                .isInstanceOf(DigestMismatchException.class);
    }

    @Test
    void aChecksumIsForOneSourceFromElsewhere() throws IOException {
        bench.file("f", "");

        assertThatThrownBy(() -> bench.build("FROM scratch", "ADD --checksum=" + sha256("") + " f /a"))
                .isInstanceOf(DockerfileException.class)
                .hasMessageContaining("checksum requires HTTP(S) or Git sources");
        assertThatThrownBy(() -> bench.build("FROM scratch", "ADD --checksum=" + sha256("") + " f f /a/"))
                .isInstanceOf(DockerfileException.class)
                .hasMessageContaining("checksum can't be specified for multiple sources");
        assertThatThrownBy(() -> bench.build("FROM scratch", "ADD --checksum=md5:00 " + web.url("/f") + " /a"))
                .isInstanceOf(DockerfileException.class)
                .hasMessageContaining("digest");
        assertThat(web.asked()).isEmpty();
    }

    @Test
    void whatIsNotThereIsAnErrorWithItsStatusAndPlace() {
        assertThatThrownBy(() -> bench.build("FROM scratch", "", "ADD " + web.url("/none") + " /a"))
                .isInstanceOfSatisfying(FetchException.class, e -> {
                    assertThat(e.status()).hasValue(404);
                    assertThat(e.address()).isEqualTo(web.url("/none"));
                })
                .hasMessageContaining("Dockerfile:3:")
                .hasMessageContaining("invalid response status 404");
    }

    @Test
    void aServerThatIsNotThereIsAnErrorWithTheAddressAndWithoutItsSecrets() {
        String gone = web.url("/f").replace("http://", "http://user:hunter2@") + "?token=hunter3";
        web.close();

        assertThatThrownBy(() -> bench.build("FROM scratch", "ADD " + gone + " /a"))
                .isInstanceOfSatisfying(
                        FetchException.class,
                        e -> assertThat(e.address() + e.getMessage())
                                .contains("127.0.0.1")
                                .doesNotContain("hunter2")
                                .doesNotContain("hunter3"));
    }

    @Test
    void aBodyThatEndsEarlyIsAnErrorAndKeepsNothing() throws IOException {
        web.brokenPage("/f", "half");

        assertThatThrownBy(() -> bench.build("FROM scratch", "ADD " + web.url("/f") + " /a"))
                .isInstanceOf(FetchException.class);
        assertThat(cache()).isEmpty();
    }

    @Test
    void redirectsAreFollowedAndTheNameIsThatOfTheFirst() throws IOException {
        web.redirect("/first", "/second?x").page("/second", "x");

        StoredImage image = bench.build("FROM scratch", "ADD " + web.url("/first") + " /d/");

        assertThat(bench.content(image, "d/first")).isEqualTo("x");
    }

    @Test
    void aUserIsToldToItsOwnServerAlone() throws IOException {
        try (WebServer other = new WebServer()) {
            other.page("/f", "x");
            web.redirect("/here", "/there").redirect("/there", other.url("/f"));

            bench.build("FROM scratch", "ADD http://user:pass@" + web.host() + "/here /d/");

            assertThat(web.asked())
                    .extracting(WebServer.Asked::authorization)
                    .containsExactly(Optional.of("Basic dXNlcjpwYXNz"), Optional.of("Basic dXNlcjpwYXNz"));
            assertThat(other.asked()).extracting(WebServer.Asked::authorization).containsExactly(Optional.empty());
        }
    }

    @Test
    void redirectsInACircleOrToNoWebAddressEnd() {
        web.redirect("/circle", "/circle").redirect("/file", "file:///etc/passwd");

        assertThatThrownBy(() -> bench.build("FROM scratch", "ADD " + web.url("/circle") + " /d/"))
                .isInstanceOf(FetchException.class)
                .hasMessageContaining("redirects");
        assertThatThrownBy(() -> bench.build("FROM scratch", "ADD " + web.url("/file") + " /d/"))
                .isInstanceOf(FetchException.class)
                .hasMessageContaining("no web address");
    }

    @Test
    void anUnchangedRebuildAsksOnceAndTransfersNothing() throws IOException {
        web.page("/etag", 200, Map.of("ETag", "\"1\""), "x").page("/time", 200, Map.of("Last-Modified", MODIFIED), "x");
        String[] file = {"FROM scratch", "ADD " + web.url("/etag") + " /a", "ADD " + web.url("/time") + " /b"};
        bench.build(file);
        web.asked();

        bench.build(file);

        assertThat(bench.cached()).hasSize(2);
        assertThat(web.asked())
                .containsExactly(
                        new WebServer.Asked("/etag", Optional.empty(), Optional.of("\"1\""), Optional.empty()),
                        new WebServer.Asked("/time", Optional.empty(), Optional.empty(), Optional.of(MODIFIED)));
    }

    @Test
    void contentDecidesAboutTheStepAndNotTheTag() throws IOException {
        web.page("/f", 200, Map.of("ETag", "\"1\""), "x");
        String[] file = {"FROM scratch", "ADD " + web.url("/f") + " /a"};
        bench.build(file);

        web.page("/f", 200, Map.of("ETag", "\"2\""), "x");
        bench.build(file);
        assertThat(bench.cached()).hasSize(1);

        web.page("/f", 200, Map.of("ETag", "\"3\""), "y");
        assertThat(bench.content(bench.build(file), "a")).isEqualTo("y");
        assertThat(bench.cached()).isEmpty();
    }

    @Test
    void whatAChecksumNamesAndIsHereIsNotAskedFor() throws IOException {
        web.page("/f", "x");
        String[] file = {"FROM scratch", "ADD --checksum=" + sha256("x") + " " + web.url("/f") + " /a"};
        bench.build(file);
        web.asked();

        bench.build(file);

        assertThat(web.asked()).isEmpty();
        assertThat(bench.cached()).hasSize(1);
    }

    @Test
    void aCacheThatHasLostItsContentIsFilledAgain() throws IOException {
        web.page("/f", 200, Map.of("ETag", "\"1\""), "content");
        String[] file = {"FROM scratch", "ADD " + web.url("/f") + " /a"};
        bench.build(file);
        for (Path each : cache()) {
            Files.writeString(each, "");
        }

        StoredImage image = bench.build("FROM scratch", "ADD " + web.url("/f") + " /b");

        LayerEntry entry = Workbench.get(image, "b");
        assertThat(entry.metadata().size()).isEqualTo("content".length());
    }

    private List<Path> cache() throws IOException {
        Path web = bench.store().home().resolve("cache/web");
        if (!Files.exists(web)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(web)) {
            return files.toList();
        }
    }

    @Test
    void copyTakesNoUrl() {
        assertThatThrownBy(() -> bench.build("FROM scratch", "COPY " + web.url("/f") + " /a"))
                .isInstanceOf(DockerfileException.class)
                .hasMessageContaining("source can't be a URL for COPY");
        assertThat(web.asked()).isEmpty();
    }

    @Test
    void urlsAndFilesOfTheContextGoTogether() throws IOException {
        web.page("/u", "1");
        bench.file("f", "2");

        StoredImage image = bench.build("FROM scratch", "ADD f " + web.url("/u") + " /d/");

        assertThat(Workbench.top(image)).hasSize(3);
        assertThat(bench.content(image, "d/u")).isEqualTo("1");
    }

    @Test
    void whatIsNoAddressIsAnErrorAtItsPlace() {
        assertThatThrownBy(() -> bench.build("FROM scratch", "ADD http:///x /a"))
                .isInstanceOf(DockerfileException.class)
                .hasMessageContaining("Dockerfile:2:5");
        assertThatThrownBy(() -> bench.build("FROM scratch", "ADD " + web.url("/a%00b") + " /d/"))
                .isInstanceOfAny(DockerfileException.class, FetchException.class);
    }

    @Test
    void anInterruptEndsTheWaitForAServerThatIsSilent() throws Exception {
        try (SilentServer silent = new SilentServer()) {
            silent.interruptsOnceConnected(Thread.currentThread());

            assertThatThrownBy(() -> bench.build("FROM scratch", "ADD http://" + silent.host() + "/f /d"))
                    .isInstanceOf(InterruptedOperationException.class);
        }
        assertThat(Thread.interrupted()).isTrue();
    }
}
