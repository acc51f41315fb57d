package dev.skiff.linux.container;

import dev.skiff.linux.RawPath;
import dev.skiff.linux.abi.Errno;
import dev.skiff.linux.program.Arg;
import dev.skiff.linux.program.Program;
import dev.skiff.linux.program.Register;
import dev.skiff.oci.runtime.ConsoleSize;
import dev.skiff.oci.runtime.Process;

/**
 * A terminal of the container's own: pty(7). Its two ends are only ever handled by descriptor, the second got from the first
 * (TIOCGPTPEER), so nothing in /dev/pts can be put in the place of one (CVE-2025-52565); and it is never the terminal of
 * whoever runs the JVM (CVE-2017-5226).
 */
final class Console {
    private static final int O_NOCTTY = 0400;
    private static final long DEVPTS_SUPER_MAGIC = 0x1cd1;
    private static final int STATFS_BYTES = 120;
    private static final long ALL_BITS = 0xffffffffL;
    private static final int TIOCSCTTY = 0x540E;
    private static final int TIOCSWINSZ = 0x5414;
    private static final int TIOCSPTLCK = 0x40045431;
    private static final int TIOCGPTPEER = 0x5441;

    private final Program program;
    private final Process process;
    private final Register receiver;
    private final Register master;
    private final Register slave;

    /** @param receiver a socket whose other end gets the master's descriptor */
    Console(Program program, Process process, Register receiver) {
        this.program = program;
        this.process = process;
        this.receiver = receiver;
        this.master = program.register("master");
        this.slave = program.register("terminal");
    }

    /** Makes it in the container's /dev/pts, and hands its master over. */
    void open(Assembly to) {
        program.purpose("make a terminal", "the specification has to mount devpts on /dev/pts");
        to.openBelow(to.root, "dev/pts/ptmx", Flags.O_RDWR | O_NOCTTY).into(master);
        Arg.Address facts = program.reserve(STATFS_BYTES, "facts");
        program.call("fstatfs", master, facts);
        program.expect(facts, 8, ALL_BITS, DEVPTS_SUPER_MAGIC, Errno.ENOTTY.number());
        program.call("ioctl", master, Arg.named("TIOCSPTLCK", TIOCSPTLCK), program.words("unlocked", 0));
        program.call(
                        "ioctl",
                        master,
                        Arg.named("TIOCGPTPEER", TIOCGPTPEER),
                        Arg.named("O_RDWR|O_NOCTTY|O_CLOEXEC", Flags.O_RDWR | O_NOCTTY | Flags.O_CLOEXEC))
                .into(slave);
        process.consoleSize().ifPresent(this::resize);
        program.call("fchown", slave, Arg.of(process.user().uid()), Arg.named("-1", ALL_BITS));
        program.purpose("hand the terminal over");
        Arg.Address name = program.string("/dev/ptmx");
        DescriptorMessage.send(program, receiver, name, "/dev/ptmx".length(), master);
        program.call("close", receiver);
        program.call("close", master);
    }

    /** struct winsize: rows, columns, and their pixels. */
    private void resize(ConsoleSize size) {
        byte[] window = {
            (byte) size.height(),
            (byte) (size.height() >> 8),
            (byte) size.width(),
            (byte) (size.width() >> 8),
            0,
            0,
            0,
            0
        };
        program.call(
                "ioctl",
                master,
                Arg.named("TIOCSWINSZ", TIOCSWINSZ),
                program.bytes(window, "{" + size.height() + ", " + size.width() + "}"));
    }

    /** Shows it as /dev/console. */
    void mount(Assembly to) {
        program.purpose("show the terminal as /dev/console");
        Register target = program.register("/dev/console");
        Register copy = program.register("the terminal's mount");
        to.openRealFile(RawPath.of("dev/console"), target); // a link there would choose what is covered
        to.cloneTree(slave, false).into(copy);
        to.attach(copy, target);
        program.call("close", copy);
        program.call("close", target);
    }

    Register terminal() {
        return slave;
    }

    /** Once it is the standard input, and the process leads a session. */
    void control() {
        program.purpose("take the terminal as the controlling one");
        program.call("ioctl", Arg.of(0), Arg.named("TIOCSCTTY", TIOCSCTTY), Arg.of(0));
    }
}
