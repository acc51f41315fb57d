package dev.skiff.build;

import dev.skiff.build.Predecessors.Predecessor;
import dev.skiff.build.copy.CopyPlanner;
import dev.skiff.build.copy.LayerPlan;
import dev.skiff.build.copy.LayerPlan.ConflictException;
import dev.skiff.build.copy.Owner;
import dev.skiff.build.copy.Selection;
import dev.skiff.build.copy.SourceTree;
import dev.skiff.dockerfile.ByteText;
import dev.skiff.dockerfile.HistoryText;
import dev.skiff.dockerfile.Instruction;
import dev.skiff.dockerfile.Stage;
import dev.skiff.dockerfile.ignore.CleanPath;
import dev.skiff.layer.ArchiveException;
import dev.skiff.layer.LayerStack;
import dev.skiff.layer.LayerWriter;
import dev.skiff.layer.UnpackedLayer;
import dev.skiff.layer.WrittenLayer;
import dev.skiff.linux.RawPath;
import dev.skiff.linux.SyscallException;
import dev.skiff.oci.Digest;
import dev.skiff.store.NewLayer;
import dev.skiff.store.Scratch;
import dev.skiff.store.StoredLayer;
import dev.skiff.store.TakenFiles;
import java.io.EOFException;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/** WORKDIR, COPY and ADD: steps that are decided on indexes and need the kernel only to write what they have decided. */
final class FileSteps {
    private static final System.Logger LOG = System.getLogger(FileSteps.class.getName());
    private static final int HANDS = Math.min(4, Runtime.getRuntime().availableProcessors());

    private final Build build;

    FileSteps(Build build) {
        this.build = build;
    }

    StageState workdir(Instruction.Workdir instruction, StageState state, Progress.Step step) throws IOException {
        String given = build.expand(instruction.path(), state);
        // As written if it is absolute: the reference makes the shortest form only of what it joins.
        String path = given.startsWith("/") ? given : CleanPath.of(state.workingDirectory() + "/" + given);
        String createdBy = HistoryText.workdir(path);
        if (path.equals("/")) {
            step.cached();
            return state.withConfig(state.config().withWorkingDir(path), createdBy);
        }
        Owner owner = build.users(state).owner(state.config().user().orElse(""));
        StepKey key = StepKey.of("workdir", state.filesKey())
                .setting("the path", CleanPath.of(path))
                .about(StepParts.Kind.SETTING, "the user")
                .with(owner.uid())
                .with(owner.gid());
        StageState after = build.steps().apply(state, step, key, createdBy, now -> {
            LayerPlan plan = new LayerPlan(build.files(state).stack(), now);
            plan(instruction, () -> plan.makeDirectories(plan.follow(raw(path)), owner));
            return write(plan, Optional.empty()).layer();
        });
        return after.withConfig(state.config().withWorkingDir(path));
    }

    StageState copy(Stage stage, Instruction.Copy instruction, StageState state, Progress.Step step)
            throws IOException {
        CopyArguments arguments = CopyArguments.of(stage, instruction, state, build);
        String createdBy = HistoryText.copy(
                instruction.parents(),
                arguments.chown(),
                arguments.chmod(),
                arguments.texts(),
                arguments.heredocs(),
                arguments.destination());
        return copy(instruction, arguments, arguments.isLinked(instruction.link()), createdBy, state, step);
    }

    StageState add(Instruction.Add instruction, StageState state, Progress.Step step) throws IOException {
        CopyArguments arguments = CopyArguments.of(instruction, state, build);
        String createdBy = HistoryText.add(
                arguments.chown(), arguments.chmod(), arguments.texts(), arguments.heredocs(), arguments.destination());
        return copy(instruction, arguments, arguments.isLinked(instruction.link()), createdBy, state, step);
    }

    /** All of a context that FROM names, as the first layer of a stage. */
    StageState context(Instruction.From from, String name, SourceTree tree, StageState state, Progress.Step step)
            throws IOException {
        CopyArguments arguments = CopyArguments.ofAll(from.image(), tree);
        return copy(from, arguments, false, "[context " + name + "] load from client", state, step);
    }

