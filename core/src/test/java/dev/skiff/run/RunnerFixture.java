package dev.skiff.run;

import dev.skiff.linux.LinuxHost;
import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.oci.image.ContainerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** A runner with a home of its own, and one image, of busybox. */
final class RunnerFixture implements AutoCloseable {
    final Path base;
    final LinuxHost host;
    final Runner runner;
    private final ExecutorService executor = Executors.newCachedThreadPool();

    RunnerFixture() throws IOException {
        this(fixture -> new Runner(fixture.home(), () -> fixture.host, fixture.executor));
    }

    /** One that asks what is the matter when a start has taken so long. */
    RunnerFixture(Duration longestStart) throws IOException {
        this(fixture -> new Runner(fixture.home(), () -> fixture.host, fixture.executor, longestStart));
    }

    private RunnerFixture(Function<RunnerFixture, Runner> runner) throws IOException {
        this.base = Files.createTempDirectory("skiff-run");
        Files.createDirectories(home());
        BusyboxRoot.in(base.resolve("image"));
        this.host = LinuxHost.open();
        this.runner = runner.apply(this);
    }

    Path home() {
        return base.resolve("home");
    }

    RootImage image() {
        return image(ContainerConfig.empty());
    }

    RootImage image(ContainerConfig config) {
        Path layer = base.resolve("image");
        return new RootImage("busybox", config, List.of(layer), (path, most) -> {
            Path file = layer.resolve(path.toString());
            return Files.exists(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
        });
    }

    RunningContainer start(RunPlan plan) throws InterruptedException {
        return runner.start(image(), plan);
    }

    @Override
    public void close() {
        runner.closeContainers();
        host.removeTree(base);
        host.close();
        executor.shutdown();
    }
}
