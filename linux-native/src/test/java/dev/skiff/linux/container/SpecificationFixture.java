package dev.skiff.linux.container;

import dev.skiff.linux.testing.TestContainers;
import dev.skiff.linux.testing.TestContainers.Result;
import dev.skiff.oci.runtime.Linux;
import dev.skiff.oci.runtime.Process;
import dev.skiff.oci.runtime.Spec;
import java.nio.file.Files;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Containers whose specification is changed, looked at from inside. */
abstract class SpecificationFixture {
    TestContainers containers;

    @BeforeEach
    final void open() throws Exception {
        containers = new TestContainers(Files.createTempDirectory("skiff-spec"));
    }

    @AfterEach
    final void close() {
        containers.close();
    }

    final Result run(String script, UnaryOperator<Spec> change) throws Exception {
        return containers.run(change.apply(containers.spec(script)));
    }

    final Result process(String script, UnaryOperator<Process> change) throws Exception {
        return run(script, spec -> spec.withProcess(change.apply(spec.process().orElseThrow())));
    }

    final Result linux(String script, UnaryOperator<Linux> change) throws Exception {
        return run(script, spec -> spec.withLinux(change.apply(spec.linux().orElseThrow())));
    }
}
