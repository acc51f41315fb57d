package dev.skiff.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skiff.BuildEvent;
import dev.skiff.BuildStepException;
import dev.skiff.InterruptedOperationException;
import dev.skiff.linux.LockFile;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.store.CacheMounts;
import dev.skiff.store.StoredImage;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code RUN --mount} in all its types. Number 15 of what is often done wrong, and what of number 14 is about mounts. */
@KernelTest(programs = "/bin/busybox")
class RunMountKernelTest {
    private static final Executor THREADS = task -> new Thread(task).start(); // the common pool may have but one
    private static final String SECRET = "c0rrect-h0rse";

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

    // ---- bind

    @Test
    void aBindShowsTheContextAsTheIgnoreFileLeavesItAndAsRoots() throws IOException {
        bench.file(".dockerignore", "*.md\n!keep.md\n")
                .file("a.md", "")
                .file("keep.md", "")
                .file("d/f", "in d\n");
        StoredImage image = bench.build(
                "FROM busybox", "RUN --mount=target=/ctx ls /ctx && cat /ctx/d/f && stat -c '%u:%g' /ctx/d/f");

        assertThat(bench.output()).containsExactly("Dockerfile", "d", "keep.md", "in d", "0:0");
        assertThat(RunBench.paths(image)).isEmpty();
    }

    @Test
    void aBindIsReadOnlyAndWhatIsWrittenToOneThatIsNotIsThrownAway() throws IOException {
        bench.file("d/f", "before");
        String[] lines = {
            "FROM busybox AS made",
            "RUN mkdir -p /out/sub && echo first > /out/sub/f && chmod 700 /out",
            "FROM busybox",
            "RUN --mount=from=made,source=/out,target=/o ! touch /o/x && stat -c %a /o && cat /o/sub/f",
            "RUN --mount=from=made,source=/out,target=/o,rw echo changed > /o/sub/f && rm -rf /o/sub && touch /o/new",
            "RUN --mount=source=d,target=/d,rw echo changed > /d/f",
            "RUN --mount=from=made,source=/out,target=/o --mount=source=d,target=/d ls /o && cat /o/sub/f /d/f",
        };
        StoredImage image = bench.build(lines);

        assertThat(bench.output())
                .filteredOn(line -> !line.contains("Read-only"))
                .containsExactly("700", "first", "sub", "first", "before");
        assertThat(RunBench.paths(image)).isEmpty();
        assertThat(Files.readString(bench.context().resolve("d/f"))).isEqualTo("before");
    }

    @Test
    void aBindOfAFileIsThatFileAndItsCopyWhenItMayBeWritten() throws IOException {
        bench.file("f", "content");
        bench.build(
                "FROM busybox AS made",
                "RUN echo tool > /tool && chmod 555 /tool",
                "FROM busybox",
                "RUN --mount=source=f,target=/etc/f cat /etc/f && ! touch /etc/f",
                "RUN --mount=source=f,target=/f,rw echo more >> /f && cat /f",
                "RUN --mount=from=made,source=tool,target=/bin/tool,rw stat -c %a /bin/tool && chmod 777 /bin/tool",
                "RUN --mount=from=made,source=tool,target=/bin/tool stat -c %a /bin/tool");

        assertThat(bench.output())
                .filteredOn(line -> !line.contains("Read-only"))
                .containsExactly("content", "contentmore", "555", "555");
    }

    @Test
    void aBindsDirectoryIsWhatAllLayersMakeOfIt() throws IOException {
        bench.build(
                "FROM busybox AS made",
                "RUN mkdir /o && echo 1 > /o/one && echo 1 > /o/two && mkdir /o/gone",
                "RUN rm -r /o/gone && echo 2 > /o/two",
                "RUN mv /o /p && mkdir /o && echo 3 > /o/three",
                "FROM busybox",
                "RUN --mount=from=made,source=/o,target=/o ls /o",
                "RUN --mount=from=made,source=/p,target=/o ls /o && cat /o/two",
                "RUN --mount=from=made,target=/o ls -d /o/bin /o/p");

        assertThat(bench.output()).containsExactly("three", "one", "two", "2", "/o/bin", "/o/p");
    }

