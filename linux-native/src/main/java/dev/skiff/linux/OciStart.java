package dev.skiff.linux;

import dev.skiff.linux.abi.Errno;
import dev.skiff.linux.container.ExecProgram;
import dev.skiff.linux.container.Stage;
import dev.skiff.linux.container.StartProgram;
import dev.skiff.linux.launcher.Agent;
import dev.skiff.linux.launcher.Report;
import dev.skiff.linux.libc.Descriptor;
import dev.skiff.linux.program.Program;
import dev.skiff.linux.runtime.SavedContainer;
import dev.skiff.linux.runtime.StateDirectory;
import dev.skiff.oci.runtime.Process;
import dev.skiff.oci.runtime.Spec;
import java.util.Optional;

/** A container that was created as it is started: from the gate where it waits to its program, with the hooks in between. */
final class OciStart {
    private static final long MEMORY = Program.CODE_BYTES + 64 * 1024L;

    private final LinuxHost host;
    private final String id;
    private final StateDirectory directory;
    private final SavedContainer container;
    private final Spec spec;
    private final ContainerHooks hooks;

    OciStart(LinuxHost host, HookRunner runner, String id, StateDirectory directory) {
        this.host = host;
        this.id = id;
        this.directory = directory;
        this.container = directory.container();
        this.spec = directory.spec();
        this.hooks = new ContainerHooks(runner, id, spec, container.bundle());
    }

    void run() {
        passTheGate();
        try {
            hooks.started(container.pid());
        } catch (HookException e) {
            new OciProcesses(id, container).kill();
            throw e;
        }
    }

    private void passTheGate() {
        try (Agent agent = host.root().forkAgent(MEMORY)) {
            agent.run(StartProgram.connect(directory.path()).program());
            boolean begun = false;
            for (Optional<Report> heard = hear(agent); heard.isPresent(); heard = hear(agent)) {
                Report report = heard.get();
                switch (report.kind()) {
                    case WAITING -> {
                        runHooks(Stage.of(report));
                        agent.run(StartProgram.go().program());
                    }
                    case STARTED -> begun = true;
                    case FAILED -> throw failure(report);
                    default -> throw new AssertionError("a container that is started says " + report);
                }
            }
            if (!begun) {
                throw new ContainerStateException(id, "stopped", "it ended before its program was run");
            }
        }
    }

    private static Optional<Report> hear(Agent agent) {
        StartProgram hear = StartProgram.hear();
        agent.run(hear.program());
        return hear.report(agent.memory());
    }

    /** When one fails, the container goes: nobody has said that it may go on, and nobody will. */
    private void runHooks(Stage stage) {
        try (Descriptor first = new OciProcesses(id, container).first()) {
            hooks.reach(stage, container.pid(), () -> first);
        }
    }

    private RuntimeException failure(Report report) {
        SavedContainer.SavedLine line = container.lines().stream()
                .filter(each -> each.number() == report.line())
                .findFirst()
                .orElseThrow(() -> new AssertionError("no line of a start is number " + report.line()));
        SyscallException failure = new SyscallException(
                line.call(), line.arguments(), Errno.nameOf((int) report.value()), line.purpose(), line.remedy());
        Process process = spec.process().orElseThrow();
        return line.command()
                ? new ExecException(process.args().get(0), ExecProgram.searchPath(process), failure)
                : failure;
    }
}
