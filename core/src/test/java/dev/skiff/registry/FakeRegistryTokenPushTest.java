package dev.skiff.registry;

import java.nio.file.Path;

/** The same, with tokens, as the large public registries have them. */
class FakeRegistryTokenPushTest extends PushContract {
    @Override
    TestRegistry open(Path directory) {
        FakeRegistry registry = FakeRegistry.start();
        registry.requireToken();
        return registry;
    }

    @Override
    TestRegistry openWithLogin(Path directory) {
        FakeRegistry registry = FakeRegistry.start();
        registry.requireTokenFor(USER, PASSWORD);
        return registry;
    }
}