    @Test
    void linksInASourceStayInsideOfItsRoot() throws IOException {
        bench.build(
                "FROM busybox AS made",
                "RUN mkdir -p /real/etc && echo mine > /real/etc/f && ln -s /real /abs && ln -s ../../../real/etc /real/up",
                "FROM busybox",
                "RUN --mount=from=made,source=/abs/up/f,target=/f cat /f",
                "RUN --mount=from=made,source=../../abs,target=/d ls /d");

        assertThat(bench.output()).containsExactly("mine", "etc", "up");
    }

    @Test
    void aBindsContentCountsAndWhatIsBesideItDoesNot() throws IOException {
        bench.file("d/f", "1").file("other", "1");
        String[] lines = {"FROM busybox", "RUN --mount=source=d,target=/d cat /d/f"};
        bench.build(lines);
        bench.file("other", "2");
        Files.setLastModifiedTime(bench.context().resolve("d/f"), FileTime.fromMillis(0));
        bench.build(lines);
        assertThat(bench.carriedOut()).isZero();

        bench.file("d/f", "2");
        bench.build(lines);
        assertThat(bench.output()).containsExactly("2");
    }

    @Test
    void aMountOnTopOfAnotherComesAfterIt() throws IOException {
        bench.file("d/f", "x");
        bench.build(
                "FROM busybox",
                "RUN --mount=type=tmpfs,target=/a/b --mount=target=/a,rw ls /a && ls /a/b && touch /a/b/c && ls /a/b");

        assertThat(bench.output()).containsExactly("Dockerfile", "b", "d", "c");
    }

    // ---- tmpfs

    @Test
    void aTmpfsHidesWhatIsThereAndHasItsSize() throws IOException {
        StoredImage image = bench.build(
                "FROM busybox",
                "ARG DIR=etc",
                "RUN --mount=type=tmpfs,target=/$DIR,size=1m ls /etc/passwd; df -k /etc | grep -o ' 1024 '; touch /etc/x");

        assertThat(bench.output()).contains(" 1024 ").anyMatch(line -> line.contains("No such file"));
        assertThat(RunBench.paths(image)).isEmpty();
    }

    // ---- secret

    @Test
    void aSecretIsAFileInMemoryThatLeavesNoTrace() throws IOException {
        StoredImage image = bench.build(
                request -> request.withRun(RunOptions.NONE.withSecret("s", secret())),
                "FROM busybox",
                "RUN --mount=type=secret,id=s f=/run/secrets/s; stat -c '%a %u:%g' $f; stat -f -c %T $f; wc -c < $f;"
                        + " ! touch $f 2>/dev/null",
                "RUN --mount=type=secret,id=s,target=/etc/deep/token,uid=1000,gid=7,mode=0440"
                        + " stat -c '%a %u:%g' /etc/deep/token",
                "USER node",
                "RUN --mount=type=secret,id=s ! cat /run/secrets/s 2>/dev/null");

        assertThat(bench.output()).contains("400 0:0", "tmpfs", "" + SECRET.length(), "440 1000:7");
        assertThat(RunBench.paths(image)).isEmpty();
        assertThat(filesThatHold(SECRET)).isEmpty();
    }

    @Test
    void aSecretIsAVariableWhenThatIsAskedForAndAFileOnlyWithATarget() throws IOException {
        bench.build(
                request -> request.withRun(RunOptions.NONE.withSecret("s", secret())),
                "FROM busybox",
                "RUN --mount=type=secret,id=s,env=TOKEN test $TOKEN = " + SECRET + " && ! ls /run/secrets/s",
                "RUN --mount=type=secret,id=s,env=TOKEN,target=/t test $TOKEN = $(cat /t) && echo both");

        assertThat(bench.output()).contains("both");
    }

    @Test
    void aSecretThatIsNotGivenIsJustNotThere() throws IOException {
        bench.build("FROM busybox", "RUN --mount=type=secret,id=nope ! ls /run/secrets/nope");

        assertThat(bench.output()).anyMatch(line -> line.contains("No such file"));
    }

    @Test
    void secretsAndCacheIdsAreInNoKey() throws IOException {
        bench.build(
                request -> request.withRun(RunOptions.NONE.withSecret("s", secret())),
                "FROM busybox",
                "RUN --mount=type=secret,id=s --mount=type=cache,id=one,target=/c true");
        bench.build(
                request -> request.withRun(RunOptions.NONE.withSecret("s", Secret.of(new byte[] {1}))),
                "FROM busybox",
                "RUN --mount=type=secret,id=s --mount=type=cache,id=two,sharing=locked,target=/c true");

        assertThat(bench.carriedOut()).isZero();
    }

