package dev.skiff.linux.container;

import dev.skiff.linux.launcher.Report;
import dev.skiff.linux.program.Arg;
import dev.skiff.linux.program.Label;
import dev.skiff.linux.program.Program;
import dev.skiff.linux.program.Register;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Where a container that was created waits to be started: at a socket of its state directory, to which whoever starts it connects.
 * How the start went is told there: a report that it is about to begin, and then the end, or another one that says what failed.
 */
final class StartGate {
    /** Its name in the state directory. */
    static final String NAME = "start";

    private static final int AF_UNIX = 1;
    private static final int SOCK_STREAM_CLOEXEC = 1 | 02000000;
    static final int ADDRESS_BYTES = 2 + 108;
    private static final int SOCK_CLOEXEC = 02000000;

    private final Program program;
    private final boolean rootless;
    private final Register listener;

    /** @param rootless whether those who join while it waits for hooks are an ordinary user's: setns(2) */
    StartGate(Program program, boolean rootless) {
        this.program = program;
        this.rootless = rootless;
        this.listener = program.register("gate");
    }

    /** struct sockaddr_un. The directory is where we are, so that its path may be of any length. */
    static Arg.Address address(Program program) {
        byte[] address = Arrays.copyOf(new byte[] {AF_UNIX, 0}, ADDRESS_BYTES);
        byte[] name = NAME.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(name, 0, address, 2, name.length);
        return program.bytes(address, "\"" + NAME + "\"");
    }

    static Register socket(Program program, Register into) {
        program.call(
                        "socket",
                        Arg.named("AF_UNIX", AF_UNIX),
                        Arg.named("SOCK_STREAM|SOCK_CLOEXEC", SOCK_STREAM_CLOEXEC),
                        Arg.of(0))
                .into(into);
        return into;
    }

    /** The creator's part. */
    void open(Path directory) {
        program.purpose("make the gate in " + directory);
        program.call("chdir", program.string(directory.toString()));
        socket(program, listener);
        program.call("bind", listener, address(program), Arg.of(ADDRESS_BYTES));
        program.call("listen", listener, Arg.of(1));
        program.call("chdir", program.string("/"));
    }

    /**
     * The container's part: says that it is created, and waits.
     *
     * @param begun where it says so
     * @param hooks whether it waits once more, for hooks
     * @return the connection of whoever starts it
     */
    Register await(Register begun, boolean hooks) {
        program.purpose("wait to be started");
        program.call("write", begun, program.words("created", Report.Kind.STARTED.number(), 0), Arg.of(Report.BYTES));
        program.call("close", begun);
        Register connection = program.register("who starts");
        program.call("accept4", listener, Arg.none(), Arg.none(), Arg.named("SOCK_CLOEXEC", SOCK_CLOEXEC))
                .into(connection);
        program.call("close", listener);
        program.child(connection);
        if (hooks) {
            if (rootless) {
                new OwnProcFile(program).dumpable(1);
            }
            Label on = program.label();
            Label gone = program.label();
            Arg.Address said = program.words(
                    "waiting at " + Stage.ENTERED,
                    Report.Kind.WAITING.number() | (long) Stage.ENTERED.number() << Integer.SIZE,
                    0);
            program.call("write", connection, said, Arg.of(Report.BYTES));
            program.call("read", connection, program.words("answer", 0), Arg.of(1))
                    .whenZero(gone);
            program.jump(on);
            program.place(gone);
            program.call("exit_group", Arg.of(1));
            program.place(on);
            if (rootless) {
                new OwnProcFile(program).dumpable(0);
            }
        }
        return connection;
    }
}
