package dev.skiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.registry.FakeRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An image that goes from one Skiff into a registry, and from there into another. */
@KernelTest(programs = BusyboxRoot.BUSYBOX)
@Timeout(120)
class ImagePushKernelTest {
    private final FakeRegistry registry = FakeRegistry.start();
    private final List<Path> homes = new ArrayList<>();
    private Skiff skiff;
    private Image busybox;

    @BeforeEach
    void open() throws IOException {
        skiff = openHome();
        busybox = TestImages.busybox(skiff);
    }

    private Skiff openHome() throws IOException {
        homes.add(Files.createTempDirectory("skiff-home"));
        return Skiff.builder().store(homes.get(homes.size() - 1)).open();
    }

    @AfterEach
    void close() {
        skiff.close();
        registry.close();
        homes.forEach(TestDirectories::remove);
    }

    private String name() {
        return registry.name() + "/team/busybox:1";
    }

    @Test
    void anImageThatWasPushedRunsElsewhere() throws IOException {
        Pushed pushed = busybox.push(name()).await();

        try (Skiff other = openHome()) {
            Image pulled = other.images().pull(name()).await();

            assertThat(pulled.digest()).isEqualTo(pushed.digest());
            assertThat(pulled.config()).isEqualTo(busybox.config());
            assertThat(other.containers().run(pulled).command("true").await().success())
                    .isTrue();
        }
    }

    @Test
    void aBuildGetsItsBaseImageWithTheLoginOfItsSkiff() throws IOException {
        assertThat(busybox.push(name()).await().layers()).isPositive();
        registry.requireTokenFor("ci", "s3cret");
        BuildContext context = BuildContext.files().file("Dockerfile", "FROM " + name() + "\nRUN true\n");

        try (Skiff nobody = openHome()) {
            assertThatThrownBy(() -> nobody.images().build(context).await()).isInstanceOf(RegistryAuthException.class);
        }
        homes.add(Files.createTempDirectory("skiff-home"));
        try (Skiff known = Skiff.builder()
                .store(homes.get(homes.size() - 1))
                .credentials(Credentials.basic("ci", "s3cret"))
                .open()) {
            assertThat(known.images().build(context).await().digest()).isNotEqualTo(busybox.digest());
        }
    }

    @Test
    void progressGrowsToTheWholeLayerOneCallAtATime() {
        List<TransferProgress> heard = new ArrayList<>(); // not thread-safe, and need not be

        busybox.push(name()).onProgress(heard::add).await();

        TransferProgress last = heard.get(heard.size() - 1);
        assertThat(last.done()).isEqualTo(last.total()).isGreaterThan(500_000);
        assertThat(heard).extracting(TransferProgress::done).isSorted();
        assertThat(heard).extracting(TransferProgress::digest).containsOnly(last.digest());
    }

    @Test
    void aListenerThatThrowsFailsThePush() {
        IllegalStateException bug = new IllegalStateException("bug");

        assertThatThrownBy(() -> busybox.push(name())
                        .onProgress(progress -> {
                            throw bug;
                        })
                        .await())
                .isInstanceOf(SkiffException.class)
                .hasMessage("push " + name() + ": a listener of its progress failed")
                .hasCause(bug);
        assertThat(registry.storedManifest("team/busybox", "1")).isEmpty();
    }

    @Test
    void cancellingEndsThePush() throws InterruptedException {
        CountDownLatch arrived = new CountDownLatch(1);
        registry.always("/uploads/[0-9a-f]", (fake, exchange) -> {
            arrived.countDown();
            return FakeRegistry.silence().handle(fake, exchange);
        });
        CompletableFuture<Pushed> push = busybox.push(name()).async();
        arrived.await();

        assertThat(push.cancel(true)).isTrue();
    }

    @Test
    void aWrongLoginSaysWhoIsNotLetIn() {
        registry.requireTokenFor("ci", "right");

        assertThatThrownBy(() -> busybox.push(name())
                        .credentials(Credentials.basic("ci", "pa55"))
                        .await())
                .isInstanceOf(RegistryAuthException.class)
                .hasMessageStartingWith("push " + name())
                .hasMessageContaining("no token for ci")
                .hasMessageNotContaining("pa55");
    }
}
