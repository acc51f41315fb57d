package dev.skiff.linux.container;

import dev.skiff.linux.abi.Errno;
import dev.skiff.linux.launcher.Report;
import dev.skiff.linux.program.Arg;
import dev.skiff.linux.program.Label;
import dev.skiff.linux.program.Program;
import dev.skiff.linux.program.Register;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Has a container wait at some stages of its making until the JVM has done its part: maps of ids, hooks. Its supervisor asks and
 * hands the answer on, unless there is none, for the JVM is gone.
 */
final class Handshake {
    private final Program program;
    private final List<Stage> stages;
    private final Supervision.Pipe ready;
    private final Supervision.Pipe go;
    private final Arg.Address answer;

    private Handshake(Program program, Set<Stage> stages) {
        this.program = program;
        this.stages = stages.stream().sorted().toList();
        this.ready = new Supervision.Pipe(program, "ready");
        this.go = new Supervision.Pipe(program, "go");
        this.answer = program.words("answer", 0);
    }

    /** Written by the supervisor before it clones; none, if there is no stage to wait at. */
    static Optional<Handshake> of(Program program, Set<Stage> stages) {
        return stages.isEmpty() ? Optional.empty() : Optional.of(new Handshake(program, stages));
    }

    boolean has(Stage stage) {
        return stages.contains(stage);
    }

    /**
     * The supervisor's part, after it has cloned.
     *
     * @param died where to go when the container has ended on the way
     * @param gone where to go when the JVM has, while the container waits
     * @param whenCreated writes what the supervisor does while the container waits at the first stage
     */
    void supervise(Register pid, Label died, Label gone, Runnable whenCreated) {
        program.call("close", ready.write);
        program.call("close", go.read);
        for (Stage stage : stages) {
            program.purpose("wait for the container to be " + stage);
            program.call("read", ready.read, answer, Arg.of(1)).whenZero(died);
            if (stage == Stage.CREATED) {
                whenCreated.run();
            }
            Arg.Address said =
                    program.words("waiting at " + stage, Report.Kind.WAITING.number() | (long) stage.number() << 32, 0);
            program.store(pid, said.plus(8, "pid"), 8);
            JvmSocket.tellIfThere(program, said, gone);
            JvmSocket.await(program, answer, gone);
            program.call("write", go.write, answer, Arg.of(1))
                    .allow(Errno.EPIPE)
                    .orElse(died);
        }
        program.call("close", ready.read);
        program.call("close", go.write);
    }

    /** The container's part, first of all. */
    void begin() {
        program.call("close", ready.read);
        program.call("close", go.write);
    }

    /** The container's part at that stage, if it is one to wait at. */
    void await(Stage stage) {
        if (!has(stage)) {
            return;
        }
        program.purpose("wait until the container is " + stage);
        Label on = program.label();
        Label gone = program.label();
        program.call("write", ready.write, answer, Arg.of(1));
        program.call("read", go.read, answer, Arg.of(1)).whenZero(gone);
        program.jump(on);
        program.place(gone);
        program.call("exit_group", Arg.of(1));
        program.place(on);
    }
}
