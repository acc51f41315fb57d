package dev.skiff.linux.container;

import dev.skiff.linux.ContainerRequest;
import dev.skiff.linux.RawPath;
import dev.skiff.linux.RootFilesystem;
import dev.skiff.linux.program.Arg;
import dev.skiff.linux.program.Program;
import dev.skiff.linux.program.Register;
import dev.skiff.oci.runtime.Linux;
import dev.skiff.oci.runtime.Mount;
import dev.skiff.oci.runtime.NamespaceType;
import dev.skiff.oci.runtime.Process;
import dev.skiff.oci.runtime.Propagation;
import dev.skiff.oci.runtime.Root;
import dev.skiff.oci.runtime.Spec;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/** Writes the container's half of a program: from its first breath to its {@code execve}. */
final class ContainerProgram {
    private final ContainerRequest request;
    private final HostFacts host;
    private final Preparation preparation;
    private final Assembly to;
    private final Program program;
    private final Spec spec;
    private final Process process;
    private final Linux linux;
    private final boolean ownUser;
    private final RootMount root;
    private final Mounts mounts;
    private final GroupMounts groupMounts;
    private final List<Mount> mounted;
    private final Optional<InheritedMounts> inherited;
    private final ProcessProgram command;
    private boolean ownKeyring = true;

    /**
     * @param kept descriptors that it gets beside the standard streams
     * @param listener who gets the descriptor of its filter
     * @param outlives whether it lives on when its supervisor ends
     */
    ContainerProgram(
            ContainerRequest request,
            HostFacts host,
            Preparation preparation,
            Program program,
            List<Register> kept,
            Optional<FilterListener> listener,
            boolean outlives) {
        this.request = request;
        this.preparation = preparation;
        this.host = host;
        this.program = program;
        this.spec = request.spec();
        this.process = spec.process()
                .orElseThrow(() -> new IllegalArgumentException("the runtime specification has no process to run"));
        this.linux = spec.linux().orElseGet(Linux::none);
        this.ownUser = linux.namespace(NamespaceType.USER).isPresent();
        this.to = new Assembly(program, host.rootless(), ownUser, linux.mountLabel());
        this.root = new RootMount(to);
        this.mounts = new Mounts(to, new CopyUp(to, linux, ownUser));
        this.groupMounts = new GroupMounts(linux, spec.mounts(), host.groups().mounts());
        this.mounted = groupMounts.all();
        this.inherited = InheritedMounts.of(program, linux);
        this.command = new ProcessProgram(program, process, linux.seccomp(), host, kept, listener, outlives);
    }

    /** It has the session keyring of whoever makes it, and not its own. */
    void keepKeyring() {
        ownKeyring = false;
    }

    /** The supervisor's part before the clone: what takes more rights on the host than the container will have. */
    void prepare(List<Register> streams) {
        Map<IdMaps, String> userNamespaces = preparation.userNamespaces();
        boolean mapped = Preparation.isRootMapped(request);
        if (mapped || (host.rootless() && (ownUser || !userNamespaces.isEmpty()))) {
            program.purpose("make a mount namespace"); // one that the rights that there are are good for
            program.call("unshare", Arg.named("CLONE_NEWNS", Flags.CLONE_NEWNS));
        }
        if (ownUser) {
            command.ownStreams(linux, streams);
            if (mapped) {
                new MappedRoot(to, root, (RootFilesystem.Overlay) request.root(), linux)
                        .prepare(Objects.requireNonNull(userNamespaces.get(IdMaps.OWN), "its user namespace"));
            } else {
                root.prepare(request.root(), linux.rootfsPropagation());
            }
        }
        mounts.prepare(mounted, ownUser, sharesWithHost(), userNamespaces);
    }

    /** As Docker and Podman have it of those whose root is shared. An ordinary user cannot have the host see a mount. */
    private boolean sharesWithHost() {
        return !host.rootless()
                && linux.rootfsPropagation()
                        .filter(root -> root == Propagation.SHARED || root == Propagation.RSHARED)
                        .isPresent();
    }

    /** The supervisor's part after it. */
    void forget() {
        if (ownUser) {
            root.forget();
        }
        mounts.forget();
    }

    /** Whether it is in a user namespace of its own. */
    boolean hasOwnUsers() {
        return ownUser;
    }

