package dev.skiff.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.BuildEvent;
import dev.skiff.BuildStepException;
import dev.skiff.ExitStatus;
import dev.skiff.ImageNotFoundException;
import dev.skiff.InterruptedOperationException;
import dev.skiff.LogLine;
import dev.skiff.layer.LayerEntry;
import dev.skiff.layer.LayerIndex;
import dev.skiff.linux.LinuxHost;
import dev.skiff.linux.RawPath;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.oci.Reference;
import dev.skiff.run.Runner;
import dev.skiff.store.LinuxLayerHost;
import dev.skiff.store.Store;
import dev.skiff.store.StoredImage;
import dev.skiff.store.StoredLayer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** RUN, and what it leaves, on a base image made of the host's busybox. */
@KernelTest(programs = "/bin/busybox")
class BuildKernelTest {
    private static final List<String> APPLETS = List.of(
            "sh", "cat", "ls", "rm", "id", "mkdir", "chmod", "touch", "echo", "sleep", "env", "seq", "ln", "mv", "true",
            "false");

    @TempDir
    private Path directory;

    private final ExecutorService executor = Executors.newCachedThreadPool();
    private LinuxHost host;
    private Store store;
    private Path context;
    private final List<BuildEvent> events = new ArrayList<>();

    @BeforeEach
    void openStoreWithBusybox() throws IOException {
        host = LinuxHost.open();
        store = Store.open(directory.resolve("home"), new LinuxLayerHost(() -> host), Runnable::run);
        context = Files.createDirectory(directory.resolve("context"));
        Path base = Files.createDirectories(directory.resolve("base/bin")).getParent();
        Files.copy(Path.of("/bin/busybox"), base.resolve("bin/busybox"));
        for (String applet : APPLETS) {
            Files.createSymbolicLink(base.resolve("bin").resolve(applet), Path.of("busybox"));
        }
        Files.createDirectories(base.resolve("etc"));
        Files.writeString(
                base.resolve("etc/passwd"),
                "root:x:0:0:root:/root:/bin/sh\nnode:x:1000:1001:node:/home/node:/bin/sh\n");
        Files.writeString(base.resolve("etc/group"), "root:x:0:\nnode:x:1001:\nextra:x:2000:node\n");
        Files.writeString(base.resolve("Dockerfile"), "FROM scratch\nCOPY bin /bin\nCOPY etc /etc\n");
        builder().build(BuildRequest.of(base).plusTag(Reference.parse("busybox")));
    }

    @AfterEach
    void close() {
        store.close();
        host.close();
        executor.shutdownNow();
    }

    private Builder builder() {
        return new Builder(
                store,
                new LinuxLayerHost(() -> host),
                new Runner(store.home(), () -> host, executor),
                (reference, platform, pull) -> {
                    StoredImage image = store.images()
                            .find(reference)
                            .orElseThrow(() ->
                                    new ImageNotFoundException("no " + reference, reference.toString(), List.of()));
                    return new BaseImages.Found(image, false);
                },
                executor);
    }

    private StoredImage build(String... lines) throws IOException {
        Files.writeString(context.resolve("Dockerfile"), String.join("\n", lines) + "\n");
        events.clear();
        return builder().build(BuildRequest.of(context).plusListener(events::add));
    }

    private static StoredLayer top(StoredImage image) {
        return image.layers().get(image.layers().size() - 1);
    }

    private static List<String> paths(LayerIndex index) {
        return index.entries().stream()
                .filter(entry -> !entry.path().isRoot())
                .map(entry -> (entry.isWhiteout() ? "- " : "") + entry.path())
                .toList();
    }

