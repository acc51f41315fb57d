package dev.skiff.linux;

import dev.skiff.linux.cgroup.ContainerGroups;
import dev.skiff.linux.cgroup.ControlGroups;
import dev.skiff.linux.cgroup.Delegation;
import dev.skiff.linux.cgroup.GroupPlan;
import dev.skiff.linux.container.HostFacts;
import dev.skiff.linux.container.Preparation;
import dev.skiff.linux.container.SupervisorProgram;
import dev.skiff.linux.container.ViewProgram;
import dev.skiff.linux.launcher.Handover;
import dev.skiff.linux.launcher.HeldProcess;
import dev.skiff.linux.launcher.Orphans;
import dev.skiff.linux.launcher.RootAgent;
import dev.skiff.linux.libc.ControlSocket;
import dev.skiff.linux.libc.Descriptor;
import dev.skiff.linux.libc.Identity;
import dev.skiff.linux.libc.Listener;
import dev.skiff.linux.program.Program;
import dev.skiff.linux.tree.AgentTree;
import dev.skiff.linux.user.IdMap;
import dev.skiff.linux.user.IdMapper;
import dev.skiff.linux.user.UserNamespace;
import dev.skiff.oci.runtime.Capability;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The kernel as this JVM may use it: with root's own rights, or with those of the root of a user namespace that an
 * ordinary user makes. All that Skiff does to the kernel goes through one of these. Thread-safe; closing it ends the
 * processes that it started.
 */
public final class LinuxHost implements AutoCloseable {
    private final RootAgent root;
    private final Optional<UserNamespace> namespace;
    private final HostFacts facts;
    private final ContainerDefaults defaults;
    private final IdMapper mapper;
    private final DeviceFilters deviceFilters;

    private LinuxHost(RootAgent root, Optional<UserNamespace> namespace, DeviceFilters deviceFilters) {
        this.root = root;
        this.deviceFilters = deviceFilters;
        this.namespace = namespace;
        this.mapper = new IdMapper(root);
        boolean manyIds = manyIds();
        this.facts = new HostFacts(
                namespace.isPresent(),
                manyIds,
                HostFiles.lastCapability(),
                namespace.isPresent() ? -1L : HostFiles.permittedCapabilities(),
                ControlGroups.find(
                        namespace.isEmpty(),
                        namespace.isEmpty() && deviceFilters.usable(),
                        Delegation.find(Identity.user(), root.pid())));
        this.defaults = new ContainerDefaults(namespace.isPresent(), manyIds, facts.groups());
    }

    /**
     * Starts the launcher, unless as the host's root in a user namespace.
     *
     * @throws SyscallException naming what the kernel refused
     */
    public static LinuxHost open() {
        RootAgent root = RootAgent.spawn();
        DeviceFilters deviceFilters = new DeviceFilters();
        try {
            Optional<UserNamespace> namespace = isRoot() ? surrounding() : Optional.of(UserNamespace.enter(root));
            root.ready(namespace.isEmpty());
            LinuxHost host = new LinuxHost(root, namespace, deviceFilters);
            host.facts.groups().sweep();
            return host;
        } catch (RuntimeException | Error e) {
            root.close();
            deviceFilters.close();
            throw e;
        }
    }

    /** Root of a container is not root: it may lack what root is needed for. */
    private static boolean isRoot() {
        return Identity.user() == 0 && HostFiles.ownCapabilities().contains(Capability.CAP_SYS_ADMIN);
    }

    /** The user namespace that this JVM is root of already, if it is none of the host's own. */
    private static Optional<UserNamespace> surrounding() {
        return IdMap.ofThisProcess().isEverybody() ? Optional.empty() : Optional.of(UserNamespace.ofThisProcess());
    }

    /** Why there is a single id though more are lent to this user, where that is so. */
    public Optional<String> idsProblem() {
        return namespace.flatMap(UserNamespace::problem);
    }

    /** Whether all is done in a user namespace: as an ordinary user, or as root of one that this JVM was started in. */
    public boolean rootless() {
        return namespace.isPresent();
    }

    /** Whether that user namespace is one that this JVM has made, and not one that it was started in as root. */
    boolean hasOwnUsers() {
        return rootless() && !isRoot();
    }

    /** Whether files and processes can belong to more than one user here; an ordinary user needs ranges in /etc/subuid for that. */
    public boolean manyIds() {
        return namespace.map(user -> !user.single()).orElse(true);
    }

    /** What overlayfs's own extended attributes begin with here; a user namespace may not set the {@code trusted} ones. */
    public String overlayXattrPrefix() {
        return rootless() ? "user.overlay." : "trusted.overlay.";
    }

    /** What a container gets when nothing else is asked for. */
    public ContainerDefaults defaults() {
        return defaults;
    }

    /**
     * Has a container started, and does not wait for it: {@link LinuxContainer#started} tells. One without a mount namespace is held in by
     * a chroot only: {@link OciRuntime#create} says what that means.
     *
     * @throws AddressInUseException if a port to publish is taken; nothing has been started then
     * @throws IllegalArgumentException if the specification asks for what we cannot do
     * @throws MissingControllerException if it limits what cannot be limited here
     */
    public LinuxContainer start(ContainerRequest asked) {
        ContainerRequest request = asked.withSpec(JoinedUsers.withMaps(asked.spec(), mapper));
        ContainerPreparation preparation = new ContainerPreparation(
                this,
                request,
                SupervisorProgram.stagesOf(request),
                request.directory().toString());
        try {
            return start(request, preparation);
        } catch (RuntimeException | Error e) {
            preparation.close();
            throw e;
        }
    }

