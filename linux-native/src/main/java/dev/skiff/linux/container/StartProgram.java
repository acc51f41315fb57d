package dev.skiff.linux.container;

import static dev.skiff.linux.container.Flags.AT_FDCWD;

import dev.skiff.linux.abi.Errno;
import dev.skiff.linux.launcher.Report;
import dev.skiff.linux.program.Arg;
import dev.skiff.linux.program.Program;
import dev.skiff.linux.program.Register;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;

/** The programs by which somebody starts a container that waits at its {@link StartGate}; for one agent, one after the other. */
public final class StartProgram {
    private static final int MSG_WAITALL = 0x100;
    private final Program program = new Program();
    private final Register connection = program.register("gate");
    private final Arg.Address heard = program.words("heard", 0, 0);

    private StartProgram() {}

    /**
     * Connects to the gate in that directory, and takes it away: by one program, so that whoever asked for it may be killed any time, and
     * no container that has passed it seems to wait still.
     */
    public static StartProgram connect(Path directory) {
        StartProgram start = new StartProgram();
        start.program.purpose("start the container of " + directory, "it may have ended");
        start.program.call("chdir", start.program.string(directory.toString()));
        StartGate.socket(start.program, start.connection);
        start.program.call(
                "connect", start.connection, StartGate.address(start.program), Arg.of(StartGate.ADDRESS_BYTES));
        start.program.call("unlinkat", AT_FDCWD, start.program.string(StartGate.NAME), Arg.of(0));
        return start;
    }

    /** Hears one report, after {@link #connect}; of 0 bytes at the end. */
    public static StartProgram hear() {
        StartProgram start = new StartProgram();
        start.program.purpose("hear how the start went");
        Register length = start.program.register("length");
        Arg.Address bytes = start.program.words("length", 0);
        start.program
                .call(
                        "recvfrom",
                        start.connection,
                        start.heard,
                        Arg.of(Report.BYTES),
                        Arg.named("MSG_WAITALL", MSG_WAITALL),
                        Arg.none(),
                        Arg.none())
                .into(length)
                .allow(Errno.ECONNRESET); // the end, too
        start.program.store(length, bytes, 8);
        return start;
    }

    /** Has it go on, after {@link #connect}. */
    public static StartProgram go() {
        StartProgram start = new StartProgram();
        start.program.purpose("have the container go on");
        start.program.call("write", start.connection, start.program.string("g"), Arg.of(1));
        return start;
    }

    public Program program() {
        return program;
    }

    /** What was heard, of the memory of the agent that ran it; empty at the end. */
    public Optional<Report> report(ByteBuffer memory) {
        int at = (int) (heard.value() - Program.ARENA);
        if (memory.getLong(at + Report.BYTES) <= 0) {
            return Optional.empty();
        }
        byte[] bytes = new byte[Report.BYTES];
        memory.get(at, bytes);
        return Optional.of(Report.parse(bytes));
    }
}
