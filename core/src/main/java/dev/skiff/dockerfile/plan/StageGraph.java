package dev.skiff.dockerfile.plan;

import dev.skiff.DockerfileException;
import dev.skiff.dockerfile.Dockerfile;
import dev.skiff.dockerfile.Instruction;
import dev.skiff.dockerfile.MountFlag;
import dev.skiff.dockerfile.Stage;
import dev.skiff.dockerfile.Suggestion;
import dev.skiff.dockerfile.Word;
import dev.skiff.dockerfile.parser.DockerfileParser;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * How the stages of a file hang together: what each is based on, what it copies and mounts from, and so which of them a
 * target needs. Stages that do not need each other, by {@link #dependencies}, may be built at the same time.
 */
public final class StageGraph {
    private static final int MOST_TRIGGERED = 10_000;

    private final List<Stage> stages;
    private final StageNames names;
    private final Set<String> contexts;
    private final List<Origin> bases = new ArrayList<>();
    private final Map<Integer, List<Instruction>> triggers = new HashMap<>();
    private final List<List<Reference>> references = new ArrayList<>();
    private final List<SortedSet<Integer>> dependencies = new ArrayList<>();

    /** A stage that another one copies or mounts from, and where it says so. */
    private record Reference(int stage, Word at) {}

    private StageGraph(List<Stage> stages, Set<String> contexts) {
        this.stages = stages.stream().map(stage -> replaced(stage, contexts)).toList();
        this.names = new StageNames(stages);
        this.contexts = contexts;
    }

    /**
     * The graph of a file.
     *
     * @param expand expands the image of a FROM with the global ARGs
     * @param contexts {@linkplain ContextNames#canonical canonical} names of the contexts that the build was given besides the
     *     main one; a stage of such a name is nothing but that context
     * @throws DockerfileException for a FROM without a name after expansion, for an index that no stage has, and for
     *     stages that need each other in a circle, wanted or not
     */
    public static StageGraph of(Dockerfile file, Function<Word, String> expand, Set<String> contexts) {
        StageGraph graph = new StageGraph(file.stages(), Set.copyOf(contexts));
        for (Stage stage : graph.stages) {
            graph.bases.add(graph.base(stage, expand));
        }
        graph.readTriggers();
        for (Stage stage : graph.stages) {
            List<Reference> references = new ArrayList<>();
            graph.triggers(stage.index()).forEach(trigger -> graph.collect(stage, trigger, references));
            stage.instructions().forEach(instruction -> graph.collect(stage, instruction, references));
            graph.references.add(references);
            graph.dependencies.add(graph.dependencies(stage.index(), references));
        }
        graph.refuseCircles();
        return graph;
    }

    /** Whether a context has taken the place of a stage, instructions and all. */
    public boolean isReplaced(Stage stage) {
        return isReplaced(stage, contexts);
    }

    private static boolean isReplaced(Stage stage, Set<String> contexts) {
        return stage.name()
                .map(ContextNames::canonical)
                .filter(contexts::contains)
                .isPresent();
    }

    private static Stage replaced(Stage stage, Set<String> contexts) {
        return isReplaced(stage, contexts) ? new Stage(stage.index(), stage.from(), List.of()) : stage;
    }

    /** The stage to build: the last with that name, case aside, else the one of that number, or the last of all. */
    public Stage target(Optional<String> name) {
        if (name.isEmpty()) {
            return stages.get(stages.size() - 1);
        }
        return names.last(name.get())
                .map(stages::get)
                .or(() -> numbered(name.get()))
                .orElseThrow(() -> unknownTarget(name.get()));
    }

    /** The reference takes no number here; Docker's older builder and buildah do, and it harms nobody. */
    private Optional<Stage> numbered(String number) {
        return stages.stream()
                .filter(stage -> Integer.toString(stage.index()).equals(number))
                .findFirst();
    }

    /** What a stage is based on. */
    public Origin base(int stage) {
        return bases.get(stage);
    }

    /**
     * What a {@code COPY --from} or a mount's {@code from} means in a stage: a stage's index, else the nearest earlier
     * stage of that name, else a later one (which is an error once it is built), else a named context or an image.
     *
     * @throws DockerfileException for an index that no stage has
     */
    public Origin origin(int stage, Word from) {
        return origin(stage, from, from.raw());
    }

    /**
     * The instructions that ONBUILD in the stage it is based on puts before a stage's own. Those of an image are not
     * known here.
     */
    public List<Instruction> triggers(int stage) {
        if (!(bases.get(stage) instanceof Origin.OfStage base)) {
            return List.of();
        }
        return triggers.getOrDefault(base.index(), List.of());
    }

    // An instruction that makes no sense is an error only where it is triggered.
    private void readTriggers() {
        int triggered = 0;
        for (Stage stage : stages) {
            if (bases.get(stage.index()) instanceof Origin.OfStage base) {
                triggered += triggers.computeIfAbsent(base.index(), index -> triggers(stages.get(index)))
                        .size();
                if (triggered > MOST_TRIGGERED) {
                    throw stage.from()
                            .error("ONBUILD triggers more than " + MOST_TRIGGERED + " instructions in this file");
                }
            }
        }
    }

    private static List<Instruction> triggers(Stage base) {
        List<Instruction> triggers = new ArrayList<>();
        for (Instruction instruction : base.instructions()) {
            if (instruction instanceof Instruction.OnBuild onBuild) {
                triggers.add(DockerfileParser.parseTrigger("ONBUILD at " + onBuild.span(), onBuild.trigger()));
            }
        }
        return List.copyOf(triggers);
    }

    /** The stages that must be built before this one: its base and what it copies and mounts from. */
    public SortedSet<Integer> dependencies(int stage) {
        return Collections.unmodifiableSortedSet(dependencies.get(stage));
    }

    /** The stage of this index. */
    public Stage stage(int index) {
        return stages.get(index);
    }

    /**
     * The stages that an instruction copies or mounts from.
     *
     * @param stage the one that the instruction is carried out in
     * @throws DockerfileException for a later stage, or an index that no stage has
     */
    public SortedSet<Integer> references(int stage, Instruction instruction) {
        List<Reference> found = new ArrayList<>();
        collect(stages.get(stage), instruction, found);
        SortedSet<Integer> indexes = new TreeSet<>();
        for (Reference reference : found) {
            refuseLater(stage, reference);
            indexes.add(reference.stage());
        }
        return indexes;
    }

    /**
     * All stages that a target needs, itself included, in an order in which they can be built.
     *
     * @throws DockerfileException when one of them copies from a later stage
     */
    public List<Stage> neededFor(Stage target) {
        SortedSet<Integer> needed = new TreeSet<>(List.of(target.index()));
        SortedSet<Integer> open = new TreeSet<>(needed);
        while (!open.isEmpty()) {
            int stage = open.last();
            open.remove(stage);
            references.get(stage).forEach(reference -> refuseLater(stage, reference));
            for (int dependency : dependencies(stage)) {
                if (needed.add(dependency)) {
                    open.add(dependency);
                }
            }
        }
        return needed.stream().map(stages::get).toList();
    }

    private SortedSet<Integer> dependencies(int stage, List<Reference> references) {
        SortedSet<Integer> needed = new TreeSet<>();
        if (bases.get(stage) instanceof Origin.OfStage base) {
            needed.add(base.index());
        }
        references.forEach(reference -> needed.add(reference.stage()));
        return needed;
    }

    private Origin base(Stage stage, Function<Word, String> expand) {
        Word image = stage.from().image();
        String name = expand.apply(image);
        if (name.isBlank()) {
            throw image.error("base name (" + image.raw() + ") should not be blank");
        }
        Optional<String> ownContext = stage.name().map(ContextNames::canonical).filter(contexts::contains);
        if (ownContext.isPresent()) {
            return new Origin.OfContext(ownContext.get());
        }
        Optional<Integer> earlier = names.before(name, stage.index());
        if (earlier.isPresent()) {
            return new Origin.OfStage(earlier.get());
        }
        return name.equals("scratch") ? new Origin.Scratch() : contextOrImage(name);
    }

    /** The same for a name that is only a part of a word, which errors point to. */
    public Origin origin(int stage, Word at, String from) {
        if (from.matches("[+-]?\\d+")) {
            return byIndex(at, from);
        }
        Optional<Integer> named = names.before(from, stage).or(() -> names.last(from));
        return named.<Origin>map(Origin.OfStage::new).orElseGet(() -> contextOrImage(from));
    }

    private Origin byIndex(Word at, String text) {
        try {
            int index = Integer.parseInt(text);
            if (index >= 0 && index < stages.size()) {
                return new Origin.OfStage(index);
            }
        } catch (NumberFormatException tooLong) {
            // No file has that many stages.
        }
        throw at.error("invalid stage index " + text);
    }

    private Origin contextOrImage(String name) {
        String canonical = ContextNames.canonical(name);
        return contexts.contains(canonical) ? new Origin.OfContext(canonical) : new Origin.OfImage(name);
    }

    private void collect(Stage stage, Instruction instruction, List<Reference> references) {
        if (instruction instanceof Instruction.Copy copy && copy.from().isPresent()) {
            Word from = copy.from().get();
            add(origin(stage.index(), from, from.raw()), from, references);
        } else if (instruction instanceof Instruction.Run run) {
            for (MountFlag mount : run.mounts()) {
                mount.from()
                        .filter(from -> !from.isEmpty())
                        .ifPresent(from -> add(origin(stage.index(), mount.value(), from), mount.value(), references));
            }
        }
    }

    private static void add(Origin origin, Word at, List<Reference> references) {
        if (origin instanceof Origin.OfStage stage) {
            references.add(new Reference(stage.index(), at));
        }
    }

    private void refuseLater(int stage, Reference reference) {
        if (reference.stage() > stage) {
            throw reference
                    .at()
                    .error("cannot copy from stage \""
                            + stages.get(reference.stage()).label()
                            + "\", it needs to be defined before current stage \""
                            + stages.get(stage).label() + "\"");
        }
    }

    private void refuseCircles() {
        Circles.find(dependencies).ifPresent(stage -> {
            throw stages.get(stage)
                    .from()
                    .error("circular dependency detected on stage: "
                            + stages.get(stage).label());
        });
    }

    private DockerfileException unknownTarget(String name) {
        List<String> names =
                stages.stream().map(Stage::name).flatMap(Optional::stream).toList();
        String known = names.isEmpty() ? "no stage has a name" : "the stages are " + String.join(", ", names);
        return stages.get(stages.size() - 1)
                .from()
                .error("target stage \"" + name + "\" could not be found" + Suggestion.didYouMean(name, names) + "; "
                        + known);
    }
}
