package dev.skiff.run;

import com.google.common.io.ByteSource;
import dev.skiff.Exec;
import dev.skiff.ExecResult;
import dev.skiff.ExitStatus;
import dev.skiff.LogLine;
import dev.skiff.SkiffException;
import dev.skiff.linux.LinuxExec;
import dev.skiff.work.Work;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/**
 * A command for a running container.
 *
 * @param input what it reads
 * @param listeners hear each line, one at a time
 */
record ContainerExec(
        RunningContainer container,
        List<String> argv,
        Optional<String> user,
        Optional<String> workdir,
        Map<String, String> env,
        ByteSource input,
        List<Consumer<? super LogLine>> listeners)
        implements Exec {
    ContainerExec {
        argv = List.copyOf(argv);
        env = Collections.unmodifiableMap(new LinkedHashMap<>(env));
        listeners = List.copyOf(listeners);
    }

    static ContainerExec of(RunningContainer container, List<String> argv) {
        if (argv.isEmpty()) {
            throw new IllegalArgumentException("argv must begin with a program");
        }
        return new ContainerExec(
                container, argv, Optional.empty(), Optional.empty(), Map.of(), ByteSource.empty(), List.of());
    }

    @Override
    public Exec user(String newUser) {
        Objects.requireNonNull(newUser, "user");
        return new ContainerExec(container, argv, Optional.of(newUser), workdir, env, input, listeners);
    }

    @Override
    public Exec workdir(String path) {
        Objects.requireNonNull(path, "path");
        return new ContainerExec(container, argv, user, Optional.of(path), env, input, listeners);
    }

    @Override
    public Exec env(String variable, String value) {
        Environment.check(Objects.requireNonNull(variable, "variable"), Objects.requireNonNull(value, "value"));
        Map<String, String> more = new LinkedHashMap<>(env);
        more.put(variable, value);
        return new ContainerExec(container, argv, user, workdir, more, input, listeners);
    }

    @Override
    public Exec stdin(String text) {
        return stdin(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public Exec stdin(byte[] bytes) {
        return new ContainerExec(container, argv, user, workdir, env, ByteSource.wrap(bytes.clone()), listeners);
    }

    @Override
    public Exec onLog(Consumer<? super LogLine> listener) {
        Objects.requireNonNull(listener, "listener");
        List<Consumer<? super LogLine>> more = new ArrayList<>(listeners);
        more.add(listener);
        return new ContainerExec(container, argv, user, workdir, env, input, more);
    }

    @Override
    public ExecResult await() {
        return Work.await(toString(), this::run);
    }

    @Override
    public ExecResult await(Duration limit) {
        return Work.await(toString(), limit, this::run);
    }

    @Override
    public CompletableFuture<ExecResult> async() {
        return Work.async(toString(), this::run, container.executor(), result -> {});
    }

    private ExecResult run() throws InterruptedException {
        try (LinuxExec process = container.join(this)) {
            container.awaitStart(toString(), process.started());
            ExecStreams streams = ExecStreams.carry(process, input, listeners);
            CompletableFuture.anyOf(process.exited(), streams.failure()).get();
            ExitStatus status = RunningContainer.status(process.exited().join());
            streams.awaitEnd();
            return new ExecResult(toString(), status, streams.stdout(), streams.stderr(), streams.dropped());
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof ExecStreams.ListenerFailure failed) {
                throw new SkiffException(this + ": a listener of its output failed", failed.getCause());
            }
            throw new StartFailures(toString()).of(cause == null ? e : cause);
        }
    }

    /** Such as {@code exec psql --version in container web (7f3a)}. */
    @Override
    public String toString() {
        return "exec " + String.join(" ", argv) + " in " + container.who();
    }
}
