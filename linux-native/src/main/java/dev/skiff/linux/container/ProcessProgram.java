package dev.skiff.linux.container;

import static dev.skiff.linux.container.Flags.AT_FDCWD;

import dev.skiff.linux.abi.Errno;
import dev.skiff.linux.program.Arg;
import dev.skiff.linux.program.Program;
import dev.skiff.linux.program.Register;
import dev.skiff.linux.seccomp.SeccompFilter;
import dev.skiff.oci.runtime.Capabilities;
import dev.skiff.oci.runtime.Linux;
import dev.skiff.oci.runtime.Process;
import dev.skiff.oci.runtime.Seccomp;
import dev.skiff.oci.runtime.User;
import java.util.List;
import java.util.Optional;

/**
 * Writes what a process of a container goes through from its first breath to its command, its world being there: the first
 * one, which made that world, and those that join it later.
 */
final class ProcessProgram {
    private static final String UNMAPPED =
            "ids that are not mapped in the user namespace cannot be used; see /etc/subuid and /etc/subgid";
    private static final int SIGPIPE = 13;
    private static final int KEYCTL_JOIN_SESSION_KEYRING = 1;
    private static final int DEFAULT_UMASK = 0022;
    private static final int CLOSE_RANGE_CLOEXEC = 4;
    private static final long ALL_BITS = 0xffffffffL;

    private final Program program;
    private final Process process;
    private final Optional<Seccomp> seccomp;
    private final HostFacts host;
    private final boolean outlives;
    private final HandedDown handedDown;
    private final Optional<FilterListener> listener;
    private final int begun; // the pipe that tells how the start went, once all else is closed

    /**
     * @param kept descriptors that it gets beside the standard streams
     * @param listener who gets the descriptor of its filter
     * @param outlives whether it lives on when whoever made it ends
     */
    ProcessProgram(
            Program program,
            Process process,
            Optional<Seccomp> seccomp,
            HostFacts host,
            List<Register> kept,
            Optional<FilterListener> listener,
            boolean outlives) {
        this.outlives = outlives;
        this.listener = listener;
        this.handedDown = new HandedDown(program, kept);
        this.begun = handedDown.end() + 1;
        this.program = program;
        this.process = process;
        this.seccomp = seccomp;
        this.host = host;
    }

    /** The pipe that tells how the start went, once the streams are connected. */
    Arg begun() {
        return Arg.of(begun);
    }

    /** Leaves behind what was inherited: signals, session, terminal. */
    void settle() {
        program.purpose("begin as a process of its own");
        Rights rights = new Rights(program);
        rights.dieWithParent(true);
        Arg.Address standard = program.words("{SIG_DFL}", 0, 0, 0, 0);
        program.call("rt_sigaction", Arg.named("SIGPIPE", SIGPIPE), standard, Arg.none(), Arg.of(8));
        program.call("setsid");
        program.call("umask", Arg.of(0));
    }

    /** Leaves the keys behind that were inherited. */
    void makeKeyring() {
        // Keys of the user who runs the JVM are not the container's; and no name, for one that is known can be joined.
        // A kernel without keyrings has none to hide, and what a filter around us forbids it forbids the container.
        program.purpose("make a session keyring", "this user may have too many keys: sysctl kernel.keys.maxkeys");
        program.call("keyctl", Arg.named("KEYCTL_JOIN_SESSION_KEYRING", KEYCTL_JOIN_SESSION_KEYRING), Arg.none())
                .allow(Errno.ENOSYS, Errno.EPERM);
    }

    /** From here on its end is its own: whoever made it may go. */
    void standAlone() {
        new Rights(program).dieWithParent(false);
    }

    /** Makes sure, as far as root can tell, that there is a command to be executed. */
    void lookForCommand() {
        new Command(program).lookFor(process);
    }

    /** The standard input of a process that is given none: the container's own /dev/null. */
    Register nothing() {
        program.purpose("connect the standard streams");
        Register in = program.register("stdin");
        program.call(
                        "openat",
                        AT_FDCWD,
                        program.string("/dev/null"),
                        Arg.named("O_RDONLY|O_NOFOLLOW|O_CLOEXEC", Flags.O_NOFOLLOW | Flags.O_CLOEXEC))
                .into(in);
        return in;
    }