    /** A linked layer is made as on top of nothing, so neither what it is nor its key depends on what is below it. */
    private StageState copy(
            Instruction instruction,
            CopyArguments arguments,
            boolean link,
            String createdBy,
            StageState state,
            Progress.Step step)
            throws IOException {
        OptionalInt line = OptionalInt.of(instruction.span().startLine());
        arguments.leftOut().forEach(text -> build.progress().warn(text, line));
        prepare(arguments);
        StepKey key = arguments.key(link ? StepKey.of("linked copy") : StepKey.of("copy", state.filesKey()));
        StageState after = build.steps().apply(state, step, key, createdBy, now -> {
            LayerStack below = link ? LayerStack.EMPTY : build.files(state).stack();
            return copy(instruction, arguments, below, now, step);
        });
        return link
                ? after.withFilesKey(StepKey.of("linked", state.filesKey())
                        .with(key.digest().toString())
                        .digest())
                : after;
    }

    private void prepare(CopyArguments arguments) throws IOException {
        WorkPool pool = new WorkPool("read the files to be copied", build.executor(), HANDS);
        arguments.sources().forEach(source -> source.preparations().forEach(pool::add));
        try {
            pool.run();
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError("hashing threw " + e, e);
        }
    }

    private StoredLayer copy(
            Instruction instruction, CopyArguments arguments, LayerStack below, Instant now, Progress.Step step)
            throws IOException {
        Digest place = build.steps().place(step);
        Optional<Predecessor> before = build.steps().isFresh(step)
                ? Optional.empty()
                : build.predecessors().of(place);
        Instant made = before.map(Predecessor::made).orElse(now);
        LayerPlan plan = new LayerPlan(below, made);
        try (Scratch scratch = build.store().scratch();
                Archives archives = new Archives(build.store().layers(), build.overlayForm())) {
            CopyPlanner planner = new CopyPlanner(plan, arguments.owner(), arguments.mode());
            plan(instruction, () -> {
                for (CopySource source : arguments.sources()) {
                    for (Selection selection : source.open(scratch)) {
                        if (!source.unpacks() || !archives.unpack(selection, arguments, plan)) {
                            planner.copy(selection, arguments.target(), arguments.intoDirectory());
                        }
                    }
                }
            });
            Result result = writeAfter(before, plan);
            build.predecessors().remember(place, result.written(), made);
            return result.layer();
        }
    }

    private interface Planning {
        void plan() throws ConflictException, IOException;
    }

    private static void plan(Instruction instruction, Planning planning) throws IOException {
        try {
            planning.plan();
        } catch (ConflictException | ArchiveException | EOFException refused) {
            throw instruction.error(String.valueOf(refused.getMessage()));
        }
    }

    private record Result(StoredLayer layer, WrittenLayer written) {}

    /** Taking from an earlier layer can only save time: where it does not work, all is written. */
    private Result writeAfter(Optional<Predecessor> before, LayerPlan plan) throws IOException {
        if (before.isPresent()) {
            try {
                return write(plan, before);
            } catch (SyscallException gone) {
                LOG.log(System.Logger.Level.DEBUG, "nothing can be taken from the layer before", gone);
            }
        }
        return write(plan, Optional.empty());
    }

    private Result write(LayerPlan plan, Optional<Predecessor> before) throws IOException {
        try (NewLayer layer = build.store().layers().create()) {
            LayerWriter writer = new LayerWriter(layer.files(), build.overlayForm(), build.latest());
            UnpackedLayer written = write(plan, writer, layer, before.map(Predecessor::layer));
            return new Result(layer.commit(written), writer.written());
        }
    }

    private UnpackedLayer write(LayerPlan plan, LayerWriter writer, NewLayer layer, Optional<WrittenLayer> earlier)
            throws IOException {
        Optional<StoredLayer> stored =
                earlier.flatMap(known -> build.store().layers().find(known.diffId()));
        if (stored.isEmpty()) {
            return plan.write(writer, build.executor());
        }
        try (TakenFiles taken = layer.takenFrom(stored.get(), build.executor())) {
            writer.follow(earlier.orElseThrow(), taken);
            return plan.write(writer, build.executor());
        }
    }

    static RawPath raw(String path) {
        return RawPath.ofBytes(ByteText.encode(path));
    }
}
