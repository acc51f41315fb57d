package dev.skiff.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.skiff.BuildCheck;
import dev.skiff.BuildCheckException;
import dev.skiff.CheckFinding;
import dev.skiff.ImageNotFoundException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildChecksTest {
    private static final String ERRORS = "# check=error=true";

    private Workbench bench;

    @BeforeEach
    void open(@TempDir Path directory) throws IOException {
        bench = new Workbench(directory);
    }

    @Test
    void findingsFailABuildWhoseFileSaysSoAndAllAreTold() {
        BuildCheckException thrown = refused(ERRORS, "FROM scratch as a", "CMD b");

        assertThat(thrown.findings())
                .extracting(CheckFinding::check)
                .containsExactly(BuildCheck.FROM_AS_CASING, BuildCheck.JSON_ARGS_RECOMMENDED);
        assertThat(thrown)
                .hasMessageStartingWith("Dockerfile:2:14: FromAsCasing: ")
                .hasMessageContaining("Dockerfile:3:1: JSONArgsRecommended: ")
                .hasMessageContaining("check=skip=");
    }

    @Test
    void otherwiseFindingsAreWarnings() throws IOException {
        bench.build("FROM scratch as a", "CMD b");

        assertThat(bench.warnings())
                .containsExactly(
                        "FromAsCasing: \"as\" should be in the case of \"FROM\"",
                        "JSONArgsRecommended: CMD should be a JSON array, so that signals reach the program");
    }

    @Test
    void aBaseImageThatIsNotThereYetIsNotFetchedForAWarning() {
        assertThatThrownBy(() -> bench.build("FROM nowhere", "LABEL v=$X", "CMD a", "LABEL a b"))
                .isInstanceOf(ImageNotFoundException.class);

        assertThat(bench.warnings()).singleElement().asString().startsWith("LegacyKeyValueFormat");
    }

    @Test
    void skippedChecksDoNotFailABuild() throws IOException {
        assertThat(bench.build(
                        "# check=skip=FromAsCasing,JSONArgsRecommended;error=true", "FROM scratch as a", "CMD b"))
                .isNotNull();
    }

    @Test
    void aBuildArgumentMayMakeFindingsErrors() {
        bench.arguments(Map.of("BUILDKIT_DOCKERFILE_CHECK", "error=true"));

        assertThat(refused("FROM scratch", "CMD b").findings()).hasSize(1);
    }

    @Test
    void whatTheBaseImageSetsIsNotUndefined() throws IOException {
        bench.tagged("base", "FROM scratch", "ENV PYTHON_VERSION=3", "SHELL [\"/bin/bash\", \"-c\"]");

        assertThat(bench.build(ERRORS, "FROM base", "LABEL v=$PYTHON_VERSION", "CMD a"))
                .isNotNull();
        assertThat(refused(ERRORS, "FROM base", "LABEL v=$PYTHON_VERSIO").findings())
                .extracting(CheckFinding::message)
                .containsExactly("variable \"$PYTHON_VERSIO\" is not defined (did you mean PYTHON_VERSION?)");
    }

    @Test
    void whatTheContextLeavesOutIsFoundBeforeItIsMissed() throws IOException {
        bench.file("a", "a").file(".dockerignore", "a\n");

        assertThat(refused(ERRORS, "FROM scratch", "COPY a /").findings())
                .extracting(CheckFinding::check)
                .containsExactly(BuildCheck.COPY_IGNORED_FILE);
    }

    @Test
    void theImageOfAStageThatIsNotBuiltIsNotAskedFor() throws IOException {
        assertThat(bench.build(ERRORS, "FROM nowhere", "LABEL v=$X", "FROM scratch"))
                .isNotNull();
    }

    private BuildCheckException refused(String... lines) {
        BuildCheckException thrown = catchThrowableOfType(BuildCheckException.class, () -> bench.build(lines));
        assertThat(thrown).isNotNull();
        return thrown;
    }
}
