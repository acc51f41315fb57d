package dev.skiff.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.DockerfileException;
import dev.skiff.oci.Platform;
import dev.skiff.store.StoredImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a caller can ask for beside the Dockerfile. */
class BuildOptionsTest {
    @TempDir
    private Path directory;

    private Workbench bench;

    @BeforeEach
    void open() throws IOException {
        bench = new Workbench(directory);
        bench.file("f", "content");
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private BuildRequest request(String... lines) throws IOException {
        Files.writeString(bench.path("Dockerfile"), String.join("\n", lines) + "\n");
        return BuildRequest.of(bench.path("."));
    }

    @Test
    void noCacheOfOneStageLeavesTheOthersTheirs() throws IOException {
        String[] lines = {"FROM scratch AS a", "WORKDIR /a", "FROM scratch AS b", "COPY --from=a /a /a", "WORKDIR /b"};
        bench.build(lines);

        bench.build(request(lines).plusNoCacheStage("A"));
        assertThat(bench.cached()).containsExactly("COPY --from=a /a /a", "WORKDIR /b");

        bench.build(request(lines).plusNoCacheStage("1"));
        assertThat(bench.cached()).containsExactly("WORKDIR /a");
    }

    @Test
    void noCacheOfAStageThatThereIsNotIsWarnedOf() throws IOException {
        bench.build(request("FROM scratch AS build").plusNoCacheStage("biuld"));

        assertThat(bench.warnings())
                .containsExactly("no stage is called \"biuld\", so all use the cache (did you mean build?)");
    }

    @Test
    void aLabelOfTheCallerWinsAndIsNotInHistory() throws IOException {
        StoredImage image = bench.build(request("FROM scratch", "LABEL a=file b=file")
                .plusLabel("a", "caller")
                .plusLabel("c", "caller"));

        assertThat(image.config().containerConfig().labels())
                .isEqualTo(Map.of("a", "caller", "b", "file", "c", "caller"));
        assertThat(Workbench.history(image)).containsExactly("LABEL a=file b=file");
    }

    @Test
    void aTargetMayBeNamedByItsNumber() throws IOException {
        StoredImage image = bench.build(request("FROM scratch", "LABEL n=0", "FROM scratch", "LABEL n=1")
                .withTarget("0"));

        assertThat(image.config().containerConfig().labels()).containsEntry("n", "0");
    }

    @Test
    void aTargetThatIsNotThereIsAnErrorThatSuggestsTheNearest() {
        assertThatThrownBy(() -> bench.build(
                        request("FROM scratch AS build", "FROM scratch").withTarget("biuld")))
                .isInstanceOf(DockerfileException.class)
                .hasMessageContaining("target stage \"biuld\" could not be found")
                .hasMessageContaining("did you mean build");
    }

    @Test
    void anArgumentThatNobodyDeclaresIsWarnedOf() throws IOException {
        bench.build(request("ARG GLOBAL", "FROM scratch AS unneeded", "ARG ELSEWHERE", "FROM scratch", "ARG OWN")
                .plusArgument("TYPO", "1")
                .plusArgument("GLOBAL", "1")
                .plusArgument("ELSEWHERE", "1")
                .plusArgument("OWN", "1"));

        assertThat(bench.warnings()).containsExactly("no ARG declares TYPO, so the value is not used");
    }

    @Test
    void argumentsThatBuildersKnowNeedNoDeclaration() throws IOException {
        StoredImage image = bench.build(request("FROM scratch", "COPY f /")
                .plusArgument("HTTP_PROXY", "http://proxy.example.com")
                .plusArgument("no_proxy", "localhost")
                .plusArgument("BUILDKIT_INLINE_CACHE", "1")
                .plusArgument("TARGETARCH", "amd64"));

        assertThat(bench.warnings()).isEmpty();
        assertThat(image.config().toString()).doesNotContain("proxy.example.com");
    }

    @Test
    void theTargetsPlatformIsTheCallersAndTheBuildsIsThisMachine() throws IOException {
        Platform other = Platform.parse(Platform.host().architecture().equals("s390x") ? "linux/amd64" : "linux/s390x");
        StoredImage image = bench.build(request(
                        "FROM scratch",
                        "ARG TARGETPLATFORM TARGETARCH BUILDPLATFORM BUILDARCH TARGETSTAGE",
                        "LABEL target=$TARGETPLATFORM/$TARGETARCH build=$BUILDPLATFORM/$BUILDARCH stage=$TARGETSTAGE",
                        "COPY f /f")
                .withPlatform(other));

        Platform host = Platform.host();
        assertThat(image.config().platform().toString()).isEqualTo(other.toString());
        assertThat(image.config().containerConfig().labels())
                .containsEntry("target", other + "/" + other.architecture())
                .containsEntry("build", host + "/" + host.architecture())
                .containsEntry("stage", "default");
    }

    @Test
    void aStageMayBeForAnotherPlatformThanTheTarget() throws IOException {
        StoredImage image = bench.build(request(
                "FROM --platform=linux/riscv64 scratch AS other",
                "COPY f /f",
                "FROM --platform=$BUILDPLATFORM scratch",
                "COPY --from=other /f /f"));

        assertThat(image.config().platform().toString())
                .isEqualTo(Platform.host().toString());
        assertThat(bench.content(image, "f")).isEqualTo("content");
    }

    @Test
    void scratchIsForTheTargetWhateverPlatformIsNamed() throws IOException {
        StoredImage image = bench.build(request("FROM --platform=linux/riscv64 scratch", "COPY f /f"));

        assertThat(image.config().platform().toString())
                .isEqualTo(Platform.host().toString());
        assertThatThrownBy(() -> bench.build(request("FROM --platform=linux/riscv64/v1/2 scratch", "COPY f /f")))
                .isInstanceOf(DockerfileException.class);
    }

    @Test
    void aCommandForAnotherPlatformIsRefusedWithWhatToDoUnlessItsEmulatorIsRegistered() throws IOException {
        Path registered = Files.createDirectory(directory.resolve("binfmt"));
        ForeignPlatform foreign = new ForeignPlatform(Platform.parse("linux/amd64"), registered);

        assertThat(foreign.whyNot(Platform.parse("linux/amd64"))).isEmpty();
        assertThat(foreign.whyNot(Platform.parse("linux/arm64")))
                .hasValueSatisfying(why -> assertThat(why)
                        .contains("linux/arm64", "linux/amd64", "binfmt_misc", "qemu-user-static", "$BUILDPLATFORM"));
        assertThat(foreign.whyNot(Platform.parse("windows/amd64"))).isPresent();

        Files.writeString(registered.resolve("qemu-aarch64"), "enabled\ninterpreter /usr/bin/qemu\nflags: \n");
        assertThat(foreign.whyNot(Platform.parse("linux/arm64"))).isPresent();
        Files.writeString(registered.resolve("qemu-aarch64"), "enabled\ninterpreter /usr/bin/qemu\nflags: OCF\n");
        assertThat(foreign.whyNot(Platform.parse("linux/arm64"))).isEmpty();
        Files.writeString(registered.resolve("qemu-aarch64"), "disabled\ninterpreter /usr/bin/qemu\nflags: OCF\n");
        assertThat(foreign.whyNot(Platform.parse("linux/arm64"))).isPresent();
    }

    @Test
    void aCommandFor386NeedsNoEmulatorOnAmd64() throws IOException {
        Path none = Files.createDirectory(directory.resolve("binfmt"));

        assertThat(new ForeignPlatform(Platform.parse("linux/amd64"), none).whyNot(Platform.parse("linux/386")))
                .isEmpty();
        assertThat(new ForeignPlatform(Platform.parse("linux/arm64"), none).whyNot(Platform.parse("linux/386")))
                .isPresent();
    }

    @Test
    void aRunForAnotherPlatformNamesItsLine() {
        assertThatThrownBy(() ->
                        bench.build(request("FROM scratch", "RUN x").withPlatform(Platform.parse("windows/amd64"))))
                .isInstanceOfSatisfying(
                        DockerfileException.class, e -> assertThat(e.line()).isEqualTo(2))
                .hasMessageContaining("windows/amd64");
    }

    @Test
    void pullIsHandedOnToWhereImagesComeFrom() throws IOException {
        bench.tagged("base", "FROM scratch", "WORKDIR /w");

        bench.build(request("FROM base"));
        assertThat(bench.pulled()).isEmpty();
        bench.build(
                request("FROM base AS a", "FROM base", "COPY --from=base /w /w").withPull());
        assertThat(bench.pulled()).containsExactly("docker.io/library/base:latest"); // asked once in one build
    }
}
