package dev.skiff.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skiff.CommandNotFoundException;
import dev.skiff.ExitStatus;
import dev.skiff.LogLine;
import dev.skiff.Mount;
import dev.skiff.NotReadyException;
import dev.skiff.Port;
import dev.skiff.PortTakenException;
import dev.skiff.Ready;
import dev.skiff.StartException;
import dev.skiff.linux.testing.BusyboxRoot;
import dev.skiff.linux.testing.KernelTest;
import dev.skiff.oci.image.ContainerConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@KernelTest(programs = BusyboxRoot.BUSYBOX)
@Timeout(60)
class RunnerKernelTest {
    private RunnerFixture fixture;

    @BeforeEach
    void open() throws IOException {
        fixture = new RunnerFixture();
    }

    @AfterEach
    void close() throws IOException {
        fixture.runner.closeContainers();
        try (Stream<Path> left =
                Files.list(Files.createDirectories(fixture.home().resolve("containers")))) {
            assertThat(left).as("what containers have left").isEmpty();
        }
        fixture.close();
    }

    private static RunPlan shell(String text) {
        return RunPlan.NOTHING.withShell(text);
    }

    private ExitStatus run(RunPlan plan) throws InterruptedException {
        return run(fixture.image(), plan);
    }

    private ExitStatus run(RootImage image, RunPlan plan) throws InterruptedException {
        try (RunningContainer container = fixture.runner.start(image, plan)) {
            return container.awaitAll();
        }
    }

    private List<String> output(RootImage image, RunPlan plan) throws InterruptedException {
        List<String> lines = Collections.synchronizedList(new ArrayList<>());
        run(image, plan.plusListener(line -> lines.add(line.text())));
        return lines;
    }

    @Test
    void theExitStatusIsReturned() throws InterruptedException {
        assertThat(run(RunPlan.NOTHING.withCommand(List.of("true")))).isEqualTo(new ExitStatus.Exited(0));
        assertThat(run(shell("exit 3"))).isEqualTo(new ExitStatus.Exited(3));
        assertThat(run(shell("sh -c 'kill -9 $$'; exit $?"))).isEqualTo(new ExitStatus.Exited(137));
    }

    @Test
    void aSignalIsNotAnExit() throws InterruptedException {
        try (RunningContainer container = fixture.runner.start(fixture.image(), shell("sleep 60"))) {
            container.signal("KILL");
            assertThat(container.await()).isEqualTo(new ExitStatus.Signaled(9));
        }
    }

    @Test
    void allLinesOfBothStreamsAreHeardInTheirOrder() throws InterruptedException {
        List<LogLine> lines = Collections.synchronizedList(new ArrayList<>());
        run(shell("seq 1 5000; seq 1 5000 >&2; printf 'no end'").plusListener(lines::add));
        Stream<String> out = lines.stream()
                .filter(line -> line.source() == LogLine.Source.STDOUT)
                .map(LogLine::text);
        Stream<String> err = lines.stream()
                .filter(line -> line.source() == LogLine.Source.STDERR)
                .map(LogLine::text);
        List<String> numbers = new ArrayList<>();
        for (int i = 1; i <= 5000; i++) {
            numbers.add(Integer.toString(i));
        }
        assertThat(err).containsExactlyElementsOf(numbers);
        numbers.add("no end");
        assertThat(out).containsExactlyElementsOf(numbers);
    }

