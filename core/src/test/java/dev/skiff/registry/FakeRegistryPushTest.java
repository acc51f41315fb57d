package dev.skiff.registry;

import java.nio.file.Path;

/** The registry of all other tests does as real ones do. */
class FakeRegistryPushTest extends PushContract {
    @Override
    TestRegistry open(Path directory) {
        return FakeRegistry.start();
    }

    @Override
    TestRegistry openWithLogin(Path directory) {
        FakeRegistry registry = FakeRegistry.start();
        registry.requireBasic(USER, PASSWORD);
        return registry;
    }
}