    private String content(StoredLayer layer, String path) throws IOException {
        try (var tree = store.layers().files(layer);
                var in = tree.read(RawPath.of(path))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private List<String> output() {
        return events.stream()
                .filter(BuildEvent.StepOutput.class::isInstance)
                .map(event -> ((BuildEvent.StepOutput) event).text())
                .toList();
    }

    @Test
    void aRunsLayerIsExactlyWhatItChanged() throws IOException {
        StoredImage image = build(
                "FROM busybox",
                "RUN mkdir /d && echo 1 > /d/keep && echo 2 > /d/gone && echo x > /top && chmod 600 /top",
                "RUN rm /d/gone && chmod 4755 /top && mkdir /new");

        assertThat(paths(top(image).index())).containsExactly("d", "- d/gone", "new", "top");
        LayerEntry top = top(image).index().find(RawPath.of("top")).orElseThrow();
        assertThat(top.metadata().permissions()).isEqualTo(04755);
    }

    @Test
    void nothingOfWhatIsMountedEndsInTheLayer() throws IOException {
        StoredImage image =
                build("FROM busybox", "RUN cat /etc/hosts /etc/resolv.conf && ls /proc/self /dev/null /sys");

        assertThat(paths(top(image).index())).isEmpty();
    }

    @Test
    void mountPointsLeaveNoStubsInAnImageWithoutThem() throws IOException {
        StoredImage image =
                build("FROM scratch", "COPY --from=busybox /bin /bin", "RUN [\"/bin/touch\", \"/etc/own\"]");

        assertThat(paths(top(image).index())).containsExactly("etc", "etc/own");
    }

    @Test
    void aRunSeesUserDirectoryArgumentsAndEnvironment() throws IOException {
        build(
                "FROM busybox",
                "ARG VERSION=7",
                "ENV A=1",
                "WORKDIR /work",
                "USER node",
                "RUN echo $A $VERSION $HOME $PWD && id && echo oops >&2");

        assertThat(output()).contains("1 7 /home/node /work", "oops");
        assertThat(output())
                .anySatisfy(line -> assertThat(line).contains("uid=1000(node)", "gid=1001(node)", "2000(extra)"));
        assertThat(events).contains(new BuildEvent.StepOutput(3, LogLine.Source.STDERR, "oops"));
    }

    @Test
    void filesOfAUserAreThatUsers() throws IOException {
        StoredImage image = build("FROM busybox", "WORKDIR /w", "RUN chmod 777 /w", "USER 1000:7", "RUN touch /w/f");

        LayerEntry file = top(image).index().find(RawPath.of("w/f")).orElseThrow();
        assertThat(file.metadata().uid()).isEqualTo(1000);
        assertThat(file.metadata().gid()).isEqualTo(7);
    }

    @Test
    void aFailingRunIsTheStepsExceptionAndLeavesNothing() throws IOException {
        build("FROM busybox", "RUN echo first");
        List<String> before = storeFiles();

        assertThatThrownBy(() -> build("FROM busybox", "RUN seq 60; echo written > /f; exit 3"))
                .isInstanceOfSatisfying(BuildStepException.class, e -> {
                    assertThat(e.status()).isEqualTo(new ExitStatus.Exited(3));
                    assertThat(e.step()).isEqualTo(2);
                    assertThat(e.instruction()).isEqualTo("RUN seq 60; echo written > /f; exit 3");
                    assertThat(e).hasMessageContaining("Dockerfile:2");
                    assertThat(e.outputTail().lines())
                            .hasSize(50)
                            .startsWith("11")
                            .endsWith("60");
                });
        assertThat(storeFiles()).isEqualTo(before);
    }

    @Test
    void aCommandThatIsNotThereSaysWhereItWasLookedFor() {
        assertThatThrownBy(() -> build("FROM busybox", "RUN [\"nod\", \"x\"]"))
                .isInstanceOfSatisfying(
                        BuildStepException.class,
                        e -> assertThat(e.status().code()).isEqualTo(127))
                .hasMessageContaining("exec: \"nod\": not found in $PATH /usr/local/sbin");
    }

    @Test
    void anUnchangedRebuildRunsNothingAndIsTheSameImage() throws IOException {
        Files.writeString(context.resolve("f"), "content");
        String[] lines = {"FROM busybox", "WORKDIR /app", "COPY f .", "RUN echo hello > g", "CMD [\"cat\", \"g\"]"};
        StoredImage first = build(lines);
        StoredImage second = build(lines);

        assertThat(second.digest()).isEqualTo(first.digest());
        assertThat(events).filteredOn(BuildEvent.StepCached.class::isInstance).hasSize(4);
        assertThat(events).noneMatch(BuildEvent.StepFinished.class::isInstance);
    }

    @Test
    void aStepThatIsInterruptedIsKilledAndLeavesNothing() throws Exception {
        build("FROM busybox", "RUN echo first");
        List<String> before = storeFiles();
        Thread builder = Thread.currentThread();
        Files.writeString(context.resolve("Dockerfile"), "FROM busybox\nRUN echo started; sleep 1000\n");

        assertThatThrownBy(() -> builder().build(BuildRequest.of(context).plusListener(event -> {
                    if (event instanceof BuildEvent.StepOutput) {
                        builder.interrupt();
                    }
                })))
                .isInstanceOf(InterruptedOperationException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(storeFiles()).isEqualTo(before);
    }

    @Test
    void stagesThatTheTargetDoesNotNeedAreNotBuilt() throws IOException {
        StoredImage image = build(
                "FROM no-such-image AS broken",
                "RUN false",
                "FROM busybox AS tool",
                "RUN echo made > /made",
                "FROM busybox",
                "COPY --from=tool /made /copied");

        assertThat(content(top(image), "copied")).isEqualTo("made\n");
    }

    @Test
    void stepsThatLeaveTheSameLayerCanStandOnEachOther() throws IOException {
        StoredImage image = build("FROM busybox", "RUN true", "RUN true && true", "RUN echo seen > /f");

        assertThat(image.config().diffIds().subList(2, 4))
                .containsOnly(image.config().diffIds().get(2));
        assertThat(content(top(image), "f")).isEqualTo("seen\n");
    }

    @Test
    void buildsThatComeToOneStepAtOnceAllSucceed() throws Exception {
        Files.writeString(context.resolve("f"), "content");
        Files.writeString(context.resolve("Dockerfile"), "FROM busybox\nCOPY f /f\nRUN echo made > /g\n");
        List<Future<StoredImage>> builds = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            builds.add(executor.submit(() -> builder().build(BuildRequest.of(context))));
        }
        for (Future<StoredImage> each : builds) {
            assertThat(content(top(each.get()), "g")).isEqualTo("made\n");
        }
    }

    @Test
    void aRemovedDirectoryIsOneWhiteout() throws IOException {
        StoredImage image = build("FROM busybox", "RUN mkdir -p /a/b/c && touch /a/b/c/f", "RUN rm -r /a/b");

        assertThat(paths(top(image).index())).containsExactly("a", "- a/b");
    }

    @Test
    void theDockerfileOfTheQuickStart() throws IOException {
        Files.writeString(context.resolve("package.json"), "{}");
        Files.writeString(context.resolve("server.js"), "listen");
        builder().build(BuildRequest.of(directory.resolve("base")).plusTag(Reference.parse("node:18-alpine")));
        StoredImage image = build(
                "FROM node:18-alpine",
                "WORKDIR /app",
                "COPY package*.json ./",
                "RUN cat package.json",
                "COPY . .",
                "EXPOSE 3000",
                "CMD [ \"node\", \"server.js\" ]");

        assertThat(image.config().containerConfig().cmd()).containsExactly("node", "server.js");
        assertThat(image.config().containerConfig().workingDir()).contains("/app");
        assertThat(image.config().containerConfig().exposedPorts()).containsExactly("3000/tcp");
        assertThat(paths(top(image).index()))
                .containsExactly("app", "app/Dockerfile", "app/package.json", "app/server.js");
        assertThat(image.config().history().stream()
                        .map(line -> line.createdBy().orElse(""))
                        .skip(2))
                .containsExactly(
                        "WORKDIR /app",
                        "COPY package*.json ./ # buildkit",
                        "RUN /bin/sh -c cat package.json # buildkit",
                        "COPY . . # buildkit",
                        "EXPOSE [3000/tcp]",
                        "CMD [\"node\" \"server.js\"]");
    }

    private List<String> storeFiles() throws IOException {
        TreeSet<String> found = new TreeSet<>();
        Path home = directory.resolve("home");
        for (String part : List.of("layers", "containers", "tmp", "cache/steps", "oci")) {
            try (Stream<Path> files = Files.walk(home.resolve(part), part.equals("layers") ? 1 : 3)) {
                files.map(file -> home.relativize(file).toString()).forEach(found::add);
            }
        }
        return new ArrayList<>(found);
    }
}
