package dev.skiff.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.DockerfileException;
import dev.skiff.ImageNotFoundException;
import dev.skiff.oci.image.ContainerConfig;
import dev.skiff.oci.image.History;
import dev.skiff.store.StoredImage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a built image says: configuration, history, times; and how variables come to their values. */
class ConfigTest {
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

    private ContainerConfig config(String... lines) throws IOException {
        return bench.build(lines).config().containerConfig();
    }

    @Test
    void anImageFromScratchHasAPathAndTheRootAsDirectory() throws IOException {
        ContainerConfig config = config("FROM scratch", "CMD [\"x\"]");

        assertThat(config.env()).containsExactly("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        assertThat(config.workingDir()).contains("/");
    }

    @Test
    void envKeepsThePlaceOfWhatItReplacesAndSeesWhatWasBefore() throws IOException {
        assertThat(config("FROM scratch", "ENV A=1 B=2", "ENV A=3 C=$A", "ENV PATH=/x:$PATH")
                        .env())
                .containsExactly(
                        "PATH=/x:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "A=3", "B=2", "C=1");
    }

    @Test
    void aGlobalArgumentReachesAStageOnlyWhereItIsDeclared() throws IOException {
        assertThat(config("ARG V=g", "FROM scratch", "LABEL without=[$V]", "ARG V", "LABEL with=[$V]")
                        .labels())
                .isEqualTo(Map.of("without", "[]", "with", "[g]"));
    }

    @Test
    void theCallersArgumentWinsOverDefaults() throws IOException {
        bench.arguments(Map.of("V", "cli"));
        assertThat(config("FROM scratch", "ARG V=own", "LABEL v=$V").labels()).containsEntry("v", "cli");
    }

    @Test
    void aDefaultThatTheCallersArgumentReplacesMayBeOneThatFails() throws IOException {
        bench.arguments(Map.of("V", "cli"));

        assertThat(config("FROM scratch", "ARG V=${NEEDED:?not given}", "LABEL v=$V")
                        .labels())
                .containsEntry("v", "cli");
    }

    @Test
    void anArgumentWithoutValueIsUnsetAndOneWithAnEmptyValueIsNot() throws IOException {
        assertThat(config("FROM scratch", "ARG A", "ARG B=", "LABEL a=${A-unset} b=${B-unset}")
                        .labels())
                .containsEntry("a", "unset")
                .containsEntry("b", "");
    }

    @Test
    void anArgumentSeesThoseBeforeItInTheSameInstruction() throws IOException {
        StoredImage image = bench.build("FROM scratch", "ARG V=1 URL=/v$V V=2 V", "LABEL url=$URL v=$V");

        assertThat(Workbench.history(image)).containsExactly("ARG V=1 URL=/v1 V=2 V", "LABEL url=/v1 v=2");
    }

    @Test
    void theLaterOfArgAndEnvIsSeenAndOnlyEnvIsKept() throws IOException {
        ContainerConfig config =
                config("FROM scratch", "ENV V=env", "ARG V=arg", "LABEL v=$V", "ENV V=late", "LABEL w=$V");

        assertThat(config.labels()).containsEntry("v", "arg").containsEntry("w", "late");
        assertThat(config.env()).contains("V=late").doesNotContain("V=arg");
    }

    @Test
    void argumentsAreInheritedByStagesBasedOnTheStageAlone() throws IOException {
        assertThat(config("FROM scratch AS a", "ARG V=1", "FROM a", "LABEL v=[$V]")
                        .labels())
                .containsEntry("v", "[1]");
        assertThat(config("FROM scratch AS a", "ARG V=1", "FROM scratch", "LABEL v=[$V]")
                        .labels())
                .containsEntry("v", "[]");
    }

    @Test
    void fromSeesGlobalArgumentsAndThePlatforms() throws IOException {
        bench.tagged("base:1-amd64", "FROM scratch", "LABEL base=1");
        bench.arguments(Map.of("TARGETARCH", "amd64"));

        assertThat(config("ARG TAG=1", "FROM base:$TAG-$TARGETARCH").labels()).containsEntry("base", "1");
    }

    @Test
    void entrypointTakesAnInheritedCommandAwayButNotTheStagesOwn() throws IOException {
        bench.tagged("base", "FROM scratch", "CMD [\"inherited\"]");

        assertThat(config("FROM base", "ENTRYPOINT [\"e\"]").cmd()).isEmpty();
        assertThat(config("FROM base", "CMD [\"own\"]", "ENTRYPOINT [\"e\"]").cmd())
                .containsExactly("own");
    }

    @Test
    void shellFormsFreezeTheShellInForce() throws IOException {
        ContainerConfig config =
                config("FROM scratch", "CMD echo $HOME", "SHELL [\"/bin/ash\", \"-ec\"]", "ENTRYPOINT x y");

        assertThat(config.cmd()).containsExactly("/bin/sh", "-c", "echo $HOME");
        assertThat(config.entrypoint()).containsExactly("/bin/ash", "-ec", "x y");
        assertThat(config.shell()).containsExactly("/bin/ash", "-ec");
    }

    @Test
    void workdirsAreRelativeToTheOneBeforeAndOwnedByTheUser() throws IOException {
        StoredImage image = bench.build("FROM scratch", "WORKDIR /a/b", "USER 7:8", "WORKDIR ../c/d");

        assertThat(image.config().containerConfig().workingDir()).contains("/a/c/d");
        assertThat(Workbench.top(image)).containsExactly("755 0:0 a", "755 7:8 a/c", "755 7:8 a/c/d");
    }

    @Test
    void anAbsoluteWorkdirStaysAsItIsWritten() throws IOException {
        bench.file("f", "");
        StoredImage image = bench.build("FROM scratch", "WORKDIR /app/", "COPY f g");

        assertThat(image.config().containerConfig().workingDir()).contains("/app/");
        assertThat(Workbench.history(image)).containsExactly("+ WORKDIR /app/", "+ COPY f g # buildkit");
        assertThat(Workbench.top(image)).containsExactly("755 0:0 app", "644 0:0 app/g");
        assertThat(config("FROM scratch", "WORKDIR /app/", "WORKDIR sub/").workingDir())
                .contains("/app/sub");
    }

    @Test
    void aWorkdirOfAUserWithoutAGroupIsOwnedAsChownWouldHaveIt() throws IOException {
        bench.file("etc/passwd", "web:x:33:44::/:/bin/sh\n").file("etc/group", "staff:x:50:\n");
        StoredImage image = bench.build(
                "FROM scratch",
                "COPY etc /etc",
                "USER 33",
                "WORKDIR /number",
                "USER web",
                "WORKDIR /name",
                "USER web:staff",
                "WORKDIR /both",
                "USER web:nope",
                "WORKDIR /unknowngroup",
                "USER nobody:staff",
                "WORKDIR /unknownuser",
                "USER root:staff",
                "WORKDIR /root");

        assertThat(List.of("number", "name", "both", "unknowngroup", "unknownuser", "root"))
                .extracting(path -> Workbench.get(image, path).metadata())
                .extracting(metadata -> metadata.uid() + ":" + metadata.gid())
                .containsExactly("33:33", "33:44", "33:50", "33:44", "0:50", "0:50");
    }

    @Test
    void historyHasALineForEachInstructionAsTheReferenceWritesIt() throws IOException {
        bench.file("f", "").arguments(Map.of("X", "9"));
        StoredImage image = bench.build(
                "FROM scratch",
                "ARG X=1 Y",
                "ENV A=1 B=\"x y\"",
                "COPY --chown=1:2 f /x/",
                "WORKDIR /",
                "WORKDIR w",
                "EXPOSE 80 443/udp",
                "USER me",
                "VOLUME /v",
                "STOPSIGNAL SIGINT",
                "ENTRYPOINT [\"e\", \"f\"]",
                "MAINTAINER someone");

        assertThat(Workbench.history(image))
                .containsExactly(
                        "ARG X=9 Y",
                        "ENV A=1 B=x y",
                        "+ COPY --chown=1:2 f /x/ # buildkit",
                        "WORKDIR /",
                        "+ WORKDIR /w",
                        "EXPOSE [443/udp 80/tcp]",
                        "USER me",
                        "VOLUME [/v]",
                        "STOPSIGNAL SIGINT",
                        "ENTRYPOINT [\"e\" \"f\"]",
                        "MAINTAINER someone");
        assertThat(image.config().diffIds()).hasSize(2);
        assertThat(image.config().author()).contains("someone");
    }

    @Test
    void sourceDateEpochBoundsTheTimesOfWhatIsNew() throws IOException {
        bench.file("f", "").arguments(Map.of("SOURCE_DATE_EPOCH", "1000"));
        StoredImage image = bench.build("FROM scratch", "COPY f /d/", "CMD [\"x\"]");

        assertThat(image.config().created()).contains(Instant.ofEpochSecond(1000));
        assertThat(image.config().history())
                .extracting(History::created)
                .containsOnly(Optional.of(Instant.ofEpochSecond(1000)));
        assertThat(Workbench.get(image, "d").metadata().mtimeSeconds()).isEqualTo(1000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "RUN --network=foo x",
                "RUN --security=foo x",
                "RUN --device=vendor.com/gpu=0 x",
                "RUN --mount=type=foo,target=/f x"
            })
    void flagsOfRunThatMakeNoSenseAreRefusedByLineBeforeAnythingIsDone(String instruction) throws IOException {
        bench.file("f", "");

        assertThatThrownBy(() -> bench.build("FROM scratch", "COPY f /", instruction))
                .isInstanceOfSatisfying(
                        DockerfileException.class, e -> assertThat(e.line()).isEqualTo(3))
                .hasMessageContaining("Dockerfile:3");
        assertThat(bench.store().home().resolve("layers")).isEmptyDirectory();
    }

    @Test
    void aBaseImageThatIsNowhereIsNamed() {
        assertThatThrownBy(() -> bench.build("FROM no/such:1"))
                .isInstanceOfSatisfying(
                        ImageNotFoundException.class,
                        e -> assertThat(e.reference()).isEqualTo("docker.io/no/such:1"));
    }

    @Test
    void aDockerfileThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> bench.build(BuildRequest.of(bench.path("none"))))
                .isInstanceOf(DockerfileException.class)
                .hasMessageContaining("no such file")
                .hasMessageContaining("context/none");
    }

    @Test
    void aTargetIsBuiltInsteadOfTheLastStage() throws IOException {
        bench.build("FROM scratch AS one", "LABEL n=1", "FROM scratch", "LABEL n=2");

        StoredImage image = bench.build(BuildRequest.of(bench.path(".")).withTarget("ONE"));

        assertThat(image.config().containerConfig().labels()).containsEntry("n", "1");
    }
}