    /**
     * Writes it all, from the first line of the new process on.
     *
     * @param begun where it tells how the start went
     * @param console the terminal that it is given
     * @param end writes what comes when its world is made: at the least, how its streams are connected
     * @return the line from which on a failure is about the command itself
     */
    int write(
            Register begun,
            GroupLines groups,
            NamespaceProgram namespaces,
            Optional<Handshake> handshake,
            Optional<Console> console,
            Consumer<ProcessProgram> end) {
        program.child(begun);
        handshake.ifPresent(Handshake::begin);
        groups.join();
        boolean entered =
                ownUser || request.uplink().isPresent() || !linux.netDevices().isEmpty();
        if (entered) {
            dumpable(1); // so that an ordinary user may write its maps below /proc, and look into its network
        }
        handshake.ifPresent(shake -> shake.await(Stage.CREATED));
        namespaces.begin();
        if (entered) {
            dumpable(0);
        }
        namespaces.hideControlGroups();
        command.settle();
        if (ownKeyring) {
            command.makeKeyring();
        }
        Standing standing = new Standing(program);
        process.oomScoreAdj().ifPresent(standing::adjustOomScore);
        new Labels(program).atExec(process);
        standing.schedule(process, linux.personality());
        inherited.ifPresent(InheritedMounts::leave);
        if (!mayMountProc()) {
            setSysctls();
        }
        if (ownUser) {
            root.mountPrepared();
        } else {
            root.mount(request.root(), linux.rootfsPropagation());
        }
        mounts.add(mounted, groupMounts.withLinks(preparation.covered()));
        if (mayMountProc()) {
            setSysctls();
        }
        Register nothing = new Devices(to).add(linux.devices());
        Masks masks = new Masks(to);
        masks.makeReadOnly(linux.readonlyPaths());
        masks.mask(linux.maskedPaths(), nothing);
        new MemoryFiles(to).add(request.files(), request.directory());
        setNames();
        console.ifPresent(terminal -> {
            terminal.open(to);
            terminal.mount(to);
        });
        mounts.finish();
        await(handshake, Stage.MOUNTED);
        if (spec.root().map(Root::readonly).orElse(false)) {
            makeWorkingDirectory();
            root.makeReadOnly();
        }
        inherited.ifPresentOrElse(host -> host.enter(to), () -> root.enter(linux.rootfsPropagation()));
        await(handshake, Stage.ENTERED);
        end.accept(command);
        return command.execute(true);
    }

    /** Once the root is read-only, none can be made. */
    private void makeWorkingDirectory() {
        RawPath directory = RawPath.of(process.cwd());
        if (!directory.isRoot()) {
            program.purpose("make the working directory " + process.cwd());
            Register opened = program.register("working directory");
            to.openDirectory(directory, opened);
            program.call("close", opened);
        }
    }

    private void await(Optional<Handshake> handshake, Stage stage) {
        handshake.filter(shake -> shake.has(stage)).ifPresent(shake -> {
            letJoin(true);
            shake.await(stage);
            letJoin(false);
        });
    }

    /** Whether an ordinary user may join while nothing of the container runs yet: setns(2) wants what ptrace(2) does. */
    private void letJoin(boolean may) {
        if (host.rootless()) {
            dumpable(may ? 1 : 0);
        }
    }

    private void dumpable(int how) {
        new OwnProcFile(program).dumpable(how);
    }

    /** A user namespace may do so only for processes of its own; whoever has none uses the host's before anything is mounted. */
    private boolean mayMountProc() {
        return !to.inUserNamespace
                || linux.namespace(NamespaceType.PID)
                        .filter(processes -> processes.path().isEmpty())
                        .isPresent();
    }

    /** Through a /proc that no image can stand in: the container's own as it was made, or one that is mounted nowhere. */
    private void setSysctls() {
        if (linux.sysctl().isEmpty()) {
            mounts.proc().ifPresent(proc -> program.call("close", proc));
            return;
        }
        Register proc = mounts.proc().orElseGet(this::privateProc);
        for (Map.Entry<String, String> setting : linux.sysctl().entrySet()) {
            set(proc, setting.getKey(), setting.getValue());
        }
        program.call("close", proc);
    }

    private Register privateProc() {
        program.purpose("open a /proc for sysctls");
        Register proc = program.register("private /proc");
        if (mayMountProc()) {
            new NewFilesystem(program, "proc").mount(0, proc);
        } else {
            new OwnProcFile(program).openHosts(proc);
        }
        return proc;
    }

    private void set(Register proc, String name, String value) {
        Sysctls.check(name, linux.namespaces());
        program.purpose("set sysctl " + name + " to " + value);
        Register file = program.register(name);
        to.openBelow(proc, "sys/" + Sysctls.path(name), Flags.O_WRONLY).into(file);
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        program.call("write", file, program.bytes(bytes, "\"" + value + "\""), Arg.of(bytes.length));
        program.call("close", file);
    }

    private void setNames() {
        program.purpose("set the host name", "a name has at most 64 bytes: sethostname(2)");
        setName("sethostname", spec.hostname());
        setName("setdomainname", spec.domainname());
    }

    private void setName(String call, Optional<String> name) {
        name.ifPresent(text -> {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            program.call(call, program.bytes(bytes, "\"" + text + "\""), Arg.of(bytes.length));
        });
    }
}
