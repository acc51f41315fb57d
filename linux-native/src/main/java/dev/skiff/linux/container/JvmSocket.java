package dev.skiff.linux.container;

import dev.skiff.linux.abi.Errno;
import dev.skiff.linux.launcher.Report;
import dev.skiff.linux.program.Arg;
import dev.skiff.linux.program.Label;
import dev.skiff.linux.program.Line;
import dev.skiff.linux.program.Program;
import dev.skiff.linux.program.Register;

/** What a program says to the JVM by itself, at the socket that the launcher has for that. */
final class JvmSocket {
    /** {@code CONTROL} of launcher.h. */
    static final int CONTROL = 3;

    private JvmSocket() {}

    static Line tell(Program program, Arg.Address report) {
        return program.call(
                "sendto",
                Arg.of(CONTROL),
                report,
                Arg.of(Report.BYTES),
                Arg.named("MSG_NOSIGNAL", Flags.MSG_NOSIGNAL),
                Arg.none(),
                Arg.of(0));
    }

    /** The same, which may be gone. */
    static void tellIfThere(Program program, Arg.Address report, Label gone) {
        tell(program, report).allow(Errno.EPIPE, Errno.ECONNRESET).orElse(gone);
    }

    /** Waits for a byte from it. */
    static void await(Program program, Arg.Address answer, Label gone) {
        program.call("recvfrom", Arg.of(CONTROL), answer, Arg.of(1), Arg.of(0), Arg.none(), Arg.none())
                .whenZero(gone)
                .allow(Errno.ECONNRESET)
                .orElse(gone);
    }

    /** Hands the container's first process over, as a pidfd. */
    static Line tellBorn(Program program, Register process) {
        program.purpose("hand the container's first process over");
        Arg.Address born = program.words("BORN", Report.Kind.BORN.number(), 0);
        return DescriptorMessage.send(program, Arg.of(CONTROL), born, Report.BYTES, process);
    }
}