    @Test
    void theEnvironmentIsTheImagesAndTheCallersAndNothingOfTheHost() throws InterruptedException {
        RootImage image = fixture.image(
                ContainerConfig.empty().withEnv(List.of("A=image", "B=image")).withUser("web"));
        List<String> env =
                output(image, RunPlan.NOTHING.withCommand(List.of("env")).withEnv("B", "asked"));
        assertThat(env)
                .contains(
                        "A=image",
                        "B=asked",
                        "HOME=/home/web",
                        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        assertThat(env).hasSize(5).anyMatch(line -> line.matches("HOSTNAME=[0-9a-f]{12}"));
    }

    @Test
    void theUserHasTheGroupsThatTheImageGivesIt() throws InterruptedException {
        RootImage image = fixture.image(ContainerConfig.empty().withUser("web").withWorkingDir("/srv/app"));
        assertThat(output(image, shell("id; pwd")))
                .containsExactly("uid=1000(web) gid=1001(web) groups=1001(web),2000(extra)", "/srv/app");
    }

    @Test
    void aUserThatTheImageDoesNotKnowIsAnErrorAndNotRoot() {
        assertThatThrownBy(
                        () -> fixture.runner.start(fixture.image(), shell("id").withUser("nobody-here")))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("no user \"nobody-here\" in the image's /etc/passwd");
    }

    @Test
    void aCommandThatIsNotThereSaysWhereItWasLookedFor() {
        assertThatThrownBy(() ->
                        fixture.runner.start(fixture.image(), RunPlan.NOTHING.withCommand(List.of("nod", "server.js"))))
                .isInstanceOfSatisfying(CommandNotFoundException.class, e -> {
                    assertThat(e.command()).isEqualTo("nod");
                    assertThat(e).hasMessageContaining("exec: \"nod\": not found in $PATH /usr/local/sbin:");
                });
    }

    @Test
    void aTakenPortIsSaidBeforeAnythingStarts() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> fixture.runner.start(
                            fixture.image(),
                            shell("sleep 60").plusPort(Port.tcp(80).onHost(taken.getLocalPort()))))
                    .isInstanceOfSatisfying(
                            PortTakenException.class, e -> assertThat(e.port()).isEqualTo(taken.getLocalPort()));
        }
    }

    @Test
    void anHttpServerIsReadyWhenItAnswers() throws InterruptedException {
        RunPlan plan = shell("sleep 0.3; mkdir /www; echo hello > /www/index.html; httpd -f -p 3000 -h /www")
                .withReady(Ready.http(3000, "/index.html"));
        try (RunningContainer container = fixture.runner.start(fixture.image(), plan)) {
            assertThat(container.hostPort(3000)).isPositive();
            assertThat(container.http(3000)).hasHost("127.0.0.1");
        }
    }

    @Test
    void aListenerIsReadyWhenItListens() throws InterruptedException {
        RunPlan plan = shell("sleep 0.2; httpd -f -p 127.0.0.1:3000").withReady(Ready.tcp(3000));
        fixture.runner.start(fixture.image(), plan).close();
    }

    @Test
    void aLineMakesReady() throws InterruptedException {
        RunPlan plan = shell("sleep 0.2; echo listening on 3000; sleep 60").withReady(Ready.log("listening on \\d+"));
        fixture.runner.start(fixture.image(), plan).close();
    }

    @Test
    void whatEndsBeforeItIsReadyIsGoneAndToldWithItsLastWords() {
        for (Ready ready : List.of(Ready.http(3000, "/"), Ready.tcp(3000), Ready.log("never"))) {
            assertThatThrownBy(() -> fixture.runner.start(
                            fixture.image(),
                            shell("echo port in use >&2; exit 7").withReady(ready)))
                    .isInstanceOfSatisfying(NotReadyException.class, e -> {
                        assertThat(e.status()).contains(new ExitStatus.Exited(7));
                        assertThat(e.logTail()).isEqualTo("port in use");
                    });
        }
    }

    @Test
    void whatTakesTooLongIsGoneAndToldWithWhatWasFound() {
        Ready ready = Ready.http(3000, "/").within(Duration.ofMillis(300));
        assertThatThrownBy(() -> fixture.runner.start(
                        fixture.image(), shell("echo waiting; sleep 60").withReady(ready)))
                .isInstanceOfSatisfying(NotReadyException.class, e -> {
                    assertThat(e.status()).isEmpty();
                    assertThat(e)
                            .hasMessageMatching(
                                    "container busybox .*was not ready within 300 ms, waiting for GET / on port 3000: .+; last output: \"waiting\"");
                });
    }

    @Test
    void stopAsksFirstAndKillsAfterTheGrace() throws InterruptedException {
        RunPlan polite = shell("trap 'echo bye; exit 5' TERM; echo up; while true; do sleep 0.05; done")
                .withReady(Ready.log("up"));
        try (RunningContainer container = fixture.runner.start(fixture.image(), polite)) {
            assertThat(container.stop(Duration.ofSeconds(20))).isEqualTo(new ExitStatus.Exited(5));
            assertThat(container.logs().tail(1)).extracting(LogLine::text).containsExactly("bye");
        }
        RunPlan rude =
                shell("trap '' TERM; echo up; while true; do sleep 0.05; done").withReady(Ready.log("up"));
        try (RunningContainer container = fixture.runner.start(fixture.image(), rude)) {
            assertThat(container.stop(Duration.ofMillis(200))).isEqualTo(new ExitStatus.Signaled(9));
        }
    }

    /** The kernel drops the signal, so it would be the whole grace that is waited in vain. */
    @Test
    void stopKillsAtOnceWhatCannotNoticeThatItIsAsked() throws InterruptedException {
        try (RunningContainer container =
                fixture.runner.start(fixture.image(), RunPlan.NOTHING.withCommand(List.of("sleep", "60")))) {
            long start = System.nanoTime();
            assertThat(container.stop(Duration.ofSeconds(50))).isEqualTo(new ExitStatus.Signaled(9));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
        }
    }

    @Test
    void aMountIsSeenAndAReadOnlyOneCannotBeWritten() throws IOException, InterruptedException {
        Path data = Files.createDirectory(fixture.base.resolve("data"));
        Files.writeString(data.resolve("in"), "hello\n");
        RunPlan plan = shell("cat /data/in; touch /data/out; touch /ro/no")
                .plusMount(Mount.bind(data, "/data"))
                .plusMount(Mount.bind(data, "/ro").readOnly());
        assertThat(output(fixture.image(), plan))
                .contains("hello")
                .anyMatch(line -> line.contains("Read-only file system"));
        assertThat(data.resolve("out")).exists();
        assertThat(data.resolve("no")).doesNotExist();
    }

    /** SECURITY A1 25: what the host has mounted below a directory that is shown read-only is read-only as well. */
    @Test
    void aReadOnlyMountIsReadOnlyAllTheWayDown() throws IOException, InterruptedException {
        assumeTrue(
                Files.readString(Path.of("/proc/self/mountinfo")).contains(" /dev/shm "),
                "nothing is mounted on /dev/shm of this host");
        RunPlan plan = shell(
                        "touch /host/shm/no 2>&1; touch /host/no 2>&1; grep -q ' /host/shm ' /proc/self/mountinfo && echo 1")
                .plusMount(Mount.bind(Path.of("/dev"), "/host").readOnly());
        List<String> said = output(fixture.image(), plan);
        assertThat(said).hasSize(3).contains("1");
        assertThat(said.subList(0, 2)).allMatch(line -> line.contains("Read-only file system"));
    }
}
