package dev.skiff.linux.container;

import static dev.skiff.linux.container.Flags.AT_FDCWD;

import dev.skiff.linux.ContainerRequest;
import dev.skiff.linux.abi.Errno;
import dev.skiff.linux.program.Arg;
import dev.skiff.linux.program.Label;
import dev.skiff.linux.program.Program;
import dev.skiff.linux.program.Register;
import dev.skiff.linux.seccomp.SeccompFilter;
import dev.skiff.oci.runtime.Capabilities;
import dev.skiff.oci.runtime.Linux;
import dev.skiff.oci.runtime.Process;
import dev.skiff.oci.runtime.Root;
import dev.skiff.oci.runtime.Spec;
import dev.skiff.oci.runtime.User;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** Writes the container's half of a program: from its first breath to its {@code execve}. */
final class ContainerProgram {
    private static final int CONTROL = 3; // the supervisor's socket, which is none of the container's business
    private static final int BEGUN = 4; // the pipe that tells how the start went, once all else is closed
    private static final int SIGPIPE = 13;
    private static final int KEYCTL_JOIN_SESSION_KEYRING = 1;
    private static final int DEFAULT_UMASK = 0022;
    private static final int PATH_BYTES = 4096;

    private final ContainerRequest request;
    private final HostFacts host;
    private final Assembly to;
    private final Program program;
    private final Spec spec;
    private final Process process;
    private final Linux linux;

    ContainerProgram(ContainerRequest request, HostFacts host, Program program) {
        this.request = request;
        this.host = host;
        this.program = program;
        this.to = new Assembly(program, host.rootless());
        this.spec = request.spec();
        this.process = spec.process()
                .orElseThrow(() -> new IllegalArgumentException("the runtime specification has no process to run"));
        this.linux = spec.linux().orElseGet(Linux::none);
    }

    /**
     * Writes it all, from the first line of the new process on.
     *
     * @param out and the other ends are the supervisor's; they are closed on the way
     * @return the line from which on a failure is about the command itself
     */
    int write(Register out, Register err, Register begun, Optional<ProcessLimit> limit) {
        program.child(begun);
        limit.ifPresent(ProcessLimit::join);
        ProcessLimit.hideTheRest(program, linux);
        settle();
        RootMount root = new RootMount(to);
        root.mount(request.root(), spec.root().map(Root::readonly).orElse(false));
        new Mounts(to).add(spec.mounts());
        setSysctls();
        Register nothing = new Devices(to).add(linux.devices());
        Masks masks = new Masks(to);
        masks.makeReadOnly(linux.readonlyPaths());
        masks.mask(linux.maskedPaths(), nothing);
        setNames();
        root.enter();
        connectStreams(out, err, begun);
        giveUpRights();
        int command = program.size();
        new Command(program).execute(process, Arg.of(BEGUN));
        return command;
    }

    private void settle() {
        program.purpose("begin as a process of its own");
        Rights rights = new Rights(program);
        rights.dieWithParent();
        Arg.Address standard = program.words("{SIG_DFL}", 0, 0, 0, 0);
        program.call("rt_sigaction", Arg.named("SIGPIPE", SIGPIPE), standard, Arg.none(), Arg.of(8));
        program.call("setsid");
        program.call("umask", Arg.of(0));
        // Keys of the user who runs the JVM are not the container's; and no name, for one that is known can be joined.
        // A kernel without keyrings has none to hide, and what a filter around us forbids it forbids the container.
        program.purpose("make a session keyring", "this user may have too many keys: sysctl kernel.keys.maxkeys");
        program.call("keyctl", Arg.named("KEYCTL_JOIN_SESSION_KEYRING", KEYCTL_JOIN_SESSION_KEYRING), Arg.none())
                .allow(Errno.ENOSYS, Errno.EPERM);
    }

    /** Through a /proc of the container's own that is mounted nowhere else, so that no image can stand in between. */
    private void setSysctls() {
        if (linux.sysctl().isEmpty()) {
            return;
        }
        program.purpose("set sysctls");
        Register proc = program.register("private /proc");
        new NewFilesystem(program, "proc").mount(0, proc);
        for (Map.Entry<String, String> setting : linux.sysctl().entrySet()) {
            Sysctls.check(setting.getKey(), linux.namespaces());
            program.purpose("set sysctl " + setting.getKey() + " to " + setting.getValue());
            Register file = program.register(setting.getKey());
            to.openBelow(proc, "sys/" + Sysctls.path(setting.getKey()), Flags.O_WRONLY)
                    .into(file);
            byte[] value = setting.getValue().getBytes(StandardCharsets.UTF_8);
            program.call("write", file, program.bytes(value, "\"" + setting.getValue() + "\""), Arg.of(value.length));
            program.call("close", file);
        }
        program.call("close", proc);
    }

