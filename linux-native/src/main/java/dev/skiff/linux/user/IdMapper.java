package dev.skiff.linux.user;

import dev.skiff.linux.launcher.Agent;
import dev.skiff.linux.launcher.RootAgent;
import dev.skiff.linux.program.Arg;
import dev.skiff.linux.program.Program;
import dev.skiff.linux.program.Register;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Maps the ids of user namespaces below the one that the root agent is in, with the rights that it has there. */
public final class IdMapper {
    private static final long MEMORY = Program.CODE_BYTES + 64 * 1024L;
    private static final int CLONE_NEWUSER = 0x10000000;
    private static final int PR_SET_DUMPABLE = 4;
    private static final Arg AT_FDCWD = Arg.named("AT_FDCWD", -100);
    private static final int MOST_BYTES = 16 * 1024; // 340 lines at most
    private static final int O_RDONLY_CLOEXEC = 02000000;
    private static final int O_WRONLY_CLOEXEC = 1 | 02000000;

    private final RootAgent root;

    public IdMapper(RootAgent root) {
        this.root = root;
    }

    /**
     * Writes the maps of the user namespace that this process is in and has made.
     *
     * @param users as /proc/[pid]/uid_map takes them
     */
    public void map(long pid, String users, String groups) {
        try (Agent agent = root.forkAgent(MEMORY)) {
            Program program = new Program();
            program.purpose(
                    "map the ids of a user namespace",
                    "an ordinary user has the ids that /etc/subuid and /etc/subgid lend, from 0 on");
            write(program, "/proc/" + pid + "/gid_map", groups);
            write(program, "/proc/" + pid + "/uid_map", users);
            agent.run(program);
        }
    }

    private static void write(Program program, String path, String map) {
        Register file = program.register(path);
        program.call("openat", AT_FDCWD, program.string(path), Arg.named("O_WRONLY|O_CLOEXEC", O_WRONLY_CLOEXEC))
                .into(file);
        byte[] bytes = map.getBytes(StandardCharsets.US_ASCII);
        program.call("write", file, program.bytes(bytes, "\"" + map.trim() + "\""), Arg.of(bytes.length));
        program.call("close", file);
    }

    /** Makes a user namespace with these maps; closing the agent ends it, unless somebody has come in meanwhile. */
    public Agent hold(String users, String groups) {
        Agent holder = root.forkAgent(MEMORY);
        try {
            Program program = new Program();
            program.purpose("make a user namespace");
            program.call("unshare", Arg.named("CLONE_NEWUSER", CLONE_NEWUSER));
            // what is not to be dumped belongs to the host's root below /proc, and its namespace is to be opened there
            program.call("prctl", Arg.named("PR_SET_DUMPABLE", PR_SET_DUMPABLE), Arg.of(1));
            holder.run(program);
            map(holder.pid(), users, groups);
            return holder;
        } catch (RuntimeException e) {
            holder.close();
            throw e;
        }
    }

    /** The maps of the user namespace that this file stands for, as they are seen from here. */
    public UserNamespace mapsOf(String file) {
        try (Agent inside = root.forkAgent(MEMORY)) {
            Program join = new Program();
            join.purpose(
                    "join the user namespace " + file + " to see its maps",
                    "it has to be one; an ordinary user can join none but those below the one that containers are made in");
            Register namespace = join.register("user namespace");
            join.call("openat", AT_FDCWD, join.string(file), Arg.named("O_RDONLY|O_CLOEXEC", O_RDONLY_CLOEXEC))
                    .into(namespace);
            join.call("setns", namespace, Arg.named("CLONE_NEWUSER", CLONE_NEWUSER));
            inside.run(join);
            return new UserNamespace(read(inside.pid(), "uid_map"), read(inside.pid(), "gid_map"));
        }
    }

    /** By one who has not joined: the host's side of a map is that of who opens the file (user_namespaces(7)). */
    private List<IdRange> read(long pid, String name) {
        try (Agent outside = root.forkAgent(MEMORY)) {
            Program program = new Program();
            String path = "/proc/" + pid + "/" + name;
            program.purpose("read the map of ids in " + path);
            Register map = program.register(name);
            program.call("openat", AT_FDCWD, program.string(path), Arg.named("O_RDONLY|O_CLOEXEC", O_RDONLY_CLOEXEC))
                    .into(map);
            Arg.Address content = program.reserve(MOST_BYTES, "content");
            program.call("read", map, content, Arg.of(MOST_BYTES));
            outside.run(program);
            byte[] bytes = new byte[MOST_BYTES];
            outside.memory().get((int) (content.value() - Program.ARENA), bytes);
            return IdMap.parse(new String(bytes, StandardCharsets.US_ASCII).replace("\0", ""))
                    .ranges();
        }
    }

    /** The file that stands for the user namespace of a holder. */
    public static String file(Agent holder) {
        return "/proc/" + holder.pid() + "/ns/user";
    }
}
