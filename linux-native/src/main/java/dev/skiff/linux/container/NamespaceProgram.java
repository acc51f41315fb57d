package dev.skiff.linux.container;

import static dev.skiff.linux.container.Flags.AT_FDCWD;

import dev.skiff.linux.abi.Errno;
import dev.skiff.linux.network.Loopback;
import dev.skiff.linux.network.NetworkAhead;
import dev.skiff.linux.program.Arg;
import dev.skiff.linux.program.Label;
import dev.skiff.linux.program.Line;
import dev.skiff.linux.program.Program;
import dev.skiff.linux.program.Register;
import dev.skiff.oci.runtime.Linux;
import dev.skiff.oci.runtime.Namespace;
import dev.skiff.oci.runtime.NamespaceType;
import dev.skiff.oci.runtime.TimeOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Writes how a container comes into its namespaces: new ones, those that are there already, and those of the host.
 *
 * <p>What is there already the supervisor enters before it clones, but for the mounts, which it still needs as they are. A new
 * network it makes, and is in itself, so that its sockets are the container's; with a user namespace, that is made along
 * with all others in one clone, so that all of them belong to it, and the supervisor follows into the network.
 */
final class NamespaceProgram {
    private final Program program;
    private final Linux linux;
    private final boolean users; // of the container's own, be they new or there already
    private final boolean newUsers;
    private Optional<Register> mounts = Optional.empty();

    NamespaceProgram(Program program, Linux linux) {
        this.program = program;
        this.linux = linux;
        this.users = find(NamespaceType.USER).isPresent();
        this.newUsers = isNew(NamespaceType.USER);
    }

    private Optional<Namespace> find(NamespaceType type) {
        return linux.namespace(type);
    }

    private boolean isNew(NamespaceType type) {
        return find(type).filter(namespace -> namespace.path().isEmpty()).isPresent();
    }

    /** The supervisor's part, before it clones. */
    void enter() {
        linux.namespaces().stream()
                .filter(namespace -> namespace.type() != NamespaceType.USER)
                .forEach(namespace -> namespace.path().ifPresent(path -> join(namespace.type(), path)));
        if (takesNetworkAhead(linux)) {
            takeNetwork();
        }
        if (isNew(NamespaceType.TIME)) {
            program.purpose("make a time namespace", "that takes a kernel with CONFIG_TIME_NS");
            program.call("unshare", Arg.named("CLONE_NEWTIME", Flags.CLONE_NEWTIME)); // of the children alone
            linux.timeOffsets().entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .forEach(offset -> setOffset(offset.getKey(), offset.getValue()));
        }
    }

    /** Whether a network that the root agent has made ahead will do: it belongs to the user namespace that that is in. */
    static boolean takesNetworkAhead(Linux linux) {
        return linux.namespace(NamespaceType.USER).isEmpty()
                && linux.namespace(NamespaceType.NETWORK)
                        .filter(network -> network.path().isEmpty())
                        .isPresent();
    }

    private void takeNetwork() {
        Label none = program.label();
        Label there = program.label();
        program.purpose("enter the network namespace that was made ahead");
        NetworkAhead.enter(program, none);
        program.jump(there);
        program.place(none);
        makeNetwork();
        program.place(there);
    }

    private void makeNetwork() {
        if (isNew(NamespaceType.NETWORK)) {
            program.purpose("make a network namespace");
            program.call("unshare", Arg.named("CLONE_NEWNET", Flags.CLONE_NEWNET));
            Loopback.bringUp(program);
        }
    }

