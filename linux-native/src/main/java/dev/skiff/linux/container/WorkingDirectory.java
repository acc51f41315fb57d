package dev.skiff.linux.container;

import static dev.skiff.linux.container.Flags.AT_FDCWD;

import dev.skiff.linux.abi.Errno;
import dev.skiff.linux.program.Arg;
import dev.skiff.linux.program.Label;
import dev.skiff.linux.program.Program;
import dev.skiff.linux.program.Register;

/**
 * Where a process of a container begins. It is entered, and seen to be inside, while there are rights to; where even those do
 * not suffice, as on a network file system that knows no root, it is left to the user that the process becomes.
 */
final class WorkingDirectory {
    private static final int PATH_BYTES = 4096;
    private static final long ALL_BITS = 0xffffffffL;

    private final Program program;
    private final String path;
    private final Arg.Address entered; // 0, or the error
    private final Arg.Address seen;

    WorkingDirectory(Program program, String path) {
        this.program = program;
        this.path = path;
        this.entered = program.words("entered", 0);
        this.seen = program.reserve(PATH_BYTES, "path");
    }

    /**
     * Enters it. That it is inside is seen here, for a filter of system calls that is loaded later may forbid to ask.
     *
     * @param make whether it is made when it is missing
     */
    void enter(boolean make) {
        program.purpose("enter the working directory " + path);
        if (make) {
            Label there = program.label();
            Label missing = program.label();
            program.call("chdir", program.string(path))
                    .allow(Errno.ENOENT, Errno.EACCES)
                    .orElse(missing);
            program.jump(there);
            program.place(missing);
            makeAll();
            change();
            program.place(there);
        } else {
            change();
        }
        Label refused = program.label();
        unlessEntered(refused);
        seeThatItIsInside();
        program.place(refused);
    }

    private void change() {
        Register outcome = program.register("entered");
        program.call("chdir", program.string(path)).into(outcome).allow(Errno.EACCES);
        program.store(outcome, entered, 4);
    }

    /** Part by part, now that the root is the container's own. */
    private void makeAll() {
        for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
            make(path.substring(0, slash));
        }
        make(path);
    }

    private void make(String directory) {
        program.call("mkdirat", AT_FDCWD, program.string(directory), Arg.octal(0755))
                .allow(Errno.EEXIST, Errno.EACCES);
    }

    private void unlessEntered(Label refused) {
        program.expect(entered, 4, ALL_BITS, 0, Errno.EACCES.number())
                .allow(Errno.EACCES)
                .orElse(refused);
    }

    /** Enters it as whom the process is by now, unless it is entered already. */
    void enterAsUser() {
        Label again = program.label();
        Label there = program.label();
        program.purpose("enter the working directory " + path);
        unlessEntered(again);
        program.jump(there);
        program.place(again);
        program.call("chdir", program.string(path));
        seeThatItIsInside();
        program.place(there);
    }

    /** A directory that is not below the root has no path that begins with a slash: getcwd(2), CVE-2024-21626. */
    private void seeThatItIsInside() {
        program.purpose("see that the working directory " + path + " is inside the container");
        program.call("getcwd", seen, Arg.of(PATH_BYTES));
        program.expect(seen, 1, 0xff, '/', Errno.EXDEV.number());
    }
}