    private static Secret secret() {
        return Secret.of(SECRET.getBytes(StandardCharsets.UTF_8));
    }

    private List<Path> filesThatHold(String text) throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("home"))) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> read(file).contains(text))
                    .toList();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return ""; // a container's user has kept it to itself
        }
    }

    // ---- ssh

    @Test
    void anAgentsSocketHasTheOwnerAndModeThatAreAskedFor() throws IOException {
        Path agent = directory.resolve("agent");
        try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listener.bind(UnixDomainSocketAddress.of(agent));
            StoredImage image = bench.build(
                    request -> request.withRun(
                            RunOptions.NONE.withAgent("default", agent).withAgent("other", agent)),
                    "FROM busybox",
                    "RUN --mount=type=ssh --mount=type=ssh,id=other,target=/a,mode=0666,uid=1000"
                            + " echo $SSH_AUTH_SOCK; stat -c '%F %a %u' $SSH_AUTH_SOCK /a",
                    "RUN --mount=type=ssh,id=none echo none${SSH_AUTH_SOCK}");

            assertThat(bench.output())
                    .containsExactly("/run/buildkit/ssh_agent.0", "socket 600 0", "socket 666 1000", "none");
            assertThat(RunBench.paths(image)).isEmpty();
        }
    }

    // ---- cache

    @Test
    void aCacheSurvivesAndIsInNoImage() throws IOException {
        StoredImage image = bench.build(
                "FROM busybox", "RUN --mount=type=cache,target=/c stat -c '%a %u:%g' /c && echo kept > /c/f");
        assertThat(bench.output()).containsExactly("755 0:0");
        assertThat(RunBench.paths(image)).isEmpty();

        bench.build("FROM busybox", "WORKDIR /", "RUN --mount=type=cache,target=c/,id=/c cat /c/f");
        assertThat(bench.output()).containsExactly("kept");
    }

    @Test
    void aCacheOfAnotherUidGidModeOrSeedIsAnother() throws IOException {
        bench.file("seed/from", "seed");
        bench.build(
                "FROM busybox",
                "RUN --mount=type=cache,target=/c touch /c/plain",
                "RUN --mount=type=cache,target=/c,uid=1000 ls /c; touch /c/uid; stat -c '%a %u:%g' /c",
                "RUN --mount=type=cache,target=/c,mode=0700 ls /c; stat -c '%a %u:%g' /c",
                "FROM busybox AS seeds",
                "COPY seed /seed",
                "RUN chmod 711 /seed",
                "FROM busybox",
                "RUN --mount=type=cache,target=/c,from=seeds,source=/seed ls /c && echo more > /c/more; stat -c %a /c",
                "RUN --mount=type=cache,target=/c,from=seeds,source=/seed ls /c",
                "COPY --from=0 /bin/true /t");

        assertThat(bench.output()).containsExactlyInAnyOrder("755 1000:0", "700 0:0", "from", "711", "from", "more");
    }

    @Test
    void whoFindsAPrivateCacheInUseGetsAnother() throws Exception {
        bench.build("FROM busybox", "RUN --mount=type=cache,target=/c,sharing=private touch /c/first");
        CompletableFuture<Void> inUse = new CompletableFuture<>();
        CompletableFuture<Void> done = new CompletableFuture<>();
        Path context = Files.createDirectory(directory.resolve("other"));
        Files.writeString(
                context.resolve("Dockerfile"),
                "FROM busybox\nRUN --mount=type=cache,target=/c,sharing=private ls /c; echo begun\n");
        BuildRequest request = BuildRequest.of(context).plusListener(event -> {
            if (event instanceof BuildEvent.StepOutput) {
                inUse.complete(null); // the command cannot end before this line of it has been heard
                done.join();
            }
        });
        CompletableFuture<?> other =
                CompletableFuture.supplyAsync(() -> bench.builder().build(request), THREADS);
        inUse.get(60, TimeUnit.SECONDS);
        try {
            bench.build("FROM busybox", "RUN --mount=type=cache,target=/c,sharing=private ls /c; echo seen");

            assertThat(bench.output()).containsExactly("seen");
            assertThat(bench.store().cacheMounts().prune()).isZero();
            assertThat(bench.store().cacheMounts().list())
                    .extracting(CacheMounts.Cache::inUse)
                    .containsExactly(true);
        } finally {
            done.complete(null);
        }
        other.get(60, TimeUnit.SECONDS);
        assertThat(bench.store().cacheMounts().list())
                .extracting(CacheMounts.Cache::inUse)
                .containsExactly(false);
    }

    @Test
    void aLockedCacheIsUsedByOneAfterTheOther() throws Exception {
        String run =
                "RUN --mount=type=cache,target=/c,sharing=locked n=$WHO; for i in $(seq 50); do echo $n; done >> /c/log\n";
        List<CompletableFuture<?>> builds = new ArrayList<>();
        for (String who : List.of("one", "two", "three")) {
            Path context = Files.createDirectory(directory.resolve(who));
            Files.writeString(context.resolve("Dockerfile"), "FROM busybox\nENV WHO=" + who + "\n" + run);
            builds.add(CompletableFuture.supplyAsync(() -> bench.builder().build(BuildRequest.of(context)), THREADS));
        }
        CompletableFuture.allOf(builds.toArray(new CompletableFuture<?>[0])).get(60, TimeUnit.SECONDS);
        bench.build("FROM busybox", "RUN --mount=type=cache,target=/c,sharing=locked cat /c/log");

        List<String> log = bench.output();
        assertThat(log).hasSize(150);
        for (int i = 0; i < log.size(); i++) {
            assertThat(log.get(i)).isEqualTo(log.get(i / 50 * 50));
        }
    }

    @Test
    void aStepThatWaitsForACacheCanBeInterrupted() throws Exception {
        bench.build("FROM busybox", "RUN --mount=type=cache,id=c,target=/c,sharing=locked true");
        Path lock;
        try (Stream<Path> files = Files.walk(bench.store().home().resolve("cache/mounts"))) {
            lock = files.filter(file -> file.toString().endsWith("0.lock"))
                    .findFirst()
                    .orElseThrow();
        }
        Thread builder = Thread.currentThread();
        try (LockFile held = LockFile.tryExclusive(lock).orElseThrow()) {
            assertThat(held).isNotNull();
            assertThatThrownBy(() -> bench.listening(
                            event -> {
                                if (event instanceof BuildEvent.StepStarted started
                                        && started.instruction().startsWith("RUN")) {
                                    builder.interrupt();
                                }
                            },
                            "FROM busybox",
                            "RUN --mount=type=cache,id=c,target=/c,sharing=locked echo never"))
                    .isInstanceOf(InterruptedOperationException.class);
        } finally {
            Thread.interrupted();
        }
        assertThat(bench.output()).isEmpty();
    }

    @Test
    void pruningRemovesCachesAndTellsTheirSize() throws IOException {
        bench.build("FROM busybox", "RUN --mount=type=cache,id=mine,target=/c echo 12345 > /c/f && ln /c/f /c/g");

        assertThat(bench.store().cacheMounts().list()).singleElement().satisfies(cache -> {
            assertThat(cache.id()).isEqualTo("mine");
            assertThat(cache.bytes()).isEqualTo(6);
            assertThat(cache.inUse()).isFalse();
        });
        assertThat(bench.store().cacheMounts().prune()).isEqualTo(6);
        assertThat(bench.store().cacheMounts().list()).isEmpty();
        bench.build("FROM busybox", "RUN --mount=type=cache,id=mine,target=/c ls -A /c; echo empty");
        assertThat(bench.output()).containsExactly("empty");
    }

    @Test
    void aFailingStepLeavesItsCacheAndNothingElse() throws IOException {
        bench.file("f", "x");
        assertThatThrownBy(() -> bench.build(
                        "FROM busybox",
                        "RUN --mount=target=/ctx,rw --mount=type=cache,target=/c touch /c/kept /ctx/gone && false"))
                .isInstanceOf(BuildStepException.class);
        bench.build("FROM busybox", "RUN --mount=type=cache,target=/c ls /c");

        assertThat(bench.output()).containsExactly("kept");
        try (Stream<Path> workspaces = Files.walk(bench.store().home().resolve("tmp"), 2)) {
            assertThat(workspaces.filter(path -> path.getFileName().toString().startsWith("layer")))
                    .isEmpty();
        }
    }
}
