package dev.skiff.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;

/** The same against the reference implementation of registries, which keeps the fake honest. */
@Tag("registry")
class DebianRegistryPushTest extends PushContract {
    private static final String MISSING =
            "SKIPPED: no /usr/bin/docker-registry on this machine (Debian: apt install docker-registry)";

    private final Optional<Path> program = DebianRegistry.program();

    @BeforeEach
    void theProgramIsThere() {
        if ("true".equals(System.getenv("CI"))) {
            assertThat(program).as(MISSING).isPresent();
        }
        assumeTrue(program.isPresent(), MISSING);
    }

    @Override
    TestRegistry open(Path directory) {
        return DebianRegistry.start(program.orElseThrow(), directory, false);
    }

    @Override
    TestRegistry openWithLogin(Path directory) {
        return DebianRegistry.start(program.orElseThrow(), directory, true);
    }
}
