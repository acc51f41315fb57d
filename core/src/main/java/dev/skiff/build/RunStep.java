package dev.skiff.build;

import dev.skiff.BuildStepException;
import dev.skiff.CommandNotFoundException;
import dev.skiff.ExitStatus;
import dev.skiff.InterruptedOperationException;
import dev.skiff.LogLine;
import dev.skiff.Outbound;
import dev.skiff.dockerfile.ByteText;
import dev.skiff.dockerfile.HistoryText;
import dev.skiff.dockerfile.Instruction;
import dev.skiff.dockerfile.RunScript;
import dev.skiff.dockerfile.Stage;
import dev.skiff.linux.MemoryFile;
import dev.skiff.oci.image.ContainerConfig;
import dev.skiff.run.Privileges;
import dev.skiff.run.RootImage;
import dev.skiff.run.RunPlan;
import dev.skiff.run.Runner;
import dev.skiff.run.RunningContainer;
import dev.skiff.run.WritableLayer;
import dev.skiff.store.NewLayer;
import dev.skiff.store.StoredLayer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/** RUN: a command in a container like any other, on the files of its stage. What it has written is the layer, as it lies there. */
final class RunStep {
    private static final String HOSTNAME = "buildkitsandbox"; // as in the reference; some build scripts tell by it
    private static final Set<PosixFilePermission> ROOT_MODE = PosixFilePermissions.fromString("rwxr-xr-x");
    private static final int SCRIPT_MODE = 0755;
    private static final ExitStatus NOT_FOUND = new ExitStatus.Exited(127); // what a shell says

    private final Build build;
    private final Runner runner;
    private final AtomicBoolean told = new AtomicBoolean();

    RunStep(Build build, Runner runner) {
        this.build = build;
        this.runner = runner;
    }

    StageState apply(Stage stage, Instruction.Run instruction, StageState state, Progress.Step step)
            throws IOException {
        RunScript script = RunScript.of(instruction, state.shell());
        RunModes modes = RunModes.of(instruction, build.runOptions());
        List<StepMount> mounts = StepMounts.of(instruction, build, stage, state);
        StepKey key = StepKey.of("run", state.filesKey())
                .with(script.argv())
                .with(script.file().map(RunScript.File::content).orElse(""))
                .setting("the working directory", state.workingDirectory())
                .setting("the user", state.config().user().orElse(""))
                .setting("the network", modes.network().equals(RunModes.NONE) ? RunModes.NONE : RunModes.DEFAULT)
                .setting("the security mode", modes.insecure() ? "insecure" : "sandbox");
        state.variables().addTo(key);
        for (StepMount mount : mounts) {
            mount.addTo(key);
        }
        String createdBy = HistoryText.run(state.variables().seenArguments(), script.argv());
        return build.steps().apply(state, step, key, createdBy, now -> {
            try (SandboxBuilder sandbox = new SandboxBuilder(build.store(), build.overlayForm(), modes.insecure())) {
                return run(instruction, script, modes, mounts, state, step, sandbox);
            }
        });
    }

    private StoredLayer run(
            Instruction.Run instruction,
            RunScript script,
            RunModes modes,
            List<StepMount> mounts,
            StageState state,
            Progress.Step step,
            SandboxBuilder sandbox)
            throws IOException {
        build.foreign().whyNot(state.image().platform()).ifPresent(why -> {
            throw instruction.error(why);
        });
        checkUser(instruction, state);
        tellOfOneUser();
        open(mounts, sandbox, place(instruction));
        script.file().ifPresent(file -> sandbox.file(scriptFile(file)));
        OutputTail tail = new OutputTail();
        RunPlan plan = plan(script.argv(), modes, state, sandbox).plusListener(line -> {
            tail.add(line.text());
            step.output(line.source(), line.text());
        });
        try (NewLayer layer = build.store().layers().create()) {
            ExitStatus status = run(root(instruction, state), plan, layer, step, tail);
            if (!status.success()) {
                throw new BuildStepException(
                        step.number(), place(instruction), build.progress().oneLine(instruction), status, tail.lines());
            }
            return layer.commit(List.of(), build.latest());
        }
    }

