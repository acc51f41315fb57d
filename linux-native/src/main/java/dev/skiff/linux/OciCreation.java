package dev.skiff.linux;

import dev.skiff.linux.cgroup.ContainerGroups;
import dev.skiff.linux.cgroup.GroupPlan;
import dev.skiff.linux.container.CreateProgram;
import dev.skiff.linux.container.Stage;
import dev.skiff.linux.container.SupervisorProgram;
import dev.skiff.linux.launcher.HeldProcess;
import dev.skiff.linux.launcher.Patience;
import dev.skiff.linux.launcher.Report;
import dev.skiff.linux.libc.ControlSocket;
import dev.skiff.linux.libc.Descriptor;
import dev.skiff.linux.libc.Pidfd;
import dev.skiff.linux.proc.ProcessStat;
import dev.skiff.linux.program.LineText;
import dev.skiff.linux.runtime.SavedContainer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One container as it is created: from its program to the moment when it waits to be started. */
final class OciCreation implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(OciCreation.class.getName());

    private static final byte[] GO = {1};

    private final LinuxHost host;
    private final ContainerRequest request;
    private final String bundle;
    private final CreateOptions options;
    private final ContainerPreparation preparation;
    private final GroupPlan plan;
    private ContainerGroups groups; // that are to go if it cannot be created
    private final CreateProgram program;
    private @Nullable Descriptor first;

    /** @param more how many descriptors it gets beside the standard streams */
    OciCreation(LinuxHost host, ContainerRequest asked, String bundle, int more, CreateOptions options) {
        this.options = options;
        this.host = host;
        this.request = asked.withSpec(JoinedUsers.withMaps(asked.spec(), host.mapper()));
        this.bundle = bundle;
        this.preparation = new ContainerPreparation(host, request, CreateProgram.stagesOf(request), bundle);
        try {
            host.facts().groups().prepare(SupervisorProgram.resources(request, host.facts()));
            this.plan = CreateProgram.plan(request, host.facts());
            this.groups = ContainerGroups.toBeMade(plan);
            this.program =
                    CreateProgram.of(request, host.facts(), plan, preparation.written(), more, options.ownKeyring());
        } catch (RuntimeException e) {
            preparation.close();
            throw e;
        }
    }

    CreateProgram program() {
        return program;
    }

    /**
     * Creates it. When that fails, nothing is left of it; nor is when this JVM ends before it is kept.
     *
     * @param keep keeps it for whoever is to start it
     */
    void create(List<Descriptor> streams, Consumer<SavedContainer> keep) {
        List<ControlSocket> pair = ControlSocket.pair();
        try (ControlSocket ours = pair.get(0)) {
            try (ControlSocket theirs = pair.get(1);
                    HeldProcess creator = host.root().fork(ours, theirs)) {
                List<Descriptor> all = new ArrayList<>(streams);
                all.addAll(preparation.descriptors());
                host.send(program.program(), plan, all, ours);
                try {
                    keep.accept(save(hear(ours, new Patience(creator, "create container " + request.id()))));
                } catch (RuntimeException | Error e) {
                    ours.finish(); // then it ends what it has made, and with that is through before anybody else begins
                    creator.awaitEnd();
                    undo();
                    throw e;
                }
                letGo(ours);
                creator.awaitEnd(); // until then it is the container's parent, and not whoever adopts that
            }
        }
    }

    /** The container is kept: who has created it may end. If that has ended already, nothing is missing. */
    private static void letGo(ControlSocket creator) {
        try {
            creator.send(GO, List.of());
        } catch (SyscallException e) {
            LOG.log(System.Logger.Level.DEBUG, "who created a container has ended before", e);
        }
    }

    /** Its process id, once it waits to be started. */
    private long hear(ControlSocket socket, Patience patience) {
        while (true) {
            Report report = receive(socket, patience);
            switch (report.kind()) {
                case BORN -> {
                    first = report.neededDescriptor();
                    preparation.born(first);
                }
                case WAITING -> {
                    preparation.reach(Stage.of(report), report.value(), this::container);
                    socket.send(GO, List.of());
                }
                case STARTED -> {
                    return report.value();
                }
                case FAILED -> {
                    groups = new ContainerGroups(program.groupsMadeBefore(report.line()));
                    throw failure(report);
                }
                case DONE, EXITED, LOGGED, FORKED -> throw new AssertionError("who creates a container says " + report);
            }
        }
    }

    private Report receive(ControlSocket socket, Patience patience) {
        return Report.receive(socket, patience)
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
                bundle,
                pid,
                ProcessStat.of(pid).startTime(),
                SavedContainer.groupsOf(plan),
                SavedContainer.classOf(plan),
                options.ownKeyring(),
                lines);
    }

    /** As if it had never been tried; hooks are told that it is over (runtime.md, "Lifecycle", 5 to 7 and 14). */
    private void undo() {
        Optional.ofNullable(first).ifPresent(Pidfd::kill);
        groups.destroy()
                .ifPresent(remains -> LOG.log(
                        System.Logger.Level.WARNING, "container {0} was not created, but {1}", request.id(), remains));
        preparation.hooks().stopped();
    }

    @Override
    public void close() {
        preparation.close();
        if (first != null) {
            first.close();
        }
    }
}
