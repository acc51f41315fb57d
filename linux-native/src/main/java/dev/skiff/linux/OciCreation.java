package dev.skiff.linux;

import dev.skiff.linux.cgroup.ContainerGroups;
import dev.skiff.linux.cgroup.GroupPlan;
import dev.skiff.linux.container.CreateProgram;
import dev.skiff.linux.container.Stage;
import dev.skiff.linux.container.SupervisorProgram;
import dev.skiff.linux.launcher.Report;
import dev.skiff.linux.libc.ControlSocket;
import dev.skiff.linux.libc.Descriptor;
import dev.skiff.linux.libc.Pidfd;
import dev.skiff.linux.program.LineText;
import dev.skiff.linux.runtime.ProcessStat;
import dev.skiff.linux.runtime.SavedContainer;
import dev.skiff.oci.runtime.Hooks;
import dev.skiff.oci.runtime.Linux;
import dev.skiff.oci.runtime.Spec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One container as it is created: from its program to the moment when it waits to be started. */
final class OciCreation implements AutoCloseable {
    private final LinuxHost host;
    private final HookRunner hooks;
    private final ContainerRequest request;
    private final OciState creating;
    private final ContainerPreparation preparation;
    private final GroupPlan plan;
    private final ContainerGroups groups;
    private final CreateProgram program;
    private @Nullable Descriptor first;

    /** @param creating its state as hooks are told, but for the process id */
    OciCreation(LinuxHost host, HookRunner hooks, ContainerRequest request, OciState creating) {
        this.host = host;
        this.hooks = hooks;
        this.request = request;
        this.creating = creating;
        this.preparation = new ContainerPreparation(host, request, CreateProgram.stagesOf(request));
        try {
            host.facts().groups().prepare(SupervisorProgram.resources(request, host.facts()));
            this.plan = SupervisorProgram.plan(request, host.facts());
            this.groups = ContainerGroups.toBeMade(plan);
            this.program = CreateProgram.of(request, host.facts(), plan, preparation.written());
        } catch (RuntimeException e) {
            preparation.close();
            throw e;
        }
    }

    /** Creates it. When that fails, nothing is left of it. */
    SavedContainer create(List<Descriptor> streams) {
        List<ControlSocket> pair = ControlSocket.pair();
        try (ControlSocket ours = pair.get(0)) {
            try (ControlSocket theirs = pair.get(1)) {
                host.root().fork(theirs.descriptor());
            }
            host.send(program.program(), plan, streams, ours);
            return save(hear(ours));
        }
    }

    /** Its process id, once it waits to be started. */
    private long hear(ControlSocket socket) {
        try {
            while (true) {
                Report report = receive(socket);
                switch (report.kind()) {
                    case BORN -> first = new Descriptor((int) report.value());
                    case WAITING -> {
                        reach(Stage.of(report), report.value());
                        socket.send(new byte[] {1}, List.of());
                    }
                    case STARTED -> {
                        return report.value();
                    }
                    case FAILED -> throw failure(report);
                    case DONE, EXITED, LOGGED -> throw new AssertionError("who creates a container says " + report);
                }
            }
        } catch (RuntimeException | Error e) {
            undo();
            throw e;
        }
    }

    private Report receive(ControlSocket socket) {
        return Report.receive(socket)
                .orElseThrow(() -> new SyscallException(
                        "clone3",
                        "",
                        "SIGKILL",
                        "container " + request.id() + " was killed before it was created",
                        ""));
    }

    private RuntimeException failure(Report report) {
        SyscallException failure = program.program().failure(report.line(), (int) report.value());
        List<String> args = request.spec().process().orElseThrow().args();
        return program.isCommand(report.line())
                ? new ExecException(args.get(0), program.searchPath(), failure)
                : failure;
    }

    private void reach(Stage stage, long pid) {
        preparation.reach(stage, pid);
        Hooks all = request.spec().hooks().orElseGet(Hooks::none);
        OciState state = new OciState(
                creating.ociVersion(),
                creating.id(),
                creating.status(),
                pid,
                creating.bundle(),
                creating.annotations());
        if (stage == Stage.CREATED) {
            hooks.run("prestart", all.prestart(), state);
            hooks.run("createRuntime", all.createRuntime(), state);
        } else if (stage == Stage.MOUNTED) {
            Linux linux = request.spec().linux().orElseGet(Linux::none);
            hooks.runInside("createContainer", all.createContainer(), state, linux, container());
        }
    }

    private Descriptor container() {
        if (first == null) {
            throw new AssertionError("a container waits that was not born");
        }
        return first;
    }

    private SavedContainer save(long pid) {
        List<SavedContainer.SavedLine> lines = new ArrayList<>();
        for (int line = program.gateLine(); line < program.program().size(); line++) {
            LineText text = program.program().text(line);
            lines.add(new SavedContainer.SavedLine(
                    line, text.call(), text.arguments(), text.purpose(), text.remedy(), program.isCommand(line)));
        }
        return new SavedContainer(
                creating.bundle(), pid, ProcessStat.of(pid).startTime(), SavedContainer.groupsOf(plan), lines);
    }

    /** As if it had never been tried; hooks are told that it is over (runtime.md, "Lifecycle", 5 to 7 and 14). */
    void undo() {
        Optional.ofNullable(first).ifPresent(Pidfd::kill);
        groups.destroy();
        Spec spec = request.spec();
        spec.hooks().ifPresent(all -> hooks.tryAll("poststop", all.poststop(), OciRuntime.stopped(creating)));
    }

    @Override
    public void close() {
        preparation.close();
        if (first != null) {
            first.close();
        }
    }
}
