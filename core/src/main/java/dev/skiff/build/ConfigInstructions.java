package dev.skiff.build;

import dev.skiff.dockerfile.ArgDeclaration;
import dev.skiff.dockerfile.ExposedPorts;
import dev.skiff.dockerfile.HistoryText;
import dev.skiff.dockerfile.Instruction;
import dev.skiff.dockerfile.KeyValue;
import dev.skiff.dockerfile.Word;
import dev.skiff.dockerfile.expand.Environment;
import dev.skiff.dockerfile.expand.Expander;
import dev.skiff.linux.abi.Signal;
import dev.skiff.oci.image.ContainerConfig;
import dev.skiff.oci.image.Healthcheck;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** The instructions that change what an image says and none of its files. Functions of the state, without a step of their own. */
final class ConfigInstructions {
    private final Expander expander;
    private final BuildArguments arguments;

    ConfigInstructions(Expander expander, BuildArguments arguments) {
        this.expander = expander;
        this.arguments = arguments;
    }

    /** The state after the instruction, if it is one of these. */
    Optional<StageState> apply(Instruction instruction, StageState state) {
        if (instruction instanceof Instruction.Arg arg) {
            return Optional.of(arg(arg, state));
        } else if (instruction instanceof Instruction.Env env) {
            return Optional.of(env(env, state));
        } else if (instruction instanceof Instruction.Label label) {
            return Optional.of(label(label, state));
        } else if (instruction instanceof Instruction.Expose expose) {
            return Optional.of(expose(expose, state));
        } else if (instruction instanceof Instruction.Volume volume) {
            return Optional.of(volume(volume, state));
        } else if (instruction instanceof Instruction.User user) {
            return Optional.of(user(user, state));
        } else if (instruction instanceof Instruction.Cmd cmd) {
            return Optional.of(cmd(cmd, state));
        } else if (instruction instanceof Instruction.Entrypoint entrypoint) {
            return Optional.of(entrypoint(entrypoint, state));
        } else if (instruction instanceof Instruction.Shell shell) {
            return Optional.of(
                    state.withConfig(state.config().withShell(shell.argv()), HistoryText.shell(shell.argv())));
        } else if (instruction instanceof Instruction.StopSignal signal) {
            return Optional.of(stopSignal(signal, state));
        } else if (instruction instanceof Instruction.Healthcheck check) {
            return Optional.of(healthcheck(check, state));
        } else if (instruction instanceof Instruction.OnBuild onBuild) {
            return Optional.of(onBuild(onBuild, state));
        } else if (instruction instanceof Instruction.Maintainer maintainer) {
            return Optional.of(state.withAuthor(maintainer.author(), HistoryText.maintainer(maintainer.author())));
        }
        return Optional.empty();
    }

    private StageState arg(Instruction.Arg arg, StageState state) {
        Map<String, String> set = new HashMap<>();
        // Unlike those of an ENV, each sees the ones before it.
        Environment soFar = name -> Optional.ofNullable(set.get(name))
                .or(() -> state.variables().lookup().get(name));
        List<Map.Entry<String, Optional<String>>> declared = new ArrayList<>();
        for (ArgDeclaration declaration : arg.declarations()) {
            String name = expander.expand(declaration.name(), soFar);
            Optional<String> value =
                    arguments.value(name, () -> declaration.defaultValue().map(word -> expander.expand(word, soFar)));
            value.ifPresent(given -> set.put(name, given));
            declared.add(Map.entry(name, value));
        }
        return state.withVariables(state.variables().withArguments(declared)).withHistory(HistoryText.arg(declared));
    }

    private StageState env(Instruction.Env env, StageState state) {
        List<Map.Entry<String, String>> pairs = pairs(env.pairs(), state);
        Map<String, String> image =
                new LinkedHashMap<>(Variables.of(state.config().env()).values());
        Map<String, String> set = new LinkedHashMap<>();
        pairs.forEach(pair -> set.put(pair.getKey(), pair.getValue()));
        image.putAll(set);
        List<String> texts = new ArrayList<>();
        image.forEach((name, value) -> texts.add(name + "=" + value));
        return state.withVariables(state.variables().withEnv(set))
                .withConfig(state.config().withEnv(texts), HistoryText.env(pairs));
    }

