package dev.skiff.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skiff.Credentials;
import dev.skiff.build.cache.CachePlace;
import dev.skiff.image.RegistryCache;
import dev.skiff.oci.Reference;
import dev.skiff.registry.DebianRegistry;
import dev.skiff.registry.RegistryClient;
import dev.skiff.registry.RegistrySettings;
import dev.skiff.registry.TestRegistry;
import dev.skiff.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;

/** A cache in the reference implementation of registries, which has to take an artifact of a kind that it has never heard of. */
@Tag("registry")
class DebianRegistryCacheTest extends CacheContract {
    private static final String MISSING =
            "SKIPPED: no /usr/bin/docker-registry on this machine (Debian: apt install docker-registry)";

    private TestRegistry registry;

    @BeforeEach
    void start() throws IOException {
        Optional<Path> program = DebianRegistry.program();
        if ("true".equals(System.getenv("CI"))) {
            assertThat(program).as(MISSING).isPresent();
        }
        assumeTrue(program.isPresent(), MISSING);
        registry = DebianRegistry.start(
                program.orElseThrow(), Files.createDirectory(directory.resolve("registry")), false);
    }

    @AfterEach
    void stop() {
        if (registry != null) {
            registry.close();
        }
    }

    @Override
    CachePlace place(Store store, String name) {
        return new RegistryCache(
                store,
                new RegistryClient(RegistrySettings.defaults()),
                Reference.parse(registry.name() + "/team/app:" + name),
                Credentials.anonymous());
    }
}
