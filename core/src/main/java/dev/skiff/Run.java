package dev.skiff;

import dev.skiff.oci.runtime.NamespaceType;
import dev.skiff.run.CapabilityNames;
import dev.skiff.run.Environment;
import dev.skiff.run.Privileges;
import dev.skiff.run.RootImage;
import dev.skiff.run.RunPlan;
import dev.skiff.run.RunningContainer;
import dev.skiff.work.Work;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * A container to be run, as often as one likes. Every step gives a new value and leaves this one as it is; nothing is pulled,
 * built or started before a terminal: {@link #await()} runs it to its end, {@link #start} returns when it is ready.
 *
 * <pre>{@code
 * Run base = Containers.run("postgres:16").env("POSTGRES_PASSWORD", "test").publish(5432);
 * base.command("-c", "fsync=off");                              // does nothing: the new value is dropped
 * try (Container db = base.start()) { ... }
 * }</pre>
 *
 * <p>What is not said is the image's to say. What is said twice: the last wins; ports, mounts and listeners add up. The process
 * has the eleven capabilities that Podman gives, a seccomp filter, and a network of its own: published ports are the way in, and the way
 * out is what {@link #outbound} says, by default none for root. What changes that has a name of its own, is off unless it is said, and
 * shows in {@link #toString}; what was asked for and cannot be had is an error, unless {@link #mayLack} names it. Of the options of
 * {@code docker run --security-opt}:
 *
 * <table>
 * <caption>What replaces them</caption>
 * <tr><th>there</th><th>here</th></tr>
 * <tr><td>{@code no-new-privileges}</td><td>{@link #noNewPrivileges()}</td></tr>
 * <tr><td>{@code seccomp=profile.json}</td><td>{@link #seccomp(Path)}</td></tr>
 * <tr><td>{@code seccomp=unconfined}</td><td>{@link #seccompUnconfined()}</td></tr>
 * <tr><td>{@code apparmor=profile}</td><td>{@link #apparmor(String)}; {@code apparmor=unconfined} is so unless that is said</td></tr>
 * <tr><td>{@code label=type:...}, {@code level:...}</td><td>{@link #selinux(String)}, with the whole label; {@code label=disable} is so
 * unless that is said</td></tr>
 * <tr><td>{@code systempaths=unconfined}</td><td>{@link #systemPathsUnconfined()}</td></tr>
 * </table>
 */
@CheckReturnValue
public final class Run implements Operation<ExitStatus> {
    private final Supplier<Engine> engine;
    private final ImageSource source;
    private final RunPlan plan;

    private Run(Supplier<Engine> engine, ImageSource source, RunPlan plan) {
        this.engine = engine;
        this.source = source;
        this.plan = plan;
    }

    static Run of(Supplier<Engine> engine, ImageSource source) {
        return new Run(engine, Objects.requireNonNull(source, "source"), RunPlan.NOTHING);
    }

    private Run with(UnaryOperator<RunPlan> change) {
        return new Run(engine, source, change.apply(plan));
    }

    /** What messages call it, instead of the name of its image. */
    public Run name(String name) {
        Objects.requireNonNull(name, "name");
        return with(now -> now.withName(name));
    }

    /** The command and its arguments, instead of the image's; handed to the image's entrypoint if it has one. Never split. */
    public Run command(String... argv) {
        List<String> words = List.of(argv);
        return with(now -> now.withCommand(words));
    }

    /**
     * A text for the image's shell ({@code /bin/sh -c}, if the image does not name another), instead of entrypoint and
     * command: {@code shell("npm test | tee log")}.
     */
    public Run shell(String text) {
        Objects.requireNonNull(text, "text");
        return with(now -> now.withShell(text));
    }

    /** What is executed, instead of the image's entrypoint; the image's command is void then. */
    public Run entrypoint(String... argv) {
        List<String> words = List.of(argv);
        return with(now -> now.withEntrypoint(words));
    }

    /**
     * One variable of the environment, over the image's. Nothing comes from the environment of this JVM.
     *
     * @throws IllegalArgumentException for a name that no variable can have
     */
    public Run env(String name, String value) {
        Objects.requireNonNull(value, "value");
        Environment.check(name, value);
        return with(now -> now.withEnv(name, value));
    }

    /** Who runs it: {@code user}, {@code uid}, {@code user:group}; names are those of the image's {@code /etc/passwd}. */
    public Run user(String user) {
        Objects.requireNonNull(user, "user");
        return with(now -> now.withUser(user));
    }

    /** Where it runs; made if it is not there. */
    public Run workdir(String path) {
        Objects.requireNonNull(path, "path");
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("path must be absolute, got \"" + path + "\"");
        }
        return with(now -> now.withWorkdir(path));
    }

    /** A port of the container, at a free one of the host's loopback address: {@link Container#hostPort} tells which. */
    public Run publish(int containerPort) {
        return publish(Port.tcp(containerPort));
    }

    /** A port of the container at one of the host's loopback address, in the order of {@code docker run -p}. */
    public Run publish(int hostPort, int containerPort) {
        return publish(Port.tcp(containerPort).onHost(hostPort));
    }

    /** A port of the container, wherever that says. */
    public Run publish(Port port) {
        Objects.requireNonNull(port, "port");
        return with(now -> now.plusPort(port));
    }

    /** Shows a file or directory of the host in the container, which may write there. */
    public Run mount(Path source, String destination) {
        return mount(Mount.bind(source, destination));
    }

    /**
     * Shows a volume in the container, which may write there. One that is empty is first filled with what the image has at
     * {@code destination}.
     */
    public Run mount(Volume volume, String destination) {
        return mount(Mount.volume(volume, destination));
    }

    /** Shows a file or directory of the host, or a volume, in the container. */
    public Run mount(Mount mount) {
        Objects.requireNonNull(mount, "mount");
        return with(now -> now.plusMount(mount));
    }

    /** The container may not write to its root; mounts are what they are. */
    public Run readOnly() {
        return with(RunPlan::withReadOnly);
    }

    /** No program in the container can gain rights, setuid or not (no_new_privs). */
    public Run noNewPrivileges() {
        return with(RunPlan::withNoNewPrivileges);
    }

    /**
     * How much it may use, with all that runs in it: {@code limits(Limits.none().memory(256L << 20).cpus(1))}. Said twice, the later
     * replaces the earlier. By default only the number of processes is limited, where that can be.
     */
    public Run limits(Limits limits) {
        Objects.requireNonNull(limits, "limits");
        return with(now -> now.withLimits(limits));
    }

    /**
     * Capabilities besides the eleven that every container has, for root; for another user they are all that it has.
     *
     * @param names such as {@code NET_ADMIN}, with or without {@code CAP_}; {@code ALL} for all that this process has itself
     * @throws IllegalArgumentException for a name that no capability has, or one that {@link #capDrop} has
     */
    public Run capAdd(String... names) {
        CapabilityNames capabilities = CapabilityNames.of(names);
        return privileges(now -> now.plus(capabilities));
    }

    /**
     * Capabilities that it does not get.
     *
     * @param names as for {@link #capAdd}; {@code ALL} leaves those that are added by name
     * @throws IllegalArgumentException for a name that no capability has, or one that {@link #capAdd} has
     */
    public Run capDrop(String... names) {
        CapabilityNames capabilities = CapabilityNames.of(names);
        return privileges(now -> now.minus(capabilities));
    }

    /** Another filter of system calls than the standard one: a profile as Docker, Podman or a runtime specification has it. */
    public Run seccomp(Path profile) {
        Path file = profile.toAbsolutePath().normalize();
        return privileges(now -> now.withSeccomp(Optional.of(file)));
    }

    /** No filter of system calls. What the kernel has wrong, the container can reach then. */
    public Run seccompUnconfined() {
        return privileges(now -> now.withSeccomp(Optional.empty()));
    }

    /** Nothing of {@code /proc} and {@code /sys} is hidden or read-only that by default is. */
    public Run systemPathsUnconfined() {
        return privileges(Privileges::withOpenSystemPaths);
    }

    /** A profile of AppArmor to confine it by, loaded into the kernel already. It is an error where AppArmor is not at work. */
    public Run apparmor(String profile) {
        Objects.requireNonNull(profile, "profile");
        return privileges(now -> now.withApparmor(profile));
    }

    /** The label of SELinux that its process gets. It is an error where SELinux is not at work. */
    public Run selinux(String label) {
        Objects.requireNonNull(label, "label");
        return privileges(now -> now.withSelinux(label));
    }

    /** A device of the host, such as {@code /dev/fuse}, that it sees under the same name and may use. */
    public Run device(Path device) {
        Path file = device.toAbsolutePath().normalize();
        return privileges(now -> now.plusDevice(file));
    }

    /** Whose processes it sees, instead of its own alone. */
    public Run pid(Sharing sharing) {
        return share(NamespaceType.PID, sharing);
    }

    /** Whose shared memory, semaphores and message queues it uses. */
    public Run ipc(Sharing sharing) {
        return share(NamespaceType.IPC, sharing);
    }

    /** Whose host name it has. */
    public Run uts(Sharing sharing) {
        return share(NamespaceType.UTS, sharing);
    }

    /** Whose network it uses; it cannot publish ports then, for they are another's to publish. */
    public Run network(Sharing sharing) {
        return share(NamespaceType.NETWORK, sharing);
    }

    /**
     * Whom its users are on the host, when root runs it: {@code userNamespace(UserNamespace.auto())} makes its root somebody who owns
     * nothing there. It is an error where that cannot be had, and together with what is about the host's own users or namespaces.
     */
    public Run userNamespace(UserNamespace userNamespace) {
        Objects.requireNonNull(userNamespace, "userNamespace");
        return with(now -> now.withUserNamespace(userNamespace));
    }

    /**
     * Whether it gets out of its own network; by default an ordinary user's containers do, where pasta or slirp4netns is installed.
     * It is an error with a network that is shared.
     */
    public Run outbound(Outbound outbound) {
        Objects.requireNonNull(outbound, "outbound");
        return with(now -> now.withOutbound(outbound));
    }

    private Run share(NamespaceType type, Sharing sharing) {
        Objects.requireNonNull(sharing, "sharing");
        return privileges(now -> now.sharing(type, sharing));
    }

    /**
     * Every capability and device, no filter, nothing hidden: what runs in there can do to this host whatever the user of
     * this JVM can. For images that one would run without a container. Namespaces and limits stay, and {@link #capDrop}, {@link
     * #seccomp} and {@link #noNewPrivileges} are heeded beside it.
     *
     * <p>Of an ordinary user these are the capabilities of a user namespace: its root may mount, trace and set up networks in
     * there, and is nobody more than that user to the host's own files, devices and processes.
     */
    public Run privileged() {
        return privileges(Privileges::withEverything);
    }

    private Run privileges(UnaryOperator<Privileges> change) {
        return with(now -> now.withPrivileges(change));
    }

    /**
     * What this container is started without where this host cannot give it, though it was asked for. Anything that was asked
     * for and is not named here is an error where it cannot be had.
     *
     * <pre>{@code
     * Run run = Containers.run(image).limits(Limits.none().memory(256L << 20)).mayLack(Safeguard.MEMORY_LIMIT);
     * }</pre>
     */
    public Run mayLack(Safeguard... safeguards) {
        List<Safeguard> named = List.of(safeguards);
        return privileges(now -> now.withoutIfNeedBe(named));
    }

    /** When {@link #start} returns, instead of as soon as the program has been executed. */
    public Run readyWhen(Ready ready) {
        Objects.requireNonNull(ready, "ready");
        return with(now -> now.withReady(ready));
    }

    /**
     * Hears each line that the container writes, from the first on: one at a time, on the executor of the Skiff. If it throws,
     * the container is not run on: {@link #await()} and {@link #start} fail with that as the cause.
     */
    public Run onLog(Consumer<? super LogLine> listener) {
        Objects.requireNonNull(listener, "listener");
        return with(now -> now.plusListener(listener));
    }

    /**
     * Starts it, and returns when it is ready. It ends when it is closed, or with this JVM.
     *
     * @throws NotReadyException if it ends before it is ready, or takes too long; it has been removed then
     * @throws PortTakenException if a port to publish is taken; nothing was started then
     * @throws CommandNotFoundException if the image does not have the command
     * @throws StartException if it cannot be started for another reason; nothing of it is left
     * @throws HostUnsupportedException if no container can run on this host
     * @throws InterruptedOperationException if this thread is interrupted; nothing of it is left
     */
    public Container start() {
        return Work.await(what(), this::begin);
    }

    /** The same without waiting. A future that was cancelled, or completed by somebody else, leaves no container. */
    public CompletableFuture<Container> startAsync() {
        return Work.async(what(), this::begin, engine.get().executor(), Container::close);
    }

    private RunningContainer begin() throws InterruptedException {
        Engine opened = engine.get();
        Image image = Sources.make(source);
        RootImage root =
                RootImage.of(image.name(), image.stored(), opened.store().layers());
        return opened.runner().start(root, plan);
    }

    private ExitStatus runToEnd() throws InterruptedException {
        RunningContainer container = begin();
        try {
            return container.awaitAll();
        } finally {
            container.discard();
        }
    }

    private String what() {
        return "run " + plan.name().orElseGet(() -> source instanceof Image image ? image.name() : source.toString());
    }

    /**
     * Pulls or builds the image if need be, runs the container to its end, and removes it. How its process ended is returned,
     * not thrown; every line has been heard by then.
     *
     * @throws StartException and the others of {@link #start}
     */
    @Override
    public ExitStatus await() {
        return Work.await(what(), this::runToEnd);
    }

    @Override
    public ExitStatus await(Duration limit) {
        return Work.await(what(), limit, this::runToEnd);
    }

    @Override
    public CompletableFuture<ExitStatus> async() {
        return Work.async(what(), this::runToEnd, engine.get().executor(), status -> {});
    }

    /**
     * Such as {@code run node:18-alpine}, with what it may beyond the defaults: {@code run node:18-alpine (capAdd NET_ADMIN)}.
     * Neither environment nor arguments, which may hold secrets.
     */
    @Override
    public String toString() {
        List<String> privileges = new ArrayList<>(plan.privileges().inWords());
        if (plan.outbound().isReachingHost()) {
            privileges.add("outbound " + plan.outbound());
        }
        return what() + (privileges.isEmpty() ? "" : " (" + String.join(", ", privileges) + ")");
    }
}
