package dev.skiff.linux.user;

import dev.skiff.linux.SyscallException;
import dev.skiff.linux.launcher.RootAgent;
import dev.skiff.linux.libc.Identity;
import dev.skiff.linux.program.Arg;
import dev.skiff.linux.program.Program;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes an ordinary user's root agent root of a user namespace, so that all the rest is the same code as root's.
 *
 * @param users how its user ids lie on the host
 * @param groups how its group ids lie on the host
 * @param problem why there is a single one of each though there should be more
 */
public record UserNamespace(List<IdRange> users, List<IdRange> groups, Optional<String> problem) {
    private static final System.Logger LOG = System.getLogger(UserNamespace.class.getName());
    private static final Path SUBUID = Path.of("/etc/subuid");
    private static final Path SUBGID = Path.of("/etc/subgid");
    private static final int CLONE_NEWUSER = 0x10000000;
    private static final int PR_SET_DUMPABLE = 4;
    private static final int HELPER_SECONDS = 10;

    public UserNamespace {
        users = List.copyOf(users);
        groups = List.copyOf(groups);
    }

    /** One that has what it should have. */
    public UserNamespace(List<IdRange> users, List<IdRange> groups) {
        this(users, groups, Optional.empty());
    }

    /** Whether only one user id is there: what belongs to others in an image cannot be told apart then. */
    public boolean single() {
        return users.size() == 1 && users.get(0).count() == 1;
    }

    /** The one that this JVM is in already. */
    public static UserNamespace ofThisProcess() {
        return new UserNamespace(
                IdMap.ofThisProcess().ranges(),
                IdMap.read(Path.of("/proc/self/gid_map")).ranges());
    }

    /** Gives the agent a user namespace of its own: this user is root there, with as many more ids as are lent to us. */
    public static UserNamespace enter(RootAgent agent) {
        Program unshare = new Program();
        unshare.purpose(
                "make a user namespace",
                "unprivileged user namespaces may be off: sysctl kernel.unprivileged_userns_clone=1,"
                        + " user.max_user_namespaces above 0, kernel.apparmor_restrict_unprivileged_userns=0");
        // newuidmap(1) wants the process to be owned by the one who asks; a process that is not dumpable is root's
        unshare.call("prctl", Arg.named("PR_SET_DUMPABLE", PR_SET_DUMPABLE), Arg.of(1));
        unshare.call("unshare", Arg.named("CLONE_NEWUSER", CLONE_NEWUSER));
        agent.run(unshare);
        UserNamespace namespace = map(agent.pid());
        Program become = new Program();
        become.purpose("become root of the user namespace");
        become.call("prctl", Arg.named("PR_SET_DUMPABLE", PR_SET_DUMPABLE), Arg.of(0));
        become.call("setresgid", Arg.of(0), Arg.of(0), Arg.of(0));
        if (!namespace.single()) {
            become.call("setgroups", Arg.of(0), Arg.none());
        }
        become.call("setresuid", Arg.of(0), Arg.of(0), Arg.of(0));
        become.call("prctl", Arg.named("PR_SET_DUMPABLE", PR_SET_DUMPABLE), Arg.of(0));
        agent.run(become);
        return namespace;
    }

    private static UserNamespace map(int pid) {
        int uid = Identity.user();
        int gid = Identity.group();
        if (uid == 0) {
            return mapAsRoot(pid, gid);
        }
        String name = System.getProperty("user.name", "");
        List<IdRange> users = SubordinateIds.read(SUBUID, name, uid);
        List<IdRange> groups = SubordinateIds.read(SUBGID, name, uid);
        if (users.isEmpty() || groups.isEmpty() || !isOnPath("newuidmap") || !isOnPath("newgidmap")) {
            return mapOne(pid, uid, gid, Optional.empty());
        }
        UserNamespace namespace = new UserNamespace(withOwn(uid, users), withOwn(gid, groups), Optional.empty());
        try {
            help("newgidmap", pid, namespace.groups);
            help("newuidmap", pid, namespace.users);
            return namespace;
        } catch (IllegalStateException e) { // in a container, /etc/subuid may lend ids that are not there
            LOG.log(System.Logger.Level.WARNING, "containers have a single id: " + e.getMessage());
            return mapOne(pid, uid, gid, Optional.of(String.valueOf(e.getMessage())));
        }
    }

