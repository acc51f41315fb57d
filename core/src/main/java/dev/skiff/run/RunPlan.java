package dev.skiff.run;

import dev.skiff.Limits;
import dev.skiff.LogLine;
import dev.skiff.Mount;
import dev.skiff.Outbound;
import dev.skiff.Port;
import dev.skiff.Ready;
import dev.skiff.UserNamespace;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * All that was said about a container to be run; what was not said is the image's to say.
 *
 * @param name for people, in messages
 * @param entrypoint given, it makes the image's own command void: its arguments were meant for another program
 * @param shell a text for the image's shell, in place of entrypoint and command
 * @param sandbox of a step of a build
 * @param listeners hear each line that the container writes, one line at a time
 * @param privileges how it is let out of its confinement
 * @param userNamespace whom its users are on the host
 * @param outbound how it is let out of its own network
 * @param hostNetwork whether it uses the host's network and not one of its own; the instructions of a build do where there is no
 *     other way out
 */
public record RunPlan(
        Optional<String> name,
        Optional<List<String>> entrypoint,
        Optional<List<String>> command,
        Optional<String> shell,
        Map<String, String> env,
        Optional<String> user,
        Optional<String> workdir,
        List<Mount> mounts,
        List<Port> ports,
        boolean readOnly,
        boolean noNewPrivileges,
        boolean hostNetwork,
        Limits limits,
        Privileges privileges,
        Outbound outbound,
        UserNamespace userNamespace,
        Optional<Ready> ready,
        Optional<Sandbox> sandbox,
        List<Consumer<? super LogLine>> listeners) {
    /** Nothing said. */
    public static final RunPlan NOTHING = new RunPlan(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Map.of(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            List.of(),
            false,
            false,
            false,
            Limits.none(),
            Privileges.NONE,
            Outbound.automatic(),
            UserNamespace.host(),
            Optional.empty(),
            Optional.empty(),
            List.of());

    public RunPlan {
        entrypoint = entrypoint.map(List::copyOf);
        command = command.map(List::copyOf);
        env = Collections.unmodifiableMap(new LinkedHashMap<>(env));
        mounts = List.copyOf(mounts);
        ports = List.copyOf(ports);
        listeners = List.copyOf(listeners);
    }

    public RunPlan withName(String newName) {
        return with(draft -> draft.name = Optional.of(newName));
    }

    public RunPlan withEntrypoint(List<String> argv) {
        return with(draft -> {
            draft.entrypoint = Optional.of(argv);
            draft.shell = Optional.empty();
        });
    }

    public RunPlan withCommand(List<String> argv) {
        return with(draft -> {
            draft.command = Optional.of(argv);
            draft.shell = Optional.empty();
        });
    }

    public RunPlan withShell(String text) {
        return with(draft -> {
            draft.shell = Optional.of(text);
            draft.entrypoint = Optional.empty();
            draft.command = Optional.empty();
        });
    }

    public RunPlan withEnv(String variable, String value) {
        return with(draft -> draft.env.put(variable, value));
    }

    public RunPlan withUser(String newUser) {
        return with(draft -> draft.user = Optional.of(newUser));
    }

    public RunPlan withWorkdir(String path) {
        return with(draft -> draft.workdir = Optional.of(path));
    }

    public RunPlan plusMount(Mount mount) {
        return with(draft -> draft.mounts.add(mount));
    }

    public RunPlan plusPort(Port port) {
        return with(draft -> draft.ports.add(port));
    }

    public RunPlan withReadOnly() {
        return with(draft -> draft.readOnly = true);
    }

    public RunPlan withNoNewPrivileges() {
        return with(draft -> draft.noNewPrivileges = true);
    }

    public RunPlan withHostNetwork() {
        return with(draft -> draft.hostNetwork = true);
    }

    public RunPlan withLimits(Limits newLimits) {
        return with(draft -> draft.limits = newLimits);
    }

    /** The same with more, or less, than the default rights. */
    public RunPlan withPrivileges(UnaryOperator<Privileges> change) {
        return with(draft -> draft.privileges = change.apply(draft.privileges));
    }

    public RunPlan withOutbound(Outbound newOutbound) {
        return with(draft -> draft.outbound = newOutbound);
    }

    public RunPlan withUserNamespace(UserNamespace newUserNamespace) {
        return with(draft -> draft.userNamespace = newUserNamespace);
    }

    public RunPlan withReady(Ready newReady) {
        return with(draft -> draft.ready = Optional.of(newReady));
    }

    public RunPlan withSandbox(Sandbox newSandbox) {
        return with(draft -> draft.sandbox = Optional.of(newSandbox));
    }

    public RunPlan plusListener(Consumer<? super LogLine> listener) {
        return with(draft -> draft.listeners.add(listener));
    }

    private RunPlan with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.plan();
    }

    /** A plan while it is being changed. */
    private static final class Draft {
        Optional<String> name;
        Optional<List<String>> entrypoint;
        Optional<List<String>> command;
        Optional<String> shell;
        final Map<String, String> env;
        Optional<String> user;
        Optional<String> workdir;
        final List<Mount> mounts;
        final List<Port> ports;
        boolean readOnly;
        boolean noNewPrivileges;
        boolean hostNetwork;
        Limits limits;
        Privileges privileges;
        Outbound outbound;
        UserNamespace userNamespace;
        Optional<Ready> ready;
        Optional<Sandbox> sandbox;
        final List<Consumer<? super LogLine>> listeners;

        Draft(RunPlan plan) {
            name = plan.name;
            entrypoint = plan.entrypoint;
            command = plan.command;
            shell = plan.shell;
            env = new LinkedHashMap<>(plan.env);
            user = plan.user;
            workdir = plan.workdir;
            mounts = new ArrayList<>(plan.mounts);
            ports = new ArrayList<>(plan.ports);
            readOnly = plan.readOnly;
            noNewPrivileges = plan.noNewPrivileges;
            hostNetwork = plan.hostNetwork;
            limits = plan.limits;
            privileges = plan.privileges;
            outbound = plan.outbound;
            userNamespace = plan.userNamespace;
            ready = plan.ready;
            sandbox = plan.sandbox;
            listeners = new ArrayList<>(plan.listeners);
        }

        RunPlan plan() {
            return new RunPlan(
                    name,
                    entrypoint,
                    command,
                    shell,
                    env,
                    user,
                    workdir,
                    mounts,
                    ports,
                    readOnly,
                    noNewPrivileges,
                    hostNetwork,
                    limits,
                    privileges,
                    outbound,
                    userNamespace,
                    ready,
                    sandbox,
                    listeners);
        }
    }
}
