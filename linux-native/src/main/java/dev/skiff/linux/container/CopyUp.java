package dev.skiff.linux.container;

import dev.skiff.linux.FileMetadata;
import dev.skiff.linux.abi.Errno;
import dev.skiff.linux.program.Arg;
import dev.skiff.linux.program.Program;
import dev.skiff.linux.program.Register;
import dev.skiff.oci.runtime.IdMapping;
import dev.skiff.oci.runtime.Linux;
import java.util.List;
import java.util.Optional;

/**
 * Fills a tmpfs with what it is about to cover. It is mounted nowhere yet, so nobody else can be in there: names below it mean
 * what we have made. Extended attributes and times are not copied.
 */
final class CopyUp {
    private static final int CREATE =
            Flags.O_WRONLY | Flags.O_CREAT | Flags.O_EXCL | Flags.O_NOFOLLOW | Flags.O_CLOEXEC;
    private static final long ALL_BITS = 0xffffffffL;
    private static final int S_IFDIR = 0040000;
    private static final int S_IFREG = 0100000;
    private static final int S_IFLNK = 0120000;

    private final Program program;
    private final Linux linux;
    private final boolean ownUser;
    private final Register file;
    private final Register written;

    CopyUp(Assembly to, Linux linux, boolean ownUser) {
        this.program = to.program;
        this.linux = linux;
        this.ownUser = ownUser;
        this.file = program.register("copied file");
        this.written = program.register("written");
    }

    /** The files come with directories ahead of what is in them. */
    void fill(Register tmpfs, String destination, List<CoveredFile> files) {
        if (!files.isEmpty()) {
            program.purpose("copy what is on " + destination + " already");
        }
        files.forEach(each -> copy(tmpfs, each));
    }

    private void copy(Register tmpfs, CoveredFile covered) {
        FileMetadata metadata = covered.metadata();
        boolean top = covered.path().isRoot();
        Arg.Address path =
                top ? program.string(".") : program.string(covered.path().bytes(), "\"" + covered.path() + "\"");
        byte[] content = covered.content().orElse(new byte[0]);
        Arg mode = Arg.octal(metadata.permissions());
        switch (metadata.type()) {
            case S_IFDIR -> {
                if (!top) {
                    program.call("mkdirat", tmpfs, path, mode);
                }
            }
            case S_IFREG -> write(tmpfs, path, content);
            case S_IFLNK -> program.call("symlinkat", program.string(content, "target"), tmpfs, path);
            default ->
                program.call(
                        "mknodat",
                        tmpfs,
                        path,
                        Arg.octal(metadata.type() | metadata.permissions()),
                        Arg.of(Devices.number(metadata.deviceMajor(), metadata.deviceMinor())));
        }
        own(tmpfs, path, metadata);
        if (metadata.type() != S_IFLNK) {
            program.call("fchmodat", tmpfs, path, mode); // after its owner, whose change takes setuid bits away
        }
    }

    private void write(Register tmpfs, Arg.Address path, byte[] content) {
        program.call(
                        "openat",
                        tmpfs,
                        path,
                        Arg.named("O_WRONLY|O_CREAT|O_EXCL|O_NOFOLLOW|O_CLOEXEC", CREATE),
                        Arg.octal(0600))
                .into(file);
        program.call("write", file, program.bytes(content, "(" + content.length + " bytes)"), Arg.of(content.length))
                .into(written);
        Arg.Address count = program.words("written", 0);
        program.store(written, count, 8);
        program.expect(count, 4, ALL_BITS, content.length, Errno.ENOSPC.number()); // not some of it, and no word
        program.call("close", file);
    }

    /** In a user namespace of its own, what belongs to nobody in there belongs to root. */
    private void own(Register tmpfs, Arg.Address path, FileMetadata metadata) {
        long uid = ownUser ? inside(linux.uidMappings(), metadata.uid()) : metadata.uid();
        long gid = ownUser ? inside(linux.gidMappings(), metadata.gid()) : metadata.gid();
        Arg noFollow = Arg.named("AT_SYMLINK_NOFOLLOW", Flags.AT_SYMLINK_NOFOLLOW);
        program.call("fchownat", tmpfs, path, Arg.of(uid), Arg.of(gid), noFollow);
    }

    private static long inside(List<IdMapping> maps, int id) {
        Optional<IdMapping> found = maps.stream()
                .filter(map -> id >= map.hostId() && id - map.hostId() < map.size())
                .findFirst();
        return found.map(map -> map.containerId() + id - map.hostId()).orElse(0L);
    }
}
