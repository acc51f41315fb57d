package dev.skiff.linux.container;

import dev.skiff.linux.MemoryFile;
import dev.skiff.linux.RawPath;
import dev.skiff.linux.program.Arg;
import dev.skiff.linux.program.Program;
import dev.skiff.linux.program.Register;
import java.nio.file.Path;
import java.util.List;

/**
 * Puts files of memory into a container: they are written to one tmpfs, and each is mounted from there. To be a source of mounts
 * the tmpfs has to be mounted itself (before Linux 6.15 nothing detached may be cloned), which it is over the container's
 * directory, out of the container's sight and gone with the host's root.
 */
final class MemoryFiles {
    private static final String CREATE_TEXT = "O_WRONLY|O_CREAT|O_EXCL|O_NOFOLLOW|O_CLOEXEC";
    private static final int CREATE =
            Flags.O_WRONLY | Flags.O_CREAT | Flags.O_EXCL | Flags.O_NOFOLLOW | Flags.O_CLOEXEC;
    private static final int EXECUTE = 0111;

    private final Assembly to;
    private final Program program;
    private final Register memory;
    private final Register file;
    private final Register clone;
    private final Register target;

    MemoryFiles(Assembly to) {
        this.to = to;
        this.program = to.program;
        this.memory = program.register("memory");
        this.file = program.register("memory file");
        this.clone = program.register("memory mount");
        this.target = program.register("memory file's mount point");
    }

    /** @param stage a directory of the host that the container does not need to see any more */
    void add(List<MemoryFile> files, Path stage) {
        if (files.isEmpty()) {
            return;
        }
        program.purpose("keep " + files.size() + " files in memory");
        NewFilesystem tmpfs = new NewFilesystem(program, "tmpfs");
        tmpfs.set("mode", "0700");
        tmpfs.mount(0, memory);
        program.call(
                        "openat",
                        Flags.AT_FDCWD,
                        program.string(stage.toString()),
                        Arg.named("O_PATH|O_DIRECTORY|O_CLOEXEC", Flags.O_PATH | Flags.O_DIRECTORY | Flags.O_CLOEXEC))
                .into(target);
        to.attach(memory, target);
        program.call("close", target);
        for (int i = 0; i < files.size(); i++) {
            write(files.get(i), Integer.toString(i));
            mount(files.get(i), Integer.toString(i));
        }
        program.call("close", memory);
    }

    private void write(MemoryFile content, String name) {
        program.purpose("write " + content.destination() + " to memory");
        program.call("openat", memory, program.string(name), Arg.named(CREATE_TEXT, CREATE), Arg.octal(0600))
                .into(file);
        int length = content.content().length;
        program.call("write", file, program.bytes(content.content(), "(" + length + " bytes)"), Arg.of(length));
        program.call("fchown", file, Arg.of(content.uid()), Arg.of(content.gid()));
        program.call("fchmod", file, Arg.octal(content.mode())); // after its owner, whose change takes setuid bits away
        program.call("close", file);
    }

    private void mount(MemoryFile content, String name) {
        program.purpose("mount " + content.destination() + " from memory");
        to.openBelow(memory, name, Flags.O_PATH).into(file);
        to.cloneTree(file, false).into(clone);
        program.call("close", file);
        int noexec = (content.mode() & EXECUTE) == 0 ? Flags.MOUNT_ATTR_NOEXEC : 0;
        int attributes = Flags.MOUNT_ATTR_RDONLY | Flags.MOUNT_ATTR_NOSUID | Flags.MOUNT_ATTR_NODEV | noexec;
        to.setAttributes(clone, attributes, 0, Flags.MS_PRIVATE, false);
        to.openFile(RawPath.of(content.destination()), target);
        to.expectNotInProc(target);
        to.attach(clone, target);
        program.call("close", target);
        program.call("close", clone);
    }
}