    private LinuxContainer start(ContainerRequest request, ContainerPreparation preparation) {
        List<Listener> listeners = new ArrayList<>();
        List<ControlSocket> pair = ControlSocket.pair();
        HeldProcess supervisor = HeldProcess.unknown();
        try (ControlSocket theirs = pair.get(1)) {
            request.ports().forEach(port -> listeners.add(Listener.open(port.host())));
            List<Integer> ports =
                    request.ports().stream().map(PublishedPort::containerPort).toList();
            facts.groups().prepare(SupervisorProgram.resources(request, facts));
            boolean takesNetwork = SupervisorProgram.takesNetworkAhead(request);
            SupervisorProgram program;
            ContainerGroups groups;
            try (RootAgent.Fork fork = root.beginFork(takesNetwork, theirs)) {
                program = SupervisorProgram.of(request, facts, ports, preparation.written());
                groups = ContainerGroups.toBeMade(program.groups());
                supervisor = fork.finish(pair.get(0));
            }
            List<Descriptor> descriptors =
                    new ArrayList<>(listeners.stream().map(Listener::descriptor).toList());
            descriptors.addAll(preparation.descriptors());
            send(program.program(), program.groups(), descriptors, pair.get(0));
            List<Integer> hostPorts = listeners.stream().map(Listener::port).toList();
            LinuxContainer container =
                    new LinuxContainer(request, hostPorts, program, preparation, pair.get(0), supervisor, groups, this);
            container.listen();
            if (takesNetwork) {
                root.makeNetworkAhead();
            }
            return container;
        } catch (RuntimeException | Error e) {
            pair.get(0).close(); // which ends the supervisor, if it is there
            supervisor.close();
            throw e;
        } finally {
            listeners.forEach(Listener::close); // the supervisor has its own
        }
    }

    RootAgent root() {
        return root;
    }

    IdMapper mapper() {
        return mapper;
    }

    HostFacts facts() {
        return facts;
    }

    /** The process id of the launcher that all others are forked off. */
    long launcher() {
        return root.pid();
    }

    /** With the program go the descriptors, and behind them the filter for devices if the groups have rules for one. */
    void send(Program program, GroupPlan groups, List<Descriptor> descriptors, ControlSocket socket) {
        if (groups.deviceRules().isEmpty()) {
            Handover.send(socket, program, 0, descriptors);
            return;
        }
        deviceFilters.use(groups.deviceRules(), filter -> {
            List<Descriptor> all = new ArrayList<>(descriptors);
            all.add(filter);
            Handover.send(socket, program, 0, all);
        });
    }

    /**
     * Removes what a container of that id may have left outside of its directory, its processes included, when its supervisor
     * was killed. A process that cannot be killed, for it waits for a disk, is waited for a second.
     *
     * @return what is still there after some seconds; empty, as almost always, if nothing is
     */
    public Optional<String> forget(String id) {
        return facts.groups().ofDead(id).destroyIfItDies();
    }

    /**
     * Ends what JVMs that died have left of their launchers: processes that had been stopped just then (SIGSTOP of signal(7)), and
     * could not notice. Those of JVMs that live are none of them, whoever has stopped them.
     */
    public static void endOrphans() {
        Orphans.end();
    }

    /** Whether the number of a container's processes is limited here; a user namespace alone cannot do that. */
    public boolean limitsProcesses() {
        return controllers().contains("pids");
    }

    /**
     * What containers can be limited in here, by the names of the controllers of cgroup version 2: {@code cpu}, {@code memory},
     * {@code pids}. An ordinary user has those that are delegated; often there are none.
     */
    public Set<String> controllers() {
        return facts.groups().controllers();
    }

    /** The control groups of this host, those that this user may not use among them. */
    public ControlGroupVersions controlGroups() {
        return facts.groups().versions();
    }

    /** Whether a rule of the kernel's bounds which devices a container can use; an ordinary user's can use none but those it is shown. */
    public boolean limitsDevices() {
        return facts.groups().limitsDevices();
    }

    /** Whether a limit of memory can count swap; a kernel of version 1 groups may be started without that. */
    public boolean countsSwap() {
        return facts.groups().countsSwap();
    }

    /** Whether containers can be paused. */
    public boolean pauses() {
        return facts.groups().freezes();
    }

    /** The calls that starting this container makes, as text, without making one of them. */
    public String explain(ContainerRequest request) {
        List<Integer> ports =
                request.ports().stream().map(PublishedPort::containerPort).toList();
        return SupervisorProgram.of(
                        request, facts, ports, Preparation.explained(request, SupervisorProgram.stagesOf(request)))
                .program()
                .explain();
    }

    /**
     * Opens a directory to work on from inside.
     *
     * @throws SyscallException if it is not there, or no directory but a link to one
     */
    public FileTree tree(Path directory) {
        return AgentTree.open(root, directory, !manyIds());
    }

    /**
     * Opens the files of stacked layers as a container would see them, to look at; the mount is nobody else's.
     *
     * @throws SyscallException if it cannot be mounted
     */
    public FileTree tree(RootFilesystem.View view) {
        return AgentTree.of(root, ViewProgram.of(view, rootless()), !manyIds());
    }

    /** Removes a directory with all below it, whoever owns that; none there is fine. No link is followed. */
    public void removeTree(Path directory) {
        Path path = directory.toAbsolutePath().normalize();
        Path parent = path.getParent();
        if (parent == null) {
            throw new IllegalArgumentException("the root of the host is not to be removed: " + directory);
        }
        try (FileTree tree = tree(parent.toRealPath())) {
            tree.remove(RawPath.of(path.getFileName().toString()));
        } catch (NoSuchFileException e) {
            return; // there is nothing where it should be
        } catch (IOException e) {
            throw new UncheckedIOException("remove " + directory, e);
        }
    }

    @Override
    public void close() {
        root.close();
        deviceFilters.close();
    }
}
