package dev.skiff.linux.container;

import static dev.skiff.linux.container.Flags.AT_FDCWD;

import dev.skiff.linux.program.Arg;
import dev.skiff.linux.program.Program;
import dev.skiff.linux.program.Register;
import dev.skiff.oci.runtime.Linux;
import dev.skiff.oci.runtime.Namespace;
import dev.skiff.oci.runtime.NamespaceType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Bounds how many processes a container can have. The container joins its group with its very first call, through a
 * descriptor that its supervisor opened, and makes its cgroup namespace after that, so that the group is its root.
 */
final class ProcessLimit {
    private static final long UNLIMITED = -1;

    private final Program program;
    private final Path group;
    private final Register processes;

    /** The supervisor's part: makes the group. One that exists already is somebody else's, and refused. */
    ProcessLimit(Program program, Path group, long limit) {
        this.program = program;
        this.group = group;
        this.processes = program.register("cgroup.procs");
        program.purpose("limit the number of processes to " + limit + " in " + group);
        program.call("mkdirat", AT_FDCWD, program.string(group.toString()), Arg.octal(0755));
        Register maximum = program.register("pids.max");
        open("pids.max", maximum);
        byte[] text = (limit == UNLIMITED ? "max" : Long.toString(limit)).getBytes(StandardCharsets.US_ASCII);
        program.call("write", maximum, program.bytes(text, Long.toString(limit)), Arg.of(text.length));
        program.call("close", maximum);
        open("cgroup.procs", processes);
    }

    private void open(String file, Register into) {
        program.call(
                        "openat",
                        AT_FDCWD,
                        program.string(group.resolve(file).toString()),
                        Arg.named("O_WRONLY|O_NOFOLLOW|O_CLOEXEC", Flags.O_WRONLY | Flags.O_NOFOLLOW | Flags.O_CLOEXEC))
                .into(into);
    }

    /** The container's part. */
    void join() {
        program.purpose("join " + group);
        program.call("write", processes, program.string("0"), Arg.of(1));
        program.call("close", processes);
    }

    /** The supervisor's part when all is over. */
    void remove() {
        program.call(
                        "unlinkat",
                        AT_FDCWD,
                        program.string(group.toString()),
                        Arg.named("AT_REMOVEDIR", Flags.AT_REMOVEDIR))
                .allowAny();
    }

    /** A new cgroup namespace shows the group that the process is in as the root of all. */
    static void hideTheRest(Program program, Linux linux) {
        if (linux.namespaces().stream().map(Namespace::type).anyMatch(NamespaceType.CGROUP::equals)) {
            program.purpose("make a cgroup namespace");
            program.call("unshare", Arg.named("CLONE_NEWCGROUP", Flags.CLONE_NEWCGROUP));
        }
    }
}