    /** Root of a container may be allowed to hand on what ids it has itself: that takes CAP_SETUID and CAP_SETGID there. */
    private static UserNamespace mapAsRoot(int pid, int gid) {
        List<IdRange> users = IdMap.read(Path.of("/proc/self/uid_map")).forOneBelow();
        List<IdRange> groups = IdMap.read(Path.of("/proc/self/gid_map")).forOneBelow();
        try {
            write(pid, "gid_map", lines(groups));
            write(pid, "uid_map", lines(users));
            return new UserNamespace(users, groups, Optional.empty());
        } catch (UncheckedIOException e) {
            LOG.log(System.Logger.Level.WARNING, "containers have a single id: " + e.getMessage(), e);
            return mapOne(pid, 0, gid, Optional.of(e.getMessage() + ": " + e.getCause()));
        }
    }

    private static String lines(List<IdRange> ranges) {
        return ranges.stream().map(IdRange::toString).collect(Collectors.joining("\n", "", "\n"));
    }

    /** What everyone may do: to map oneself. */
    private static UserNamespace mapOne(int pid, int uid, int gid, Optional<String> problem) {
        List<IdRange> users = List.of(new IdRange(0, uid, 1));
        List<IdRange> groups = List.of(new IdRange(0, gid, 1));
        if (IdMap.read(Path.of("/proc", Integer.toString(pid), "gid_map"))
                .ranges()
                .isEmpty()) {
            write(pid, "setgroups", "deny");
            write(pid, "gid_map", lines(groups));
        }
        write(pid, "uid_map", lines(users));
        return new UserNamespace(users, groups, problem);
    }

    private static List<IdRange> withOwn(int id, List<IdRange> lent) {
        List<IdRange> all = new ArrayList<>();
        all.add(new IdRange(0, id, 1));
        all.addAll(lent);
        return all;
    }

    private static void write(int pid, String file, String content) {
        Path path = Path.of("/proc", Integer.toString(pid), file);
        try {
            Files.writeString(path, content);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "map this user's id in a user namespace: write \"" + content + "\" to " + path, e);
        }
    }

    private static boolean isOnPath(String program) {
        String path = System.getenv().getOrDefault("PATH", "/usr/bin:/bin");
        return Stream.of(path.split(":", -1)).anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    /** Runs newuidmap(1) or newgidmap(1), the set-user-id programs that check /etc/subuid for us. */
    private static void help(String program, int pid, List<IdRange> ranges) {
        List<String> command = new ArrayList<>(List.of(program, Integer.toString(pid)));
        ranges.forEach(range -> command.addAll(List.of(range.toString().split(" ", -1))));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            try (InputStream out = process.getInputStream()) {
                await(process, command, out);
            } finally {
                process.destroyForcibly(); // of one that has ended it is nothing
            }
        } catch (IOException e) {
            throw new UncheckedIOException("run " + program, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw interrupted(program, e); // which is no reason to go on with a single id
        }
    }

    private static SyscallException interrupted(String program, InterruptedException cause) {
        SyscallException failure = new SyscallException(
                "waitpid", program, "EINTR", "map the ids that are lent to this user", "this thread was interrupted");
        failure.initCause(cause);
        return failure;
    }

    private static void await(Process process, List<String> command, InputStream out)
            throws IOException, InterruptedException {
        if (!process.waitFor(HELPER_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException(command.get(0) + " did not end within " + HELPER_SECONDS + " s");
        }
        String said = new String(out.readAllBytes(), StandardCharsets.UTF_8).trim();
        if (process.exitValue() != 0) {
            throw new IllegalStateException(String.join(" ", command) + " failed: " + said
                    + "; compare /etc/subuid and /etc/subgid, and see that " + command.get(0) + " is set-user-id root");
        }
    }
}
