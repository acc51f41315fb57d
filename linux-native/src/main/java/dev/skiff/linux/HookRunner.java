package dev.skiff.linux;

import dev.skiff.linux.container.HookProgram;
import dev.skiff.linux.launcher.RootAgent;
import dev.skiff.linux.libc.Descriptor;
import dev.skiff.oci.Json;
import dev.skiff.oci.runtime.Hook;
import dev.skiff.oci.runtime.Linux;
import dev.skiff.oci.runtime.Spec;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** Runs hooks one after the other, each with the container's state on its standard input: config.md, "POSIX-platform Hooks". */
final class HookRunner {
    private static final System.Logger LOG = System.getLogger(HookRunner.class.getName());
    private static final int TOLD_BYTES = 4096; // of what a hook says that fails
    private static final int TOLD_SECONDS =
            2; // more than what it has left running may go on to write: LinuxExec.stderr

    private final LinuxHost host;
    private final Supplier<RootAgent> inside;
    private final boolean fromOutside;

    /** For containers that this JVM makes. */
    HookRunner(LinuxHost host) {
        this.host = host;
        this.inside = host::root;
        this.fromOutside = false;
    }

    /** For containers that another JVM may have made. */
    HookRunner(LinuxHost host, Joiner joiner) {
        this.host = host;
        this.inside = joiner::agent;
        this.fromOutside = joiner.fromOutside();
    }

    /** Those that run where the runtime does; the first that fails is the last. */
    void run(String kind, List<Hook> hooks, OciState state) {
        hooks.forEach(hook -> run(kind, hook, host.root(), HookProgram.outside(hook), Optional.empty(), state));
    }

    /** Programs of the host that run in the container's namespaces. */
    void runInside(String kind, List<Hook> hooks, OciState state, Linux linux, Supplier<Descriptor> container) {
        for (Hook hook : hooks) {
            HookProgram program = HookProgram.inside(hook, linux, fromOutside);
            run(kind, hook, inside.get(), program, Optional.of(container.get()), state);
        }
    }

    /** Programs of the container that run there. */
    void runConfined(String kind, List<Hook> hooks, OciState state, Spec spec, Supplier<Descriptor> container) {
        for (Hook hook : hooks) {
            HookProgram program = HookProgram.confined(hook, spec, state.pid(), host.facts(), fromOutside);
            run(kind, hook, inside.get(), program, Optional.of(container.get()), state);
        }
    }

    /** Those whose failure changes nothing any more. */
    void tryAll(String kind, List<Hook> hooks, OciState state) {
        for (Hook hook : hooks) {
            try {
                run(kind, hook, host.root(), HookProgram.outside(hook), Optional.empty(), state);
            } catch (HookException e) {
                LOG.log(System.Logger.Level.WARNING, e.getMessage(), e);
            }
        }
    }

    private static void run(
            String kind,
            Hook hook,
            RootAgent agent,
            HookProgram program,
            Optional<Descriptor> container,
            OciState state) {
        try (LinuxExec run = LinuxExec.begin(state.id(), agent::fork, container, program)) {
            CompletableFuture<String> said = drain(run);
            feed(run, Json.write(state));
            ContainerExit exit = hook.timeout().isPresent()
                    ? run.exited().get(hook.timeout().get(), TimeUnit.SECONDS)
                    : run.exited().get();
            if (exit.signaled() || exit.value() != 0) {
                throw new HookException(
                        kind,
                        hook.path(),
                        (exit.signaled() ? "ended by signal " : "exited with ")
                                + exit.value()
                                + said.completeOnTimeout("", TOLD_SECONDS, TimeUnit.SECONDS)
                                        .join());
            }
        } catch (TimeoutException e) {
            throw new HookException(
                    kind, hook.path(), "did not end within " + hook.timeout().orElse(0) + " s");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause
                    ? new HookException(kind, hook.path(), cause)
                    : new HookException(kind, hook.path(), String.valueOf(e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HookException(kind, hook.path(), "interrupted while it ran");
        }
    }

    /** A hook need not read it, and it may be more than a pipe holds: the hook's time passes meanwhile. */
    private static void feed(LinuxExec run, byte[] state) {
        onThread("skiff-hook-in", () -> {
            try (OutputStream stdin = run.stdin()) {
                stdin.write(state);
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, "a hook did not read the state", e);
            }
        });
    }

    private static void onThread(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private static CompletableFuture<String> drain(LinuxExec run) {
        CompletableFuture<String> said = new CompletableFuture<>();
        onThread("skiff-hook-out", () -> read(run.stdout(), new CompletableFuture<>()));
        onThread("skiff-hook-err", () -> read(run.stderr(), said));
        return said;
    }

    private static void read(InputStream from, CompletableFuture<String> said) {
        try {
            byte[] first = from.readNBytes(TOLD_BYTES);
            from.transferTo(OutputStream.nullOutputStream());
            String text = new String(first, StandardCharsets.UTF_8).trim();
            said.complete(text.isEmpty() ? "" : ": " + text);
        } catch (IOException | RuntimeException e) {
            said.complete("");
        }
    }
}