    private StageState label(Instruction.Label label, StageState state) {
        List<Map.Entry<String, String>> pairs = pairs(label.pairs(), state);
        Map<String, String> labels = new LinkedHashMap<>(state.config().labels());
        pairs.forEach(pair -> labels.put(pair.getKey(), pair.getValue()));
        return state.withConfig(state.config().withLabels(labels), HistoryText.label(pairs));
    }

    private List<Map.Entry<String, String>> pairs(List<KeyValue> pairs, StageState state) {
        Environment before = state.variables().lookup();
        return pairs.stream()
                .map(pair -> Map.entry(expander.expand(pair.key(), before), expander.expand(pair.value(), before)))
                .toList();
    }

    private StageState expose(Instruction.Expose expose, StageState state) {
        List<String> words = new ArrayList<>();
        List<Word> sorted = new ArrayList<>(expose.ports());
        sorted.sort(Comparator.comparing(Word::raw)); // as written, variables and all: the order that history shows
        for (Word word : sorted) {
            words.addAll(expander.expandToWords(word, state.variables().lookup()));
        }
        List<String> ports = ExposedPorts.of(expose, words);
        return state.withConfig(
                state.config().withExposedPorts(union(state.config().exposedPorts(), ports)),
                HistoryText.expose(ports));
    }

    private StageState volume(Instruction.Volume volume, StageState state) {
        List<String> paths = volume.paths().stream()
                .map(word -> expander.expand(word, state.variables().lookup()))
                .toList();
        if (paths.contains("")) {
            throw volume.error("VOLUME specified can not be an empty string");
        }
        return state.withConfig(
                state.config().withVolumes(union(state.config().volumes(), paths)), HistoryText.volume(paths));
    }

    private static Set<String> union(Iterable<String> some, Iterable<String> others) {
        TreeSet<String> all = new TreeSet<>();
        some.forEach(all::add);
        others.forEach(all::add);
        return all;
    }

    private StageState user(Instruction.User user, StageState state) {
        String name = expander.expand(user.user(), state.variables().lookup());
        return state.withConfig(state.config().withUser(name), HistoryText.user(name));
    }

    /** Kept as it is written, for those who build on this; history does not tell of it. */
    private static StageState onBuild(Instruction.OnBuild onBuild, StageState state) {
        List<String> triggers = new ArrayList<>(state.config().onBuild());
        triggers.add(onBuild.trigger());
        return state.withConfig(state.config().withOnBuild(triggers));
    }

    private static StageState cmd(Instruction.Cmd cmd, StageState state) {
        List<String> argv = cmd.command().argv(state.shell());
        return state.withConfig(state.config().withCmd(argv).withArgsEscaped(true), HistoryText.cmd(argv))
                .withCommandSet();
    }

    private static StageState entrypoint(Instruction.Entrypoint entrypoint, StageState state) {
        List<String> argv = entrypoint.command().argv(state.shell());
        ContainerConfig config = state.config().withEntrypoint(argv);
        return state.withConfig(state.commandSet() ? config : config.withCmd(List.of()), HistoryText.entrypoint(argv));
    }

    private StageState stopSignal(Instruction.StopSignal instruction, StageState state) {
        String signal = expander.expand(instruction.signal(), state.variables().lookup());
        if (!isSignal(signal)) {
            throw instruction.error("invalid signal: " + signal);
        }
        return state.withConfig(state.config().withStopSignal(signal), HistoryText.stopSignal(signal));
    }

    private static boolean isSignal(String text) {
        try {
            return Signal.of(text).number() > 0;
        } catch (IllegalArgumentException unknown) {
            return false;
        }
    }

    private static StageState healthcheck(Instruction.Healthcheck check, StageState state) {
        Healthcheck stored = Healthcheck.of(check.test());
        stored = set(stored, check.interval(), given -> given::withInterval);
        stored = set(stored, check.timeout(), given -> given::withTimeout);
        stored = set(stored, check.startPeriod(), given -> given::withStartPeriod);
        stored = set(stored, check.startInterval(), given -> given::withStartInterval);
        stored = check.retries() == 0 ? stored : stored.withRetries(check.retries());
        return state.withConfig(state.config().withHealthcheck(stored), HistoryText.healthcheck(check));
    }

    private static Healthcheck set(
            Healthcheck check, Duration time, Function<Healthcheck, Function<Duration, Healthcheck>> setter) {
        return time.isZero() ? check : setter.apply(check).apply(time);
    }
}