    private void setNames() {
        program.purpose("set the host name");
        setName("sethostname", spec.hostname());
        setName("setdomainname", spec.domainname());
    }

    private void setName(String call, Optional<String> name) {
        name.ifPresent(text -> {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            program.call(call, program.bytes(bytes, "\"" + text + "\""), Arg.of(bytes.length));
        });
    }

    /** After this, four descriptors are left: the three streams and the pipe that tells how the start went. */
    private void connectStreams(Register out, Register err, Register begun) {
        program.purpose("connect the standard streams");
        Register in = program.register("stdin");
        program.call(
                        "openat",
                        AT_FDCWD,
                        program.string("/dev/null"),
                        Arg.named("O_RDONLY|O_NOFOLLOW|O_CLOEXEC", Flags.O_NOFOLLOW | Flags.O_CLOEXEC))
                .into(in);
        program.call("dup3", in, Arg.of(0), Arg.of(0));
        program.call("dup3", out, Arg.of(1), Arg.of(0));
        program.call("dup3", err, Arg.of(2), Arg.of(0));
        Register moved = program.register("begun");
        program.call("dup3", begun, Arg.of(BEGUN), Arg.named("O_CLOEXEC", Flags.O_CLOEXEC))
                .into(moved);
        program.child(moved);
        program.call("close", Arg.of(CONTROL));
        program.call("close_range", Arg.of(BEGUN + 1), Arg.named("~0", 0xffffffffL), Arg.of(0));
        User user = process.user();
        if (user.uid() != 0) {
            // so that /dev/stdout can be opened again
            program.call("fchown", Arg.of(1), Arg.of(user.uid()), Arg.of(user.gid()));
            program.call("fchown", Arg.of(2), Arg.of(user.uid()), Arg.of(user.gid()));
        }
    }

    private void giveUpRights() {
        Rights rights = new Rights(program);
        rights.limit(process.rlimits());
        enterWorkingDirectory();
        Capabilities capabilities = process.capabilities().orElseGet(Capabilities::none);
        if (process.noNewPrivileges()) {
            rights.refuseNewPrivileges();
        } else {
            filter(rights); // without no_new_privs it takes CAP_SYS_ADMIN, which is about to go
        }
        rights.dropBounding(capabilities, host.lastCapability());
        rights.become(process.user(), host.groupsMayBeSet());
        rights.setCapabilities(capabilities);
        program.purpose("set the umask");
        program.call("umask", Arg.octal(process.user().umask().orElse(DEFAULT_UMASK)));
        checkWorkingDirectory();
        if (process.noNewPrivileges()) {
            filter(rights);
        }
    }

    private void filter(Rights rights) {
        linux.seccomp().ifPresent(seccomp -> {
            SeccompFilter filter = SeccompFilter.compile(seccomp);
            rights.filter(filter.program(), filter.flags());
        });
    }

    /** Made when it is not there, part by part, now that the root is the container's own. */
    private void enterWorkingDirectory() {
        String cwd = process.cwd();
        program.purpose("enter the working directory " + cwd);
        Label there = program.label();
        Label missing = program.label();
        program.call("chdir", program.string(cwd)).allow(Errno.ENOENT).orElse(missing);
        program.jump(there);
        program.place(missing);
        for (int slash = cwd.indexOf('/', 1); slash > 0; slash = cwd.indexOf('/', slash + 1)) {
            makeDirectory(cwd.substring(0, slash));
        }
        makeDirectory(cwd);
        program.call("chdir", program.string(cwd));
        program.place(there);
    }

    private void makeDirectory(String path) {
        program.call("mkdirat", AT_FDCWD, program.string(path), Arg.octal(0755)).allow(Errno.EEXIST);
    }

    /** A directory that is not below the root has no path that begins with a slash: getcwd(2), CVE-2024-21626. */
    private void checkWorkingDirectory() {
        program.purpose("see that the working directory " + process.cwd() + " is inside the container");
        Arg.Address path = program.reserve(PATH_BYTES, "path");
        program.call("getcwd", path, Arg.of(PATH_BYTES));
        program.expect(path, 1, 0xff, '/', Errno.EXDEV.number());
    }
}
