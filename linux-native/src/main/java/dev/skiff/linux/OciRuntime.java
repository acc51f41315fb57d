package dev.skiff.linux;

import dev.skiff.linux.abi.Signal;
import dev.skiff.linux.cgroup.ContainerGroups;
import dev.skiff.linux.cgroup.NetworkStats;
import dev.skiff.linux.cgroup.ScopeName;
import dev.skiff.linux.libc.Descriptor;
import dev.skiff.linux.libc.Identity;
import dev.skiff.linux.libc.Pidfd;
import dev.skiff.linux.runtime.SavedContainer;
import dev.skiff.linux.runtime.StateDirectory;
import dev.skiff.linux.systemd.Systemd;
import dev.skiff.oci.runtime.Linux;
import dev.skiff.oci.runtime.Process;
import dev.skiff.oci.runtime.Resources;
import dev.skiff.oci.runtime.Spec;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The operations of an OCI runtime (runtime.md, "Operations"). Containers are kept in a directory, so that one process can create a
 * container and others start and delete it. Unlike those of {@link LinuxHost#start}, they live on when this JVM ends: nobody
 * supervises them, and who adopts the orphans of this JVM is their parent. Thread-safe, as far as different containers are
 * concerned.
 */
public final class OciRuntime implements AutoCloseable {
    private final OciContainers containers;
    private final LinuxHost host;
    private final Joiner joiner;
    private final HookRunner runner;
    private final Optional<Systemd> systemd;

    private OciRuntime(Path root, LinuxHost host, Optional<Systemd> systemd) {
        this.systemd = systemd;
        this.containers = new OciContainers(root);
        this.host = host;
        this.joiner = new Joiner(host);
        this.runner = new HookRunner(host, joiner);
    }

    /**
     * Opens it.
     *
     * @param root where its containers are kept; made when it is not there. It is to be on a file system that does not outlive a boot
     */
    public static OciRuntime open(Path root) {
        return open(root, Systemd.find(Identity.user()));
    }

    static OciRuntime open(Path root, Optional<Systemd> systemd) {
        return new OciRuntime(root.toAbsolutePath().normalize(), LinuxHost.open(), systemd);
    }

    // ---- a container's life

    /**
     * Creates a container: all of it is made, and its program waits to be run by {@link #start}. One whose configuration has no
     * process can be created, looked at, killed and deleted, but not started.
     *
     * <p>One whose configuration has no mount namespace is in that of this JVM, and in a chroot. What it mounts is seen by it alone, is not
     * listed in its {@code /proc/self/mountinfo}, and ends with its last process. A chroot holds less than a root that is the only one: a
     * process with CAP_SYS_ADMIN and CAP_SYS_CHROOT comes to the host's root by joining its own mount namespace once more (setns(2)), and
     * what reads the mounts of a process looks at the host's. Such a configuration can have no masked or read-only paths, no propagation of
     * mounts, and no user namespace; and an ordinary user cannot have it.
     *
     * @param bundle a directory with a {@code config.json}; later changes of that do not matter
     * @throws ContainerStateException if there is one of that id
     * @throws IllegalArgumentException if the specification is wrong, or asks for what we cannot do
     * @throws ExecException if its command is not to be found
     * @throws HookException if a hook fails
     * @throws SyscallException for anything else that fails; nothing is left of the container then
     */
    public OciState create(String id, Path bundle, OciStreams streams) {
        return create(id, bundle, streams, CreateOptions.standard());
    }

    /** The same, otherwise than it is by default. */
    public OciState create(String id, Path bundle, OciStreams streams, CreateOptions options) {
        OciBundle read = OciBundle.read(bundle);
        StateDirectory directory = containers.of(id);
        streams.check(read.process());
        if (!directory.make()) {
            throw new ContainerStateException(id, "there already", "choose another id, or delete that one");
        }
        try {
            create(id, read, streams, directory, options);
        } catch (RuntimeException | Error e) {
            directory.remove();
            throw e;
        }
        return state(id);
    }

    private void create(
            String id, OciBundle bundle, OciStreams streams, StateDirectory directory, CreateOptions options) {
        RootFilesystem.Directory root = bundle.root();
        Spec spec = bundle.spec().withProcess(HomeDirectory.of(bundle.process(), host, root.path()));
        if (!options.systemd()) {
            create(id, bundle, spec, streams, directory, options);
            return;
        }
        Linux linux = spec.linux().orElseGet(Linux::none);
        try (OciScope scope = OciScope.make(host, systemd, ScopeName.of(linux.cgroupsPath(), id))) {
            Spec there = spec.withLinux(linux.withCgroupsPath(scope.cgroupsPath()));
            create(id, bundle, there, streams, directory, options);
        }
    }

    private void create(
            String id,
            OciBundle bundle,
            Spec spec,
            OciStreams streams,
            StateDirectory directory,
            CreateOptions options) {
        ContainerRequest request =
                new ContainerRequest(id, spec, bundle.root(), directory.path(), List.of(), LogLimits.DEFAULT, false);
        int more = streams.descriptors().size();
        try (OciCreation creation = new OciCreation(host, request, bundle.home().toString(), more, options)) {
            streams.with(all -> {
                creation.create(all, created -> directory.save(bundle.spec(), created));
                return all;
            });
        }
    }

    /**
     * Runs the program of a container that was created.
     *
     * @throws ContainerStateException if it is in any other state, or its configuration has no process
     */
    public void start(String id) {
        StateDirectory directory = containers.find(id);
        containers.expect(id, "created", "only a container that was created can be started");
        if (directory.spec().process().isEmpty()) {
            throw new ContainerStateException(id, "created", "its configuration has no process that could be run");
        }
        new OciStart(host, runner, id, directory).run();
    }

    /**
     * Sends a signal to a container's first process.
     *
     * @param all whether to all of its processes
     * @throws ContainerStateException if it neither runs nor waits to be started
     */
    public void kill(String id, Signal signal, boolean all) {
        OciProcesses processes = processesOf(id);
        if (all) {
            processes.signalAll(signal);
        } else {
            processes.signal(signal);
        }
    }

    /**
     * Deletes what was made to create a container.
     *
     * @param force whether one that is not stopped is killed first, and one that is not there is fine, or whose creation was broken off
     * @throws ContainerStateException if it is not stopped, or not there
     */
    public void delete(String id, boolean force) {
        StateDirectory directory = containers.of(id);
        if (force && !directory.isThere()) {
            directory.remove(); // of a runtime that was killed, say
            return;
        }
        OciState state = state(id);
        SavedContainer container = directory.container();
        if (!state.status().equals("stopped")) {
            if (!force) {
                throw new ContainerStateException(id, state.status(), "kill it first, or delete it by force");
            }
            new OciProcesses(id, container).end();
        }
        new ContainerGroups(container.plan()).destroy().ifPresent(remains -> {
            throw new IllegalStateException("delete container " + id + ": " + remains);
        });
        ContainerHooks due = new ContainerHooks(runner, id, directory.spec(), container.bundle());
        directory.remove();
        due.stopped();
    }

    // ---- what there is to know of it

    /**
     * The state of a container.
     *
     * @throws ContainerStateException if there is none of that id
     */
    public OciState state(String id) {
        return containers.state(id);
    }

    /** All containers that there are; one that somebody deletes meanwhile may be missing. */
    public List<OciState> list() {
        return containers.list();
    }

    /** What the container was made by; what its bundle says by now does not matter. */
    public Spec spec(String id) {
        return containers.find(id).spec();
    }

    /** The processes of a container, as the host numbers them. */
    public List<Long> processes(String id) {
        return processesOf(id).all();
    }

    private OciProcesses processesOf(String id) {
        return new OciProcesses(id, containers.find(id).container());
    }

    /**
     * What it uses, with all that runs in it.
     *
     * @throws ContainerStateException if it has ended
     */
    public ContainerStats stats(String id) {
        SavedContainer container = containers.living(id);
        return new ContainerGroups(container.plan()).stats().with(NetworkStats.of(container.pid()));
    }

    // ---- while it runs

    /**
     * Stops all processes of a container where they are, or lets them go on.
     *
     * @throws MissingControllerException if this host has nothing to stop them with
     * @throws ContainerStateException if it does not run
     */
    public void pause(String id, boolean paused) {
        containers.expect(id, paused ? "running" : "paused", "only what runs can be paused, and what is paused go on");
        new ContainerGroups(containers.find(id).container().plan()).freeze(paused);
    }

    /**
     * Sets other limits than those that it was created with; what is not mentioned stays as it is.
     *
     * @throws MissingControllerException if it is in no control group that could hold one of them
     * @throws UncheckedIOException if the kernel refuses a value
     * @throws ContainerStateException if it has ended
     */
    public void update(String id, Resources resources) {
        new ContainerGroups(containers.living(id).plan()).update(resources);
    }

    /**
     * Runs a process in a container and waits for its end. One that was created can be joined before it is started, by root: its
     * namespaces and mounts are there.
     *
     * @throws ContainerStateException if the container is stopped or paused, or not started and this user is not root
     */
    public ContainerExit exec(String id, Process process, OciStreams streams) {
        return exec(id, process, streams, ExecOptions.standard(), begun -> {});
    }

    /**
     * The same, otherwise than it is by default.
     *
     * @param started is told who it is, once its command has been executed
     * @throws ContainerStateException if the container is stopped, or paused and that was not asked for
     * @throws IllegalArgumentException if there is no such control group
     */
    public ContainerExit exec(
            String id, Process process, OciStreams streams, ExecOptions options, Consumer<OciExec> started) {
        return new OciJoin(host, joiner, containers, id).run(process, streams, options, started);
    }

    /**
     * Starts a process in a container that lives on alone; the same otherwise.
     *
     * @return its process id on the host
     */
    public long execDetached(String id, Process process, OciStreams streams) {
        return execDetached(id, process, streams, ExecOptions.standard());
    }

    /** The same, otherwise than it is by default. */
    public long execDetached(String id, Process process, OciStreams streams, ExecOptions options) {
        return new OciJoin(host, joiner, containers, id).start(process, streams, options);
    }

    /**
     * Has this JVM be the parent of what it creates from now on, so that {@link #await} works: for the whole of the JVM, and
     * for good.
     */
    public void adopt() {
        Pidfd.adoptOrphans();
    }

    /** Waits for the end of a container that this JVM has created since {@link #adopt}; it may have come already. */
    public ContainerExit await(String id) {
        try (Descriptor first = processesOf(id).firstOrItsEnd()) {
            int[] end = Pidfd.waitFor(first);
            return ContainerExit.of(end[0], end[1]);
        }
    }

    @Override
    public void close() {
        joiner.close();
        host.close();
    }
}
