package dev.skiff.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.BuildStepException;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.store.StoredImage;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Number 10 of what is often done wrong: the heredocs of RUN. */
@KernelTest(programs = "/bin/busybox")
class RunHeredocKernelTest {
    @TempDir
    private Path directory;

    private RunBench bench;

    @BeforeEach
    void open() throws IOException {
        bench = new RunBench(directory);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void theBodyIsOneScriptWhoseLastStatusCounts() throws IOException {
        bench.build("FROM busybox", "RUN <<EOF", "cd /etc", "false", "echo $PWD $((1 + 1))", "EOF");

        assertThat(bench.output()).containsExactly("/etc 2");
    }

    @Test
    void aShellThatStopsAtTheFirstFailureDoesSo() {
        assertThatThrownBy(() -> bench.build(
                        "FROM busybox", "SHELL [\"/bin/sh\", \"-ec\"]", "RUN <<EOF", "false", "echo on", "EOF"))
                .isInstanceOf(BuildStepException.class);
        assertThat(bench.output()).isEmpty();
    }

    @Test
    void theBuilderExpandsNothingInIt() throws IOException {
        bench.build("FROM busybox", "ENV A=env", "RUN <<EOF", "A=own; echo $A \\$A '$A'", "EOF");

        assertThat(bench.output()).containsExactly("own $A $A");
    }

    @Test
    void aCommandGetsItFromTheShellWhichExpandsIt() throws IOException {
        StoredImage image = bench.build(
                "FROM busybox",
                "ENV A=env",
                "RUN cat <<EOF > /plain && cat <<'EOT' > /quoted",
                "$A \\$A",
                "EOF",
                "$A",
                "EOT");

        assertThat(bench.content(image, "plain")).isEqualTo("env $A\n");
        assertThat(bench.content(image, "quoted")).isEqualTo("$A\n");
    }

    @Test
    void theTerminatorMustMatchExactly() throws IOException {
        bench.build("FROM busybox", "RUN cat <<EOF", "EOF ", " EOF", "EOFF", "EOF");

        assertThat(bench.output()).containsExactly("EOF ", " EOF", "EOFF");
    }

    @Test
    void aDashTakesLeadingTabsAndNoBlanks() throws IOException {
        bench.build("FROM busybox", "RUN <<-EOF", "\t\techo one", "\tcat <<X", "  two", "X", "\tEOF");

        assertThat(bench.output()).containsExactly("one", "  two");
    }

    @Test
    void aBodyThatNamesItsInterpreterIsRunAsAFileAndLeavesNone() throws IOException {
        StoredImage image =
                bench.build("FROM busybox", "RUN <<script", "#!/bin/cat", "this is no shell", "script", "RUN ls /dev");

        assertThat(bench.output()).contains("#!/bin/cat", "this is no shell").doesNotContain("pipes");
        assertThat(image.layers()).hasSize(4);
        assertThat(RunBench.paths(image)).isEmpty();
        assertThat(image.config().history().get(2).createdBy()).contains("RUN /bin/sh -c /dev/pipes/script # buildkit");
        assertThat(image.layers().get(2).index().entries()).hasSize(1); // the root alone
    }

    @Test
    void anotherInterpretersBodyIsAnotherStep() throws IOException {
        bench.build("FROM busybox", "RUN <<EOF", "#!/bin/cat", "one", "EOF");
        bench.build("FROM busybox", "RUN <<EOF", "#!/bin/cat", "two", "EOF");

        assertThat(bench.output()).contains("two");
    }
}
