package dev.skiff.linux.container;

import static dev.skiff.linux.container.Flags.AT_FDCWD;

import dev.skiff.linux.abi.Errno;
import dev.skiff.linux.launcher.Report;
import dev.skiff.linux.program.Arg;
import dev.skiff.linux.program.Label;
import dev.skiff.linux.program.Line;
import dev.skiff.linux.program.Program;
import dev.skiff.linux.program.Register;
import dev.skiff.oci.runtime.Process;
import java.util.List;

/** Becomes the container's program: the last lines. */
final class Command {
    private static final int X_OK = 1;
    private static final long ALL_BITS = 0xffffffffL;
    private static final String STANDARD_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private final Program program;

    Command(Program program) {
        this.program = program;
    }

    /** Where the search of {@code $PATH} looks, for messages. */
    static String searchPath(Process process) {
        return process.env().stream()
                .filter(variable -> variable.startsWith("PATH="))
                .map(variable -> variable.substring("PATH=".length()))
                .reduce((earlier, later) -> later)
                .orElse(STANDARD_PATH);
    }

    /** Fails as executing it would if there is nothing of that name that could be executed; relative names are left for later. */
    void lookFor(Process process) {
        String name = process.args().get(0);
        program.purpose("look for \"" + name + "\"");
        if (name.startsWith("/")) {
            access(name);
        } else if (!name.contains("/") && !name.isEmpty()) {
            Label found = program.label();
            List<String> directories = List.of(searchPath(process).split(":", -1));
            for (String directory : directories) {
                Label next = program.label();
                access((directory.isEmpty() ? "." : directory) + "/" + name)
                        .allow(Errno.ENOENT, Errno.ENOTDIR, Errno.EACCES, Errno.ELOOP)
                        .orElse(next);
                program.jump(found);
                program.place(next);
            }
            Arg.Address nothing = program.words("found", 0);
            program.expect(nothing, 4, ALL_BITS, 1, Errno.ENOENT.number());
            program.place(found);
        }
    }

    private Line access(String path) {
        return program.call("faccessat", AT_FDCWD, program.string(path), Arg.named("X_OK", X_OK));
    }

    /**
     * Runs the process's program. What goes to {@code begun} first tells its reader that the end of the pipe means
     * success and not an early death.
     */
    void execute(Process process, Arg begun) {
        execute(process.args().get(0), process.args(), process.env(), searchPath(process), begun);
    }

    /** Runs that very file. */
    void execute(String path, List<String> args, List<String> env, Arg begun) {
        execute(path, args, env, "", begun);
    }

    private void execute(String name, List<String> args, List<String> env, String path, Arg begun) {
        program.purpose("exec \"" + name + "\"");
        Arg.Address argv = program.strings(args);
        Arg.Address envp = program.strings(env, "[" + env.size() + " variables]");
        program.call(
                "write",
                begun,
                program.words("about to execute", Report.Kind.STARTED.number(), 0),
                Arg.of(Report.BYTES));
        if (name.isEmpty() || name.contains("/")) {
            program.call("execve", program.string(name), argv, envp);
        } else {
            search(name, List.of(path.split(":", -1)), argv, envp);
        }
    }

    /** As execvp(3): the first that can be run wins; one that may not be run is remembered, and the search goes on. */
    private void search(String name, List<String> directories, Arg.Address argv, Arg.Address envp) {
        Register refused = program.register("refused");
        Arg.Address last = program.words("last refusal", 0);
        Arg.Address forbidden = program.words("forbidden", 0);
        long permission = -Errno.EACCES.number() & ALL_BITS;
        for (String directory : directories) {
            Label next = program.label();
            String file = (directory.isEmpty() ? "." : directory) + "/" + name;
            program.call("execve", program.string(file), argv, envp)
                    .into(refused)
                    .allow(Errno.ENOENT, Errno.ENOTDIR, Errno.EACCES);
            program.store(refused, last, 4);
            program.expect(last, 4, ALL_BITS, permission, Errno.ENOENT.number())
                    .allow(Errno.ENOENT)
                    .orElse(next);
            program.store(refused, forbidden, 4);
            program.place(next);
        }
        program.expect(forbidden, 4, ALL_BITS, 0, Errno.EACCES.number());
        program.expect(forbidden, 4, ALL_BITS, permission, Errno.ENOENT.number()); // which it is not: nothing was found
    }
}
