package dev.skiff;

import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What users type, as documentation shows it. That it compiles is the point of most of it; what describes without doing is run,
 * too.
 */
@SuppressWarnings("UnusedMethod") // most are there to be compiled
class ApiExamplesTest {
    private static final System.Logger log = System.getLogger("example");

    @Test
    void describingDoesNothing() {
        Run base =
                Containers.run("postgres:16").env("POSTGRES_PASSWORD", "test").publish(5432);
        Run plain = base.readyWhen(Ready.exec("pg_isready"));
        Run tuned = plain.command("-c", "fsync=off")
                .readOnly()
                .noNewPrivileges()
                .limits(Limits.none().memory(256L << 20).cpus(1));
        assertThat(List.of(base, plain, tuned)).doesNotHaveDuplicates();
        assertThat(Containers.run(Images.build(Path.of("Dockerfile"))).publish(8080, 3000))
                .hasToString("run build Dockerfile");
        assertThat(Images.pull("node:18-alpine").platform("linux/arm64").within(ofSeconds(5)))
                .hasToString("pull node:18-alpine");
    }

    void buildAndRun() {
        Image app = Images.build(Path.of("Dockerfile")).tag("team/app:dev").await();

        try (Container web = Containers.run(app)
                .publish(8080, 3000)
                .env("NODE_ENV", "production")
                .mount(Path.of("data"), "/var/lib/app")
                .readyWhen(Ready.http(3000, "/health").within(ofSeconds(20)))
                .start()) {
            System.out.println(web.http(3000));
        }
    }

    void inOneExpression() {
        ExitStatus tests =
                Containers.run(Images.build(Path.of(".")).target("test")).await(ofMinutes(10));
        tests.orThrow();
    }

    void twoVariants(Run plain, Run tuned) {
        try (Container a = plain.start();
                Container b = tuned.start()) {
            System.out.println(a.hostPort(5432) + " " + b.hostPort(5432));
        }
    }

    void buildOptions() {
        try {
            Images.build(Path.of("service"))
                    .arg("VERSION", "1.4.2")
                    .onEvent(event -> {
                        if (event instanceof BuildEvent.StepStarted s) {
                            System.out.printf("[%d/%d] %s%n", s.step(), s.total(), s.instruction());
                        }
                    })
                    .await();
        } catch (DockerfileException e) {
            System.err.println(e.file() + ":" + e.line() + ": " + e.getMessage());
        } catch (BuildStepException e) {
            System.err.println(e.instruction() + "\n" + e.outputTail());
        }
    }

    void sharedCache() {
        BuildCache cache = BuildCache.registry("registry.example.com/team/app:cache", Credentials.basic("ci", "token"));
        Images.build(Path.of("service")).cacheFrom(cache).cacheTo(cache).await();
    }

    void progress() {
        Images.build(Path.of("service"))
                .noCache("tests")
                .pull()
                .label("org.opencontainers.image.revision", "4f1c2ab")
                .onEvent(BuildProgress.live(System.out))
                .onEvent(event -> {
                    if (event instanceof BuildEvent.StepMissed missed) {
                        System.err.println(
                                "step " + missed.step() + ": " + missed.why().inWords());
                    }
                })
                .await();
    }

    void save(Image app) {
        Path archive = app.save(Path.of("app.tar")).await();
        System.out.println(Images.load(archive).await().get(0).digest().equals(app.digest()));
    }

    void push(Image app) {
        Pushed pushed = app.push("registry.example.com/team/app:1.4.2")
                .credentials(Credentials.basic("ci", "token"))
                .onProgress(p -> System.out.println(p.digest() + " " + p.done() + "/" + p.total()))
                .await(ofMinutes(5));
        System.out.println(pushed.digest() + ", " + pushed.layersReused() + " layers already there");
    }

    void exec(Run plain) {
        try (Container db = plain.start()) {
            ExecResult version =
                    db.exec("psql", "--version").user("postgres").await().orThrow();
            ExecResult loaded = db.exec("psql", "-U", "postgres")
                    .stdin("create table t(id int);\n")
                    .await(ofSeconds(5));
            if (loaded.status() instanceof ExitStatus.Exited exited && exited.code() != 0) {
                System.err.println(loaded.stderr());
            }
            System.out.println(version.stdout());
        }
    }

    void logs(Image app) {
        try (Container worker = Containers.run(app).command("worker").start()) {
            try (Stream<LogLine> lines = worker.logs().lines()) {
                lines.filter(line -> line.source() == LogLine.Source.STDERR)
                        .limit(10)
                        .forEach(System.err::println);
            }
            try (Logs.Following tail = worker.logs().follow(line -> log.log(System.Logger.Level.INFO, line.text()))) {
                worker.await();
                tail.done().join(); // every line has been delivered
            }
        }
    }

    void asynchronous() {
        CompletableFuture<Image> api = Images.build(Path.of("api")).async();
        CompletableFuture<Image> ui = Images.build(Path.of("ui")).async();
        List<Image> both = Stream.of(api, ui).map(CompletableFuture::join).collect(Collectors.toList());
        System.out.println(both.size());
    }

    void aPrivateSkiff() {
        try (Skiff skiff = Skiff.builder()
                .store(Path.of("target/oci"))
                .executor(Executors.newCachedThreadPool())
                .open()) {
            HostReport report = skiff.diagnose();
            if (!report.usable()) {
                report.checks().forEach(System.out::println);
                return;
            }
            skiff.containers()
                    .run("busybox")
                    .command("echo", "hello")
                    .onLog(line -> System.out.println(line.text()))
                    .await()
                    .orThrow();
        }
    }

    void errorsByType() {
        try {
            Images.pull("registry.example.com/team/missing:1").await();
        } catch (ImageNotFoundException e) {
            System.err.println("no such image: " + e.reference());
        } catch (RegistryException e) {
            System.err.println(e.registry() + " answered " + e.status());
        }
    }

    void contexts(InputStream upload) {
        Images.build(BuildContext.tar(Path.of("source.tar.gz")))
                .dockerfile("docker/release.Dockerfile")
                .await();
        Images.build(BuildContext.tar(() -> upload)).contextLimit(1L << 30).await();
        Images.build(BuildContext.files()
                        .file("Dockerfile", "FROM scratch\nCOPY hello /\n")
                        .file("hello", "Hello"))
                .await();
        Images.build(Path.of("service"))
                .context("shared", Path.of("../shared"))
                .context("golang", Images.pull("registry.example.com/mirror/golang:1.22"))
                .context("base", Images.load(Path.of("base-layout")))
                .await();
    }

    void fromElsewhere() {
        Image base = Images.fromHost("node", "npm", "sh", "env")
                .tag("node:18-alpine")
                .await();
        List<Image> loaded = Images.load(Path.of("app.tar")).await();
        Image known = Images.find("team/app:dev").orElse(base);
        try (Container container = Containers.run(known)
                .shell("npm test | tee log")
                .mount(Mount.bind(Path.of("conf"), "/etc/app").readOnly())
                .publish(Port.tcp(3000).onHost(8080).onAllInterfaces())
                .start()) {
            container.signal("HUP");
            container.stop(Duration.ofSeconds(3));
            System.out.println(loaded + " " + container.state().exitStatus());
        }
    }
}
