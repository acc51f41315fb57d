package dev.skiff.linux.container;

import dev.skiff.linux.cgroup.ControlGroups;
import dev.skiff.linux.program.Arg;
import dev.skiff.linux.program.Label;
import dev.skiff.linux.program.Program;
import dev.skiff.linux.program.Register;
import dev.skiff.oci.runtime.Hook;
import dev.skiff.oci.runtime.Linux;
import dev.skiff.oci.runtime.NamespaceType;
import dev.skiff.oci.runtime.Process;
import dev.skiff.oci.runtime.Spec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Writes the program of a hook and of its supervisor: config.md, "POSIX-platform Hooks". It is the runtime's own: it has all
 * the rights that there are, outside of the container or in its namespaces. Only what runs when the container's root is entered
 * already (startContainer) is a program of the image, and is held to what the container itself is.
 */
public final class HookProgram implements JoiningProgram {
    private static final HostFacts NO_HOST = new HostFacts(false, true, 0, 0, ControlGroups.none());

    private final Program program = new Program(FIRST_DESCRIPTOR);
    private final Hook hook;
    private final int commandLine;

    /**
     * What a hook is held to, as the container itself is.
     *
     * @param first the number of the container's first process
     */
    private record Confinement(Process process, Linux linux, HostFacts host, long first) {
        JoinedRoot root(Program program, Register container) {
            return JoinedRoot.open(program, linux, first, container);
        }
    }

    private HookProgram(Hook hook, Optional<List<NamespaceType>> joined, Optional<Confinement> confinement) {
        this.hook = hook;
        Register in = program.register("stdin");
        Register out = program.register("stdout");
        Register err = program.register("stderr");
        program.register("life"); // held open until the supervisor ends
        joined.ifPresent(types -> join(types, confinement));
        Supervision.Pipe begun = new Supervision.Pipe(program, "start");
        program.purpose("run the hook " + hook.path());
        Label child = program.label();
        Arg.Address pidfd = program.words("pidfd", 0);
        Register pid = program.register("process");
        Register processFd = program.register("its pidfd");
        Supervision.cloneChild(program, 0, "", pidfd, Optional.empty(), child).into(pid);
        program.load(pidfd, 4).into(processFd);
        for (Register end : List.of(in, out, err, begun.write)) {
            program.call("close", end);
        }
        program.supervise(Watch.process(program, pid, processFd, begun.read));
        program.call("exit_group", Arg.of(0));
        program.place(child);
        program.child(begun.write);
        ProcessProgram process = process(confinement);
        process.settle();
        process.makeKeyring();
        process.connectStreams(in, out, err, begun.write);
        if (confinement.isPresent()) {
            process.giveUp(false);
        } else {
            process.keepNoDescriptors();
        }
        this.commandLine = program.size();
        List<String> args = hook.args().isEmpty() ? List.of(hook.path()) : hook.args();
        new Command(program).execute(hook.path(), args, hook.env(), process.begun());
    }

    private ProcessProgram process(Optional<Confinement> confinement) {
        return new ProcessProgram(
                program,
                confinement.map(Confinement::process).orElseGet(() -> Process.of(List.of(hook.path()))),
                confinement.map(Confinement::linux).flatMap(Linux::seccomp),
                confinement.map(Confinement::host).orElse(NO_HOST),
                List.of(),
                Optional.empty(),
                false);
    }

    /** One that runs where the runtime does. */
    public static HookProgram outside(Hook hook) {
        return new HookProgram(hook, Optional.empty(), Optional.empty());
    }

    /**
     * One that runs in the namespaces of the container, whose pidfd comes along: in the one of mounts too where the container inherits
     * the runtime's, for its root is still being built in another one then ({@link InheritedMounts}).
     *
     * @param fromOutside whether this is run outside of the user namespace that an ordinary user's containers are in
     */
    public static HookProgram inside(Hook hook, Linux linux, boolean fromOutside) {
        List<NamespaceType> types = new ArrayList<>(types(linux, fromOutside));
        if (!types.contains(NamespaceType.MOUNT)) {
            types.add(NamespaceType.MOUNT);
        }
        return new HookProgram(hook, Optional.of(types), Optional.empty());
    }

    /**
     * The same, where the hook's program is the image's and not the host's: it is held to what the container's own process is.
     *
     * @param container what the container is made of
     * @param first the number of its first process
     */
    public static HookProgram confined(Hook hook, Spec container, long first, HostFacts host, boolean fromOutside) {
        Linux linux = container.linux().orElseGet(Linux::none);
        Process process = container.process().orElseGet(() -> Process.of(List.of(hook.path())));
        return new HookProgram(
                hook,
                Optional.of(types(linux, fromOutside)),
                Optional.of(new Confinement(process, linux, host, first)));
    }

    private static List<NamespaceType> types(Linux linux, boolean fromOutside) {
        return fromOutside ? Namespaces.withUser(linux.namespaces()) : Namespaces.types(linux.namespaces());
    }

    private void join(List<NamespaceType> types, Optional<Confinement> confinement) {
        Register container = new Register(PIDFD, "container's pidfd");
        Optional<JoinedRoot> root = confinement.map(each -> each.root(program, container));
        program.purpose("join the namespaces of the container for the hook " + hook.path());
        Namespaces.join(program, container, types);
        root.ifPresent(JoinedRoot::enter);
        program.call("close", container);
    }

    @Override
    public Program program() {
        return program;
    }

    @Override
    public boolean isCommand(int line) {
        return line >= commandLine;
    }

    @Override
    public String command() {
        return hook.path();
    }

    @Override
    public String searchPath() {
        return "";
    }
}
