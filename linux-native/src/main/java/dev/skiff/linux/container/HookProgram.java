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
import java.util.List;
import java.util.Optional;

/**
 * Writes the program of a hook and of its supervisor: config.md, "POSIX-platform Hooks". It is the runtime's own: it has all
 * the rights that there are, outside of the container or in its namespaces.
 */
public final class HookProgram implements JoiningProgram {
    private static final HostFacts NO_HOST = new HostFacts(false, true, 0, 0, ControlGroups.none());

    private final Program program = new Program(FIRST_DESCRIPTOR);
    private final Hook hook;
    private final int commandLine;

    private HookProgram(Hook hook, Optional<List<NamespaceType>> joined) {
        this.hook = hook;
        Register in = program.register("stdin");
        Register out = program.register("stdout");
        Register err = program.register("stderr");
        program.register("life"); // held open until the supervisor ends
        joined.ifPresent(this::join);
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
        ProcessProgram process = new ProcessProgram(
                program,
                Process.of(List.of(hook.path())),
                Optional.empty(),
                NO_HOST,
                List.of(),
                Optional.empty(),
                false);
        process.settle();
        process.connectStreams(in, out, err, begun.write);
        this.commandLine = program.size();
        List<String> args = hook.args().isEmpty() ? List.of(hook.path()) : hook.args();
        new Command(program).execute(hook.path(), args, hook.env(), process.begun());
    }

    /** One that runs where the runtime does. */
    public static HookProgram outside(Hook hook) {
        return new HookProgram(hook, Optional.empty());
    }

    /** One that runs in the namespaces of the container, whose pidfd comes along. */
    public static HookProgram inside(Hook hook, Linux linux) {
        return new HookProgram(hook, Optional.of(Namespaces.types(linux.namespaces())));
    }

    /** The same, by one who is outside of the user namespace that an ordinary user's containers are in. */
    public static HookProgram fromOutside(Hook hook, Linux linux) {
        return new HookProgram(hook, Optional.of(Namespaces.withUser(linux.namespaces())));
    }

    private void join(List<NamespaceType> types) {
        program.purpose("join the namespaces of the container for the hook " + hook.path());
        Register container = new Register(PIDFD, "container's pidfd");
        program.call("setns", container, Arg.named(Namespaces.text(types), Namespaces.flags(types)));
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