    /**
     * The supervisor's part right before it clones: it enters a user namespace that is there already, so that what is new belongs to
     * that. Its rights on the host end here.
     */
    void enterUsers() {
        if (users && !newUsers) {
            String path = find(NamespaceType.USER).flatMap(Namespace::path).orElseThrow();
            program.purpose(
                    "join the user namespace " + path,
                    "an ordinary user can join none but those that are below the one that containers are made in");
            Register file = program.register("user namespace");
            program.call("openat", AT_FDCWD, program.string(path), Arg.named("O_RDONLY|O_CLOEXEC", Flags.O_CLOEXEC))
                    .into(file);
            program.call("setns", file, Arg.named("CLONE_NEWUSER", Flags.CLONE_NEWUSER));
            program.call("close", file);
            makeNetwork();
        }
    }

    private void join(NamespaceType type, String path) {
        program.purpose("join the " + type + " namespace " + path, "it has to be a namespace of that type");
        Register file = program.register(type + " namespace");
        program.call("openat", AT_FDCWD, program.string(path), Arg.named("O_RDONLY|O_CLOEXEC", Flags.O_CLOEXEC))
                .into(file);
        if (type == NamespaceType.MOUNT) {
            mounts = Optional.of(file);
            return;
        }
        program.call("setns", file, Arg.named(Namespaces.text(List.of(type)), Namespaces.flag(type)));
        program.call("close", file);
    }

    private void setOffset(String clock, TimeOffset offset) {
        program.purpose("set the clock \"" + clock + "\" of the time namespace", "that takes CAP_SYS_TIME");
        new OwnProcFile(program)
                .write(
                        "timens_offsets",
                        clock + " " + offset.secs().orElse(0L) + " "
                                + offset.nanosecs().orElse(0L) + "\n");
    }

    /** The supervisor's clone, with the namespaces that are made by it. */
    Line cloneContainer(Arg.Address pidfd, Optional<Register> group, Label child) {
        Set<NamespaceType> types = EnumSet.of(
                NamespaceType.PID, NamespaceType.MOUNT, NamespaceType.IPC, NamespaceType.UTS, NamespaceType.USER);
        if (newUsers) {
            types.add(NamespaceType.NETWORK);
        }
        types.removeIf(type -> !isNew(type));
        List<NamespaceType> cloned = new ArrayList<>(types);
        program.purpose("clone the container", "as root, a host that is a container itself may forbid new namespaces");
        return Supervision.cloneChild(
                program,
                Namespaces.flags(cloned),
                cloned.isEmpty() ? "" : "|" + Namespaces.text(cloned),
                pidfd,
                group,
                child);
    }

    /**
     * The supervisor's part, once the container has been cloned and its ids are mapped.
     *
     * @param died where to go when it has ended meanwhile, of which it has told itself
     */
    void follow(Register pidfd, Label died) {
        if (newUsers && isNew(NamespaceType.NETWORK)) {
            program.purpose("follow the container into its network namespace");
            program.call("setns", pidfd, Arg.named("CLONE_NEWNET", Flags.CLONE_NEWNET))
                    .allow(Errno.ESRCH)
                    .orElse(died);
        }
    }

    /** The container's part: the first lines, once its ids are mapped. */
    void begin() {
        if (users) {
            program.purpose("become root of the user namespace", "linux.uidMappings and gidMappings must have id 0");
            program.call("setresgid", Arg.of(0), Arg.of(0), Arg.of(0));
            program.call("setgroups", Arg.of(0), Arg.none()).allow(Errno.EPERM); // where there is one id only
            program.call("setresuid", Arg.of(0), Arg.of(0), Arg.of(0));
            if (newUsers && isNew(NamespaceType.NETWORK)) {
                Loopback.bringUp(program);
            }
        }
        mounts.ifPresent(file -> {
            program.purpose("join the mount namespace");
            program.call("setns", file, Arg.named("CLONE_NEWNS", Flags.CLONE_NEWNS));
        });
    }

    /** The container's part once it is in its control group: that is the root of all that it sees then. */
    void hideControlGroups() {
        if (isNew(NamespaceType.CGROUP)) {
            program.purpose("make a cgroup namespace");
            program.call("unshare", Arg.named("CLONE_NEWCGROUP", Flags.CLONE_NEWCGROUP));
        }
    }
}
