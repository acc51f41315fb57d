package dev.skiff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.registry.FakeRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Builds with commands on two machines that share nothing but a registry, or a directory. */
@KernelTest(programs = BusyboxRoot.BUSYBOX)
@Timeout(120)
class BuildCacheKernelTest {
    @TempDir
    private Path context;

    private final FakeRegistry registry = FakeRegistry.start();
    private final List<Path> homes = new ArrayList<>();
    private final List<BuildEvent> events = new ArrayList<>();
    private Skiff one;
    private Skiff other;

    @BeforeEach
    void open() throws IOException {
        one = openHome();
        other = openHome();
        TestImages.busybox(one).push(base()).await();
        Files.writeString(context.resolve("input"), "input");
        Files.write(
                context.resolve("Dockerfile"),
                List.of(
                        "FROM " + base() + " AS build",
                        "COPY input /src/",
                        "RUN date +%N > /made && mkdir -p /out/d && ln /made /out/d/hard && rm -rf /src && chown 7:8 /out",
                        "FROM " + base(),
                        "COPY --from=build /out /out",
                        "RUN cat /out/d/hard && rm /bin/yes"));
    }

    private Skiff openHome() throws IOException {
        homes.add(Files.createTempDirectory("skiff-home"));
        return Skiff.builder().store(homes.get(homes.size() - 1)).open();
    }

    @AfterEach
    void close() {
        one.close();
        other.close();
        registry.close();
        homes.forEach(TestDirectories::remove);
    }

    private String base() {
        return registry.name() + "/busybox:1";
    }

    private static ImageBuild build(Skiff skiff, Path context) {
        return skiff.images().build(context);
    }

    @Test
    void whatOneMachineHasRunAnotherDoesNotRunAgain() {
        BuildCache cache = BuildCache.registry(registry.name() + "/team/app:cache");

        theOtherRunsNothing(cache);
    }

    @Test
    void aDirectoryDoesAsWell(@TempDir Path directory) {
        theOtherRunsNothing(BuildCache.directory(directory.resolve("cache")));
    }

    private void theOtherRunsNothing(BuildCache cache) {
        Image image = build(one, context).cacheTo(cache).onEvent(events::add).await();
        assertThat(events).hasAtLeastOneElementOfType(BuildEvent.StepOutput.class);
        assertThat(events).doesNotHaveAnyElementsOfTypes(BuildEvent.Warning.class);
        events.clear();

        Image same = build(other, context).cacheFrom(cache).onEvent(events::add).await();

        assertThat(events)
                .doesNotHaveAnyElementsOfTypes(
                        BuildEvent.StepMissed.class, BuildEvent.StepOutput.class, BuildEvent.Warning.class);
        assertThat(same.digest()).isEqualTo(image.digest());
        assertThat(other.containers()
                        .run(same)
                        .shell("test -e /bin/yes || stat -c %u:%g /out && wc -c < /out/d/hard")
                        .await()
                        .success())
                .isTrue();
    }

    @Test
    void whatCameOutOfACacheCanBePushed() {
        BuildCache cache = BuildCache.registry(registry.name() + "/team/app:cache");
        build(one, context).cacheTo(cache).await();
        Image image = build(other, context).cacheFrom(cache).await();

        Pushed pushed = image.push(registry.name() + "/team/app:1").await();

        assertThat(pushed.layersReused()).isEqualTo(pushed.layers());
        assertThat(one.images().pull(registry.name() + "/team/app:1").await().config())
                .isEqualTo(image.config());
    }
}