    /** What a command then does to owners fails, or does not show in the layer. */
    private void tellOfOneUser() {
        runner.whyOneUser()
                .filter(why -> told.compareAndSet(false, true))
                .ifPresent(why -> build.progress()
                        .warn(
                                "in RUN all files belong to root, and chown and setgroups to anybody else fail, for there is"
                                        + " a single id: " + why,
                                OptionalInt.empty()));
    }

    private static void open(List<StepMount> mounts, SandboxBuilder sandbox, String place) throws IOException {
        try {
            StepMounts.open(mounts, sandbox);
        } catch (InterruptedException e) {
            throw new InterruptedOperationException("RUN of " + place, e);
        }
    }

    private static MemoryFile scriptFile(RunScript.File file) {
        return new MemoryFile(file.path(), SCRIPT_MODE, 0, 0, ByteText.encode(file.content()));
    }

    private ExitStatus run(RootImage root, RunPlan plan, NewLayer layer, Progress.Step step, OutputTail tail)
            throws IOException {
        Files.setPosixFilePermissions(layer.directory(), ROOT_MODE); // it shows as the container's root
        try {
            RunningContainer container =
                    runner.start(root, plan, new WritableLayer(layer.directory(), layer.workDirectory()));
            try {
                return container.awaitAll();
            } finally {
                container.discard();
            }
        } catch (CommandNotFoundException e) {
            String message = "exec: \"" + e.command() + "\": "
                    + (e.searchPath().isEmpty() ? "no such file" : "not found in $PATH " + e.searchPath());
            tail.add(message);
            step.output(LogLine.Source.STDERR, message);
            return NOT_FOUND;
        } catch (InterruptedException e) {
            throw new InterruptedOperationException(root.name(), e);
        }
    }

    private RootImage root(Instruction.Run instruction, StageState state) {
        ContainerConfig config = state.config().withEnv(state.variables().environment());
        return new RootImage(
                "RUN of " + place(instruction), config, StoredLayer.directories(state.layers()), build.files(state));
    }

    private RunPlan plan(List<String> argv, RunModes modes, StageState state, SandboxBuilder sandbox)
            throws IOException {
        RunPlan plan = RunPlan.NOTHING.withEntrypoint(argv).withCommand(List.of());
        for (Map.Entry<String, String> proxy : build.arguments().proxies().entrySet()) {
            if (!state.variables().values().containsKey(proxy.getKey())) {
                plan = plan.withEnv(proxy.getKey(), proxy.getValue());
            }
        }
        for (Map.Entry<String, String> variable : sandbox.environment().entrySet()) {
            plan = plan.withEnv(variable.getKey(), variable.getValue());
        }
        String hostname = build.arguments().global("BUILDKIT_SANDBOX_HOSTNAME").orElse(HOSTNAME);
        MountStubs stubs = new MountStubs(build.files(state).stack());
        RunPlan sandboxed = plan.withSandbox(sandbox.build(hostname, stubs));
        if (sandbox.privileged()) {
            sandboxed = sandboxed.withPrivileges(Privileges::withEverything);
        }
        return switch (modes.network()) {
            case RunModes.NONE -> sandboxed.withOutbound(Outbound.none());
            case RunModes.HOST -> sandboxed.withOutbound(Outbound.none()).withHostNetwork();
            default -> sandboxed.withHostNetwork();
        };
    }

    private void checkUser(Instruction.Run instruction, StageState state) throws IOException {
        try {
            build.users(state).user(state.config().user().orElse(""));
        } catch (IllegalArgumentException unknown) {
            throw instruction.error(String.valueOf(unknown.getMessage()));
        }
    }

    private static String place(Instruction instruction) {
        return instruction.span().source().name() + ":" + instruction.span().startLine();
    }
}