    /** After this, the three streams are left, what is handed down, and the pipe that tells how the start went. */
    void connectStreams(Register in, Register out, Register err, Register telling) {
        program.purpose("connect the standard streams");
        program.call("dup3", in, Arg.of(0), Arg.of(0));
        program.call("dup3", out, Arg.of(1), Arg.of(0));
        program.call("dup3", err, Arg.of(2), Arg.of(0));
        Register moved = program.register("begun");
        int end = begun + (listener.isPresent() ? 3 : 1);
        handedDown.lift(end);
        listener.ifPresent(each -> each.lift(end));
        program.call("dup3", telling, begun(), Arg.named("O_CLOEXEC", Flags.O_CLOEXEC))
                .into(moved);
        program.child(moved);
        handedDown.place();
        Arg gap = Arg.of(begun - 1); // where the socket to the JVM may be, which is none of the container's business
        program.call("close_range", gap, gap, Arg.of(0));
        listener.ifPresent(each -> each.place(begun + 1));
        program.call("close_range", Arg.of(end), Arg.named("~0", ALL_BITS), Arg.of(0));
    }

    /** Streams that were made for this process alone become its user's, so that /dev/stdout can be opened again. */
    void ownStreams(int... streams) {
        User user = process.user();
        if (user.uid() != 0) {
            program.purpose("give the standard streams to user " + user.uid(), UNMAPPED);
            for (int stream : streams) {
                program.call("fchown", Arg.of(stream), Arg.of(user.uid()), Arg.of(user.gid()));
            }
        }
    }

    /** The same ahead of entering a user namespace, in which nobody can do it. */
    void ownStreams(Linux linux, List<Register> streams) {
        User user = process.user();
        program.purpose("give the standard streams to user " + user.uid(), UNMAPPED);
        Arg uid = Arg.of(HostIds.user(linux, user.uid()));
        Arg gid = Arg.of(HostIds.group(linux, user.gid()));
        for (Register stream : streams) {
            program.call("fchown", stream, uid, gid);
        }
    }

    /**
     * Gives up all that is not granted, and becomes the command.
     *
     * @param makeDirectory whether a working directory that is missing is made
     * @return the line from which on a failure is about the command itself
     */
    int execute(boolean makeDirectory) {
        giveUp(makeDirectory);
        int command = program.size();
        new Command(program).execute(process, begun());
        return command;
    }

    /** Gives up all that is not granted. */
    void giveUp(boolean makeDirectory) {
        Rights rights = new Rights(program);
        rights.limit(process.rlimits());
        WorkingDirectory directory = new WorkingDirectory(program, process.cwd());
        directory.enter(makeDirectory);
        keepNoDescriptors();
        Capabilities capabilities = process.capabilities().orElseGet(Capabilities::none);
        if (process.noNewPrivileges()) {
            rights.refuseNewPrivileges();
        } else {
            filter(rights); // without no_new_privs it takes CAP_SYS_ADMIN, which is about to go
        }
        rights.dropBounding(capabilities, host.lastCapability());
        rights.become(process.user(), host.groupsMayBeSet());
        if (!outlives) {
            // changing ids takes the signal back (prctl(2)): the container must not outlive its supervisor
            rights.dieWithParent(true);
        }
        rights.setCapabilities(capabilities, host.capabilities());
        program.purpose("set the umask");
        program.call("umask", Arg.octal(process.user().umask().orElse(DEFAULT_UMASK)));
        directory.enterAsUser();
        if (process.noNewPrivileges()) {
            filter(rights);
        }
    }

    /**
     * What is left open is closed when the command is executed (CVE-2024-21626). From here on nothing is opened but the filter's
     * descriptor, which closes by itself; and a filter that is older than close_range(2) forbids it.
     */
    void keepNoDescriptors() {
        program.purpose("leave no descriptor behind");
        program.call(
                "close_range",
                Arg.of(handedDown.end()),
                Arg.named("~0", ALL_BITS),
                Arg.named("CLOSE_RANGE_CLOEXEC", CLOSE_RANGE_CLOEXEC));
    }

    private void filter(Rights rights) {
        seccomp.ifPresent(rules -> {
            SeccompFilter filter = SeccompFilter.compile(rules);
            if (listener.isPresent()) {
                listener.get().handOver(() -> rights.filter(filter.program(), filter.flags()));
            } else {
                rights.filter(filter.program(), filter.flags());
            }
        });
    }
}
