package dev.skiff.linux.container;

import static dev.skiff.linux.container.Flags.AT_FDCWD;

import dev.skiff.linux.abi.Errno;
import dev.skiff.linux.program.Arg;
import dev.skiff.linux.program.Program;
import dev.skiff.linux.program.Register;
import java.nio.charset.StandardCharsets;

/**
 * Writes to files of a process about itself, through the host's /proc and before anything of the container is mounted: no image
 * can have put a file of its own in the place (CVE-2019-16884 and its kind), and that it is a /proc at all is proven.
 */
final class OwnProcFile {
    private static final int PR_SET_DUMPABLE = 4;
    private static final long PROC_SUPER_MAGIC = 0x9fa0;
    private static final int STATFS_BYTES = 120;
    private static final long ALL_BITS = 0xffffffffL;

    private final Program program;

    OwnProcFile(Program program) {
        this.program = program;
    }

    /** In one write(2). */
    void write(String name, String content) {
        Register file = program.register(name);
        // what is not to be dumped belongs to the host's root below /proc; nobody is here yet who could look
        dumpable(1);
        program.call(
                        "openat",
                        AT_FDCWD,
                        program.string("/proc/self/" + name),
                        Arg.named("O_WRONLY|O_NOFOLLOW|O_CLOEXEC", Flags.O_WRONLY | Flags.O_NOFOLLOW | Flags.O_CLOEXEC))
                .into(file);
        dumpable(0);
        expectProc(file);
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        program.call("write", file, program.bytes(bytes, "\"" + content.trim() + "\""), Arg.of(bytes.length));
        program.call("close", file);
    }

    /** Opens the host's /proc itself, before anything of the container is mounted. */
    void openHosts(Register into) {
        program.call(
                        "openat",
                        AT_FDCWD,
                        program.string("/proc"),
                        Arg.named(
                                "O_PATH|O_DIRECTORY|O_NOFOLLOW|O_CLOEXEC",
                                Flags.O_PATH | Flags.O_DIRECTORY | Flags.O_NOFOLLOW | Flags.O_CLOEXEC))
                .into(into);
        expectProc(into);
    }

    private void expectProc(Register file) {
        Arg.Address facts = program.reserve(STATFS_BYTES, "facts");
        program.call("fstatfs", file, facts);
        program.expect(facts, 8, ALL_BITS, PROC_SUPER_MAGIC, Errno.EXDEV.number());
    }

    /** Whether the files of this process below /proc are its user's, 1, or root's, 0: PR_SET_DUMPABLE of prctl(2). */
    void dumpable(int how) {
        program.call(
                "prctl", Arg.named("PR_SET_DUMPABLE", PR_SET_DUMPABLE), Arg.of(how), Arg.of(0), Arg.of(0), Arg.of(0));
    }
}
