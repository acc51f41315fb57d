package dev.skiff.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.BuildEvent;
import dev.skiff.DockerfileException;
import dev.skiff.oci.Reference;
import dev.skiff.oci.image.ContainerConfig;
import dev.skiff.store.StoredImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What ONBUILD keeps, and when it takes effect. */
class OnBuildTest {
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

    @Test
    void triggersAreKeptAsTheyAreWrittenAndHistoryDoesNotTellOfThem() throws IOException {
        StoredImage image = bench.build(
                "FROM scratch", "ENV V=1", "onbuild copy f \\", "  /$V", "ONBUILD COPY <<EOF /x", "body", "EOF");

        assertThat(image.config().containerConfig().onBuild())
                .containsExactly("copy f   /$V", "COPY <<EOF /x\nbody\nEOF");
        assertThat(Workbench.history(image)).containsExactly("ENV V=1");
    }

    @Test
    void onBuildFiresOnceInDirectChildrenOnly() throws IOException {
        bench.tagged("base", "FROM scratch", "ONBUILD COPY f /triggered", "ONBUILD LABEL by=trigger");

        StoredImage child = bench.tagged("child", "FROM base", "LABEL by=child");
        StoredImage grandchild = bench.build("FROM child");

        assertThat(Workbench.history(child))
                .containsExactly("+ COPY f /triggered # buildkit", "LABEL by=trigger", "LABEL by=child");
        assertThat(child.config().containerConfig().onBuild()).isEmpty();
        assertThat(Workbench.history(grandchild)).hasSize(3);
    }

    @Test
    void aStageOfTheSameFileFiresThemToo() throws IOException {
        StoredImage image = bench.build(
                "FROM scratch AS a",
                "ONBUILD ENV V=1",
                "ONBUILD WORKDIR /w$V",
                "FROM a AS b",
                "LABEL v=$V",
                "FROM b",
                "LABEL w=$V");

        assertThat(Workbench.history(image)).containsExactly("ENV V=1", "+ WORKDIR /w1", "LABEL v=1", "LABEL w=1");
    }

    @Test
    void triggersSeeTheArgumentsOfTheChildAndComeBeforeItsOwnInstructions() throws IOException {
        bench.tagged("base", "FROM scratch", "ONBUILD ARG V=trigger", "ONBUILD LABEL v=$V");
        bench.arguments(Map.of("V", "given"));

        assertThat(bench.build("FROM base").config().containerConfig().labels()).containsEntry("v", "given");
        assertThat(bench.warnings()).isEmpty();
    }

    @Test
    void aTriggerOfAnImageMayNeedAStageThatNothingElseNeeds() throws IOException {
        bench.tagged("base", "FROM scratch", "ONBUILD COPY --from=files /f /got");

        StoredImage image =
                bench.build("FROM scratch AS deeper", "COPY f /f", "FROM deeper AS files", "WORKDIR /w", "FROM base");

        assertThat(bench.content(image, "got")).isEqualTo("content");
    }

    @Test
    void whatATriggerOfAnImageAddsIsNumberedAfterAllOthersAndStandsAtTheFrom() throws IOException {
        bench.tagged("base", "FROM scratch", "ONBUILD COPY f /f");
        bench.build("# why", "FROM base", "WORKDIR /w");

        assertThat(bench.events().stream()
                        .filter(BuildEvent.StepStarted.class::isInstance)
                        .toList())
                .containsExactly(
                        new BuildEvent.StepStarted(1, 2, "0", "FROM base", 2),
                        new BuildEvent.StepStarted(3, 3, "0", "COPY f /f", 2),
                        new BuildEvent.StepStarted(2, 3, "0", "WORKDIR /w", 3));
    }

    @Test
    void aTriggerCannotNeedALaterStage() throws IOException {
        bench.tagged("base", "FROM scratch", "ONBUILD COPY --from=later /f /got");

        assertThatThrownBy(() -> bench.build("FROM base AS early", "FROM scratch AS later", "COPY f /f", "FROM early"))
                .isInstanceOf(DockerfileException.class)
                .hasMessageContaining("cannot copy from stage \"later\"")
                .hasMessageContaining("ONBUILD of base");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ONBUILD FROM x",
                "ONBUILD MAINTAINER x",
                "ONBUILD ONBUILD RUN x",
            })
    void someInstructionsCannotBeTriggers(String line) {
        assertThatThrownBy(() -> bench.build("FROM scratch", line))
                .isInstanceOfSatisfying(
                        DockerfileException.class, e -> assertThat(e.line()).isEqualTo(2))
                .hasMessageContaining("isn't allowed");
    }

    @Test
    void whatAnotherBuilderLetIntoAnImageIsRefusedWhereItWouldFire() throws IOException {
        StoredImage plain = bench.build("FROM scratch");
        ContainerConfig config = plain.config().containerConfig().withOnBuild(List.of("FROM elsewhere"));
        bench.store()
                .images()
                .tag(
                        bench.store().images().commit(plain.config().withConfig(config), Optional.empty()),
                        Reference.parse("odd"));

        assertThatThrownBy(() -> bench.build("FROM odd"))
                .isInstanceOf(DockerfileException.class)
                .hasMessageContaining("FROM isn't allowed as an ONBUILD trigger");
    }

    @Test
    void anUnknownInstructionIsAnErrorOnlyWhenItFires() throws IOException {
        bench.tagged("base", "FROM scratch", "ONBUILD FROB x");

        assertThatThrownBy(() -> bench.build("FROM base"))
                .isInstanceOf(DockerfileException.class)
                .hasMessageContaining("unknown instruction: FROB");
    }
}
