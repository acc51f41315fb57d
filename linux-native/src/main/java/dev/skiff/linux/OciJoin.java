package dev.skiff.linux;

import dev.skiff.linux.cgroup.ContainerGroups;
import dev.skiff.linux.cgroup.Membership;
import dev.skiff.linux.container.ExecProgram;
import dev.skiff.linux.container.JoiningProgram;
import dev.skiff.linux.launcher.Handover;
import dev.skiff.linux.launcher.Report;
import dev.skiff.linux.libc.ControlSocket;
import dev.skiff.linux.libc.Descriptor;
import dev.skiff.linux.libc.Pidfd;
import dev.skiff.linux.runtime.SavedContainer;
import dev.skiff.linux.runtime.StateDirectory;
import dev.skiff.oci.runtime.Process;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Has processes join one container that runs. */
final class OciJoin {
    private final LinuxHost host;
    private final Joiner joiner;
    private final OciContainers containers;
    private final String id;

    OciJoin(LinuxHost host, Joiner joiner, OciContainers containers, String id) {
        this.host = host;
        this.joiner = joiner;
        this.containers = containers;
        this.id = id;
    }

    ContainerExit run(Process process, OciStreams streams, ExecOptions options, Consumer<OciExec> started) {
        return join(process, streams, options, ExecProgram.Kind.INHERITED, (socket, program) -> {
            started.accept(new OciExec(socket, awaitStart(socket, program)));
            Report ended = receive(socket).orElseThrow(() -> failed(id));
            return ContainerExit.of(ended.line(), ended.value());
        });
    }

    long start(Process process, OciStreams streams, ExecOptions options) {
        return join(process, streams, options, ExecProgram.Kind.DETACHED, OciJoin::awaitStart);
    }

    private interface Joined<T> {
        T apply(ControlSocket socket, JoiningProgram program);
    }

    private <T> T join(
            Process process, OciStreams streams, ExecOptions options, ExecProgram.Kind kind, Joined<T> then) {
        streams.check(process);
        StateDirectory directory = containers.find(id);
        expectJoinable(options);
        SavedContainer container = directory.container();
        List<Membership.Place> groups = groups(container, options);
        Path root = OciBundle.rootOf(Path.of(container.bundle()), directory.spec());
        ExecProgram program = ExecProgram.of(
                directory.spec(),
                container.pid(),
                HomeDirectory.of(process, host, root),
                groups,
                host.facts(),
                kind,
                joiner.fromOutside(),
                streams.descriptors().size(),
                container.ownKeyring());
        Optional<SeccompListener> listener = SeccompListener.connect(directory.spec());
        try (Descriptor first = new OciProcesses(id, container).first()) {
            List<ControlSocket> pair = ControlSocket.pair();
            try (ControlSocket ours = pair.get(0)) {
                try (ControlSocket theirs = pair.get(1)) {
                    joiner.agent().fork(ours, theirs).close();
                }
                streams.with(descriptors -> {
                    List<Descriptor> all = new ArrayList<>(List.of(first));
                    all.addAll(descriptors);
                    all.addAll(SeccompListener.descriptorsOf(listener));
                    Handover.send(ours, program.program(), JoiningProgram.PIDFD, all);
                    return all;
                });
                listener.ifPresent(each -> introduce(each, ours, containers.state(id), program));
                return then.apply(ours, program);
            }
        } finally {
            listener.ifPresent(SeccompListener::close);
        }
    }

    /**
     * One that was created has all of its world; its program alone does not run yet. To an ordinary user the process that waits there is not
     * open, and must not be: what joins could take hold of it, which has not given up its rights yet (CVE-2016-9962).
     */
    private void expectJoinable(ExecOptions options) {
        String status = containers.state(id).status();
        if (status.equals("stopped")) {
            throw new ContainerStateException(id, status, "its first process has ended, and nothing can join it");
        }
        if (status.equals("created") && joiner.fromOutside()) {
            throw new ContainerStateException(id, status, "start it first: before that only root can have it joined");
        }
        if (status.equals("paused") && !options.whenPaused()) {
            throw new ContainerStateException(id, status, "what joins it would not run until it goes on");
        }
    }

    private List<Membership.Place> groups(SavedContainer container, ExecOptions options) {
        ContainerGroups own = new ContainerGroups(container.plan());
        List<Membership.Place> groups = new ArrayList<>(Membership.of(container.pid())
                .beyond(Membership.of(joiner.agent().pid())));
        options.groups().forEach((controller, path) -> own.below(controller, path, groups));
        groups.addAll(own.elsewhere());
        return groups;
    }

    /** Tells the process, which waits for that before it has its filter, who it is. */
    private static void introduce(
            SeccompListener listener, ControlSocket socket, OciState container, JoiningProgram program) {
        Report report = Report.receive(socket).orElseThrow(() -> failed(program.command()));
        if (report.kind() == Report.Kind.FAILED) {
            throw failure(program, report);
        }
        try (Descriptor process = report.neededDescriptor()) {
            Pidfd.pid(process).ifPresent(pid -> listener.tell(container, pid));
        }
    }

    /** The process id, once the command has been executed. */
    private static long awaitStart(ControlSocket socket, JoiningProgram program) {
        Report report = receive(socket).orElseThrow(() -> failed(program.command()));
        if (report.kind() == Report.Kind.FAILED) {
            throw failure(program, report);
        }
        return report.value();
    }

    private static RuntimeException failure(JoiningProgram program, Report report) {
        SyscallException failure = program.program().failure(report.line(), (int) report.value());
        return program.isCommand(report.line())
                ? new ExecException(program.command(), program.searchPath(), failure)
                : failure;
    }

    private static Optional<Report> receive(ControlSocket socket) {
        return socket.receive(Report.BYTES).map(Report::parse);
    }

    private static SyscallException failed(String what) {
        return new SyscallException(
                "clone3",
                "",
                "SIGKILL",
                what + ": the process ended before it had started",
                "the container may have ended");
    }
}
