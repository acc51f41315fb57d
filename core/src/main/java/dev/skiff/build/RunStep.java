package dev.skiff.build;

import dev.skiff.BuildStepException;
import dev.skiff.CommandNotFoundException;
import dev.skiff.ExitStatus;
import dev.skiff.InterruptedOperationException;
import dev.skiff.LogLine;
import dev.skiff.dockerfile.HistoryText;
import dev.skiff.dockerfile.Instruction;
import dev.skiff.oci.image.ContainerConfig;
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
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** RUN: a command in a container like any other, on the files of its stage. What it has written is the layer, as it lies there. */
final class RunStep {
    private static final String HOSTNAME = "buildkitsandbox"; // as in the reference; some build scripts tell by it
    private static final Set<PosixFilePermission> ROOT_MODE = PosixFilePermissions.fromString("rwxr-xr-x");
    private static final ExitStatus NOT_FOUND = new ExitStatus.Exited(127); // what a shell says

    private final Build build;
    private final Runner runner;

    RunStep(Build build, Runner runner) {
        this.build = build;
        this.runner = runner;
    }

    StageState apply(Instruction.Run instruction, StageState state, Progress.Step step) throws IOException {
        List<String> argv = instruction.command().argv(state.shell());
        StepKey key = StepKey.of("run", state.filesKey())
                .with(argv)
                .setting("the working directory", state.workingDirectory())
                .setting("the user", state.config().user().orElse(""))
                .setting("the network", network(instruction));
        state.variables().addTo(key);
        String createdBy = HistoryText.run(state.variables().seenArguments(), argv);
        return build.steps().apply(state, step, key, createdBy, now -> run(instruction, argv, state, step));
    }

    private static String network(Instruction.Run instruction) {
        String mode = instruction
                .network()
                .map(word -> word.raw().toLowerCase(Locale.ROOT))
                .orElse("default");
        return mode.equals("host") ? "default" : mode;
    }

    private StoredLayer run(Instruction.Run instruction, List<String> argv, StageState state, Progress.Step step)
            throws IOException {
        build.foreign().whyNot(state.image().platform()).ifPresent(why -> {
            throw instruction.error(why);
        });
        checkUser(instruction, state);
        OutputTail tail = new OutputTail();
        RunPlan plan = plan(instruction, argv, state).plusListener(line -> {
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

    private RunPlan plan(Instruction.Run instruction, List<String> argv, StageState state) {
        RunPlan plan = RunPlan.NOTHING.withEntrypoint(argv).withCommand(List.of());
        Map<String, String> more = new TreeMap<>(build.arguments().proxies());
        more.put("HOSTNAME", HOSTNAME); // else it would be another each time, and some commands write it down
        for (Map.Entry<String, String> variable : more.entrySet()) {
            if (!state.variables().values().containsKey(variable.getKey())) {
                plan = plan.withEnv(variable.getKey(), variable.getValue());
            }
        }
        return network(instruction).equals("none") ? plan : plan.withHostNetwork();
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
