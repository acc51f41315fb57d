package dev.skiff.samples.runtime;

import dev.skiff.linux.ContainerExit;
import dev.skiff.linux.ExecOptions;
import dev.skiff.linux.OciExec;
import dev.skiff.linux.OciRuntime;
import dev.skiff.linux.OciStreams;
import dev.skiff.oci.Json;
import dev.skiff.oci.runtime.Capabilities;
import dev.skiff.oci.runtime.Capability;
import dev.skiff.oci.runtime.Process;
import dev.skiff.oci.runtime.User;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs a process in a container. */
@Command(name = "exec", description = "Runs a process in a container.")
final class Exec extends ContainerCommand {
    static final int FAILED = 255;

    @Option(
            names = {"-p", "--process"},
            description = "a file with the process as JSON, instead of a command")
    private Optional<Path> processFile = Optional.empty();

    @Option(
            names = {"-t", "--tty"},
            description = "give it a terminal")
    private boolean tty;

    @Option(
            names = {"-u", "--user"},
            description = "UID or UID:GID")
    private Optional<String> user = Optional.empty();

    @Option(
            names = {"-g", "--additional-gids"},
            description = "more groups of the user")
    private List<Integer> groups = new ArrayList<>();

    @Option(names = "--cwd", description = "its working directory")
    private Optional<String> cwd = Optional.empty();

    @Option(
            names = {"-e", "--env"},
            description = "NAME=value, beside what the container has")
    private List<String> env = new ArrayList<>();

    @Option(
            names = {"-c", "--cap"},
            description = "a capability, beside those of the container")
    private List<String> capabilities = new ArrayList<>();

    @Option(names = "--apparmor", description = "a profile of AppArmor")
    private Optional<String> apparmor = Optional.empty();

    @Option(names = "--process-label", description = "a label of SELinux")
    private Optional<String> label = Optional.empty();

    @Option(names = "--no-new-privs", description = "no program may raise its privileges")
    private boolean noNewPrivileges;

    @Option(names = "--ignore-paused", description = "join a paused container, too; it begins when that goes on")
    private boolean ignorePaused;

    @Option(
            names = {"-d", "--detach"},
            description = "do not wait for its end")
    private boolean detach;

    @Option(names = "--pid-file", description = "a file for its process id")
    private Optional<Path> pidFile = Optional.empty();

    @Option(names = "--console-socket", description = "where the master of its terminal is sent to")
    private Optional<Path> consoleSocket = Optional.empty();

    @Option(
            names = "--cgroup",
            description =
                    "a control group below the container's to be in, as PATH or CONTROLLER,...:PATH; it has to be there")
    private List<String> groupsBelow = new ArrayList<>();

    @Option(names = "--preserve-fds", description = "how many descriptors it has beside the standard streams")
    private int preserveFds;

    @Parameters(index = "1..*", paramLabel = "COMMAND", description = "what to run, and its arguments")
    private List<String> command = new ArrayList<>();

    @Override
    int run(OciRuntime open) throws IOException {
        Process process = processFile.isPresent() ? read(processFile.get()) : process(open);
        Optional<Foreground> foreground = Foreground.of(process.terminal(), detach, consoleSocket);
        OciStreams streams =
                Foreground.streams(foreground, consoleSocket).withDescriptors(HandedDown.descriptors(preserveFds));
        if (foreground.isPresent()) {
            return carried(open, process, streams, foreground.get());
        }
        if (!detach) {
            return Run.status(open.exec(id, process, streams, options(), this::begun));
        }
        tell(open.execDetached(id, process, streams, options()));
        return 0;
    }

    private int carried(OciRuntime open, Process process, OciStreams streams, Foreground foreground) {
        try (foreground) {
            ContainerExit exit = open.exec(id, foreground.sized(process), streams, options(), begun -> {
                begun(begun);
                foreground.resize();
                foreground.carry();
            });
            foreground.finish();
            return Run.status(exit);
        }
    }

    private ExecOptions options() {
        ExecOptions options = SubGroups.of(groupsBelow);
        return ignorePaused ? options.alsoWhenPaused() : options;
    }

    private void begun(OciExec begun) {
        tell(begun.pid());
        Signals.handOn(begun::signal);
    }

    private void tell(long pid) {
        try {
            if (pidFile.isPresent()) {
                PidFile.write(pidFile.get(), pid);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("write the process id to " + pidFile.orElseThrow(), e);
        }
    }

    private static Process read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return Json.read(in, Process.class);
        }
    }

    /** The container's own, but for what the options say. */
    private Process process(OciRuntime open) {
        Process process =
                open.spec(id).process().orElseThrow().withArgs(command).withTerminal(tty);
        List<String> environment = new ArrayList<>(process.env());
        environment.addAll(env);
        process = process.withEnv(environment);
        if (user.isPresent() || !groups.isEmpty()) {
            process = process.withUser(user(process.user()));
        }
        if (cwd.isPresent()) {
            process = process.withCwd(cwd.get());
        }
        if (apparmor.isPresent()) {
            process = process.withApparmorProfile(apparmor.get());
        }
        if (label.isPresent()) {
            process = process.withSelinuxLabel(label.get());
        }
        if (!capabilities.isEmpty()) {
            Capabilities own = process.capabilities().orElseGet(Capabilities::none);
            process = process.withCapabilities(own.withBounding(plus(own.bounding()))
                    .withEffective(plus(own.effective()))
                    .withPermitted(plus(own.permitted())));
        }
        return noNewPrivileges ? process.withNoNewPrivileges(true) : process;
    }

    /** Those that are not known are left out, as in a configuration: none that is not known can be granted. */
    private Set<Capability> plus(Set<Capability> own) {
        Set<Capability> all = EnumSet.noneOf(Capability.class);
        all.addAll(own);
        Stream.of(Capability.values())
                .filter(known -> capabilities.stream().anyMatch(known.name()::equalsIgnoreCase))
                .forEach(all::add);
        return all;
    }

    private User user(User own) {
        List<String> ids = user.map(text -> List.of(text.split(":", 2))).orElseGet(List::of);
        int uid = ids.isEmpty() ? own.uid() : Integer.parseInt(ids.get(0));
        int gid = ids.size() < 2 ? own.gid() : Integer.parseInt(ids.get(1));
        List<Integer> all = new ArrayList<>(own.additionalGids());
        all.addAll(groups);
        return new User(uid, gid, own.umask(), all, own.username(), own.extra());
    }
}
