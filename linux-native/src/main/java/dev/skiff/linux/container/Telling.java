package dev.skiff.linux.container;

import dev.skiff.linux.abi.Errno;
import dev.skiff.linux.launcher.Report;
import dev.skiff.linux.program.Arg;
import dev.skiff.linux.program.Label;
import dev.skiff.linux.program.Program;
import dev.skiff.linux.program.Register;

/** What one who does not stay says to the JVM of the process that it made: what that says of its start, with its process id. */
final class Telling {
    private static final long ALL_BITS = 0xffffffffL;

    private final Program program;
    private final Register pid;
    private final Register begun;

    /** @param begun the pipe at which the process tells */
    Telling(Program program, Register pid, Register begun) {
        this.program = program;
        this.pid = pid;
        this.begun = begun;
    }

    /**
     * The first thing that it says; nothing if it ends without a word. What comes next is for one that says that it has started.
     *
     * @param over where to go with one that does not
     * @param gone where to go if nobody listens
     */
    void tellFirst(Label over, Label gone) {
        program.purpose("tell how it went");
        Label failed = program.label();
        Label started = program.label();
        Arg.Address said = hear(over);
        expectStarted(said, failed);
        program.store(pid, said.plus(8, "pid"), 8);
        JvmSocket.tellIfThere(program, said, gone);
        program.jump(started);
        program.place(failed);
        JvmSocket.tellIfThere(program, said, gone);
        program.jump(over);
        program.place(started);
    }

    /** Whether its command was executed: that it begins to is said first, and a failure after that. */
    void tellStart() {
        program.purpose("tell how it went");
        Label nothing = program.label();
        Label tell = program.label();
        Label executed = program.label();
        Arg.Address first = hear(nothing);
        expectStarted(first, tell);
        Arg.Address failure = hear(executed);
        JvmSocket.tell(program, failure);
        program.jump(nothing);
        program.place(executed);
        program.store(pid, first.plus(8, "pid"), 8);
        program.place(tell);
        JvmSocket.tell(program, first);
        program.place(nothing);
    }

    private Arg.Address hear(Label end) {
        Arg.Address said = program.words("report", 0, 0);
        program.call("read", begun, said, Arg.of(Report.BYTES)).whenZero(end);
        return said;
    }

    private void expectStarted(Arg.Address said, Label otherwise) {
        program.expect(said, 4, ALL_BITS, Report.Kind.STARTED.number(), Errno.EPERM.number())
                .allow(Errno.EPERM)
                .orElse(otherwise);
    }
}
