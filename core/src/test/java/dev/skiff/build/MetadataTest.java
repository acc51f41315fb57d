package dev.skiff.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.DockerfileException;
import dev.skiff.oci.Json;
import dev.skiff.oci.Platform;
import dev.skiff.oci.image.ContainerConfig;
import dev.skiff.oci.image.History;
import dev.skiff.store.StoredImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The instructions that change the configuration alone, down to the bytes of the document. */
class MetadataTest {
    @TempDir
    private Path directory;

    private Workbench bench;

    @BeforeEach
    void open() throws IOException {
        bench = new Workbench(directory);
        bench.file("f", "");
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private ContainerConfig config(String... lines) throws IOException {
        return bench.build(lines).config().containerConfig();
    }

    @Test
    void theWholeDocumentIsAsTheReferenceWritesIt() throws IOException {
        bench.arguments(Map.of("SOURCE_DATE_EPOCH", "1000"));
        StoredImage image = bench.build(
                "FROM scratch",
                "ARG A=1 B",
                "ENV K=v L=\"a b\"",
                "LABEL z=1 a=\"$K\"",
                "EXPOSE 80 53/udp 70-71",
                "VOLUME /v2 /v1",
                "USER me:you",
                "SHELL [\"/bin/ash\", \"-ec\"]",
                "CMD run $K",
                "HEALTHCHECK --interval=5s --timeout=1m --start-period=1ms --start-interval=2s --retries=3 CMD check it",
                "STOPSIGNAL SIGRTMIN+3",
                "MAINTAINER some one",
                "ONBUILD RUN $K");

        String document = new String(Json.write(image.config()), StandardCharsets.UTF_8);
        Platform host = Platform.host();
        assertThat(document)
                .isEqualTo(("{'created':'1970-01-01T00:16:40Z','author':'some one',"
                                + "'architecture':'ARCH','os':'linux','config':{'User':'me:you',"
                                + "'ExposedPorts':{'53/udp':{},'70/tcp':{},'71/tcp':{},'80/tcp':{}},"
                                + "'Env':['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin','K=v','L=a b'],"
                                + "'Cmd':['/bin/ash','-ec','run $K'],'Volumes':{'/v1':{},'/v2':{}},'WorkingDir':'/',"
                                + "'Labels':{'a':'v','z':'1'},'StopSignal':'SIGRTMIN+3','ArgsEscaped':true,"
                                + "'Healthcheck':{'Test':['CMD-SHELL','check it'],'Interval':5000000000,'Timeout':60000000000,"
                                + "'StartPeriod':1000000,'StartInterval':2000000000,'Retries':3},"
                                + "'OnBuild':['RUN $K'],'Shell':['/bin/ash','-ec']},"
                                + "'rootfs':{'type':'layers','diff_ids':[]},'history':[HISTORY]}")
                        .replace("ARCH", host.architecture())
                        .replace("HISTORY", history(image))
                        .replace('\'', '"'));
        assertThat(Workbench.history(image))
                .containsExactly(
                        "ARG A=1 B",
                        "ENV K=v L=a b",
                        "LABEL z=1 a=v",
                        "EXPOSE [53/udp 70/tcp 71/tcp 80/tcp]",
                        "VOLUME [/v2 /v1]",
                        "USER me:you",
                        "SHELL [/bin/ash -ec]",
                        "CMD [\"/bin/ash\" \"-ec\" \"run $K\"]",
                        "HEALTHCHECK {Test:[CMD-SHELL check it] Interval:5s Timeout:1m0s StartPeriod:1ms"
                                + " StartInterval:2s Retries:3}",
                        "STOPSIGNAL SIGRTMIN+3",
                        "MAINTAINER some one");
    }

    @Test
    void historyShowsPortsInTheOrderOfTheWordsAsWritten() throws IOException {
        bench.arguments(Map.of("SOURCE_DATE_EPOCH", "1000"));
        StoredImage image = bench.build(
                "FROM scratch", "ENV PORT=8080", "EXPOSE 80/udp 443 $PORT", "EXPOSE 9-11", "EXPOSE 80/tcp 80");

        assertThat(Workbench.history(image))
                .endsWith("EXPOSE [8080/tcp 443/tcp 80/udp]", "EXPOSE [9/tcp 10/tcp 11/tcp]", "EXPOSE [80/tcp 80/tcp]");
        assertThat(image.config().containerConfig().exposedPorts())
                .containsExactlyInAnyOrder("8080/tcp", "443/tcp", "80/udp", "9/tcp", "10/tcp", "11/tcp", "80/tcp");
    }

    private static String history(StoredImage image) {
        List<String> lines = image.config().history().stream()
                .map(line -> new String(Json.write(line), StandardCharsets.UTF_8))
                .toList();
        return String.join(",", lines);
    }

    @Test
    void everyLineOfHistoryNamesItsMakerAndSaysWhetherThereIsALayer() throws IOException {
        StoredImage image = bench.build("FROM scratch", "COPY f /f", "ENV A=1");

        assertThat(image.config().history())
                .extracting(line -> line.comment().orElse(""))
                .containsOnly("buildkit.dockerfile.v0");
        assertThat(image.config().history()).extracting(History::emptyLayer).containsExactly(false, true);
        assertThat(new String(Json.write(image.config().history().get(0)), StandardCharsets.UTF_8))
                .doesNotContain("empty_layer");
    }

    @Test
    void anImageWithoutALayerIsAnImage() throws IOException {
        StoredImage image = bench.build("FROM scratch", "LABEL a=b");

        assertThat(image.layers()).isEmpty();
        assertThat(image.config().diffIds()).isEmpty();
    }

    @Test
    void aBaseWithoutAPathGetsTheUsualOneBehindItsVariables() throws IOException {
        bench.tagged("base", "FROM scratch", "ENV A=1");

        assertThat(config("FROM base", "ENV B=2").env())
                .containsExactly("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "A=1", "B=2");
    }

    @Test
    void emptyListsTakeInheritedCommandsAway() throws IOException {
        bench.tagged("base", "FROM scratch", "ENTRYPOINT [\"e\"]", "CMD [\"c\"]");

        assertThat(config("FROM base", "CMD []").cmd()).isEmpty();
        assertThat(config("FROM base", "ENTRYPOINT []").entrypoint()).isEmpty();
    }

    @Test
    void anEntrypointLeavesACommandOfItsStageAloneWhicheverComesFirst() throws IOException {
        assertThat(config("FROM scratch", "CMD [\"c\"]", "ENTRYPOINT [\"e\"]").cmd())
                .containsExactly("c");
        assertThat(config("FROM scratch", "ENTRYPOINT [\"e\"]", "CMD [\"c\"]").cmd())
                .containsExactly("c");
        assertThat(config("FROM scratch AS a", "CMD [\"c\"]", "FROM a", "ENTRYPOINT [\"e\"]")
                        .cmd())
                .isEmpty();
    }

    @Test
    void portsAndVolumesAreAddedToThoseOfTheBase() throws IOException {
        bench.tagged("base", "FROM scratch", "EXPOSE 90", "VOLUME /b");
        bench.arguments(Map.of("PORTS", "80 443"));
        ContainerConfig config = config("FROM base", "ARG PORTS", "EXPOSE $PORTS", "VOLUME [\"/a\"]");

        assertThat(config.exposedPorts()).containsExactly("443/tcp", "80/tcp", "90/tcp");
        assertThat(config.volumes()).containsExactly("/a", "/b");
    }

    @Test
    void aHealthcheckIsTakenAwayByNoneAndSaysOnlyWhatWasGiven() throws IOException {
        assertThat(config("FROM scratch", "HEALTHCHECK CMD [\"a\", \"b\"]", "HEALTHCHECK NONE")
                        .healthcheck())
                .hasValueSatisfying(check -> assertThat(new String(Json.write(check), StandardCharsets.UTF_8))
                        .isEqualTo("{\"Test\":[\"NONE\"]}"));
        assertThat(config("FROM scratch", "HEALTHCHECK CMD [\"a\", \"b\"]").healthcheck())
                .hasValueSatisfying(check -> assertThat(new String(Json.write(check), StandardCharsets.UTF_8))
                        .isEqualTo("{\"Test\":[\"CMD\",\"a\",\"b\"]}"));
    }

    @Test
    void aUserMayBeEmptyAndIsNotLookedUpBeforeACommandNeedsIt() throws IOException {
        bench.arguments(Map.of("NOBODY", ""));

        assertThat(config("FROM scratch", "USER me", "ARG NOBODY", "USER $NOBODY")
                        .user()
                        .orElse(""))
                .isEmpty();
        assertThat(config("FROM scratch", "USER nosuch", "COPY f /f").user()).contains("nosuch");
    }

    @ParameterizedTest
    @ValueSource(strings = {"SIGTERM", "TERM", "RTMIN+3", "9"})
    void aStopSignalIsKeptAsItIsWritten(String signal) throws IOException {
        assertThat(config("FROM scratch", "STOPSIGNAL " + signal).stopSignal()).contains(signal);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "STOPSIGNAL SIGFOO | invalid signal: SIGFOO",
                "EXPOSE 90-80 | invalid containerPort: 90-80",
                "EXPOSE 80/xyz | invalid proto: xyz",
                "VOLUME $EMPTY | VOLUME specified can not be an empty string",
                "FROM $EMPTY | base name ($EMPTY) should not be blank",
                "FROM --platform=$EMPTY scratch | empty platform value from expression $EMPTY",
                "HEALTHCHECK --interval=1us CMD x | cannot be less than 1ms",
                "SHELL /bin/sh | SHELL requires the arguments to be in JSON form",
            })
    void whatCannotBeIsAnErrorAtItsLine(String line, String problem) {
        assertThatThrownBy(() -> bench.build("FROM scratch", line))
                .isInstanceOfSatisfying(
                        DockerfileException.class, e -> assertThat(e.line()).isEqualTo(2))
                .hasMessageContaining(problem);
    }

    @Test
    void anArgSeesAnArgBeforeItInItsInstructionRatherThanAnEnv() throws IOException {
        assertThat(config("FROM scratch", "ENV A=env", "ARG B=$A A=arg C=$A", "LABEL b=$B c=$C")
                        .labels())
                .containsEntry("b", "env")
                .containsEntry("c", "arg");
    }

    @Test
    void anArgWithoutAValueLeavesAnEnvAsItIs() throws IOException {
        assertThat(config("FROM scratch", "ENV A=env", "ARG A", "LABEL a=$A").labels())
                .containsEntry("a", "env");
    }

    @Test
    void aDefaultThatIsDeclaredAgainOverridesAndTheCallerWinsEveryTime() throws IOException {
        String[] lines = {"FROM scratch", "ARG A=1", "ARG A=2", "LABEL a=$A", "ARG A=3", "LABEL b=$A"};
        assertThat(config(lines).labels()).containsEntry("a", "2").containsEntry("b", "3");

        bench.arguments(Map.of("A", "given"));
        assertThat(config(lines).labels()).containsEntry("a", "given").containsEntry("b", "given");
    }
}
