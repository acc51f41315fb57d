package dev.skiff.linux.container;

import dev.skiff.linux.RawPath;
import dev.skiff.linux.program.Program;
import dev.skiff.linux.program.Register;
import dev.skiff.oci.runtime.Mount;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Mounts what the specification lists, in its order, each on a descriptor that was opened below the root. */
final class Mounts {
    /** File systems that the image may not redirect by making these names links (CVE-2026-41579 and its kind). */
    private static final Set<String> REAL_DIRECTORIES = Set.of("proc", "dev", "sys");

    /** What may be mounted below /proc: files of lxcfs, which say the container's share of the machine. */
    private static final Set<String> BELOW_PROC = Set.of(
            "proc/cpuinfo", "proc/diskstats", "proc/meminfo", "proc/stat", "proc/swaps", "proc/uptime", "proc/loadavg");

    private final Assembly to;
    private final Program program;
    private final Register mounted;
    private final Register target;

    Mounts(Assembly to) {
        this.to = to;
        this.program = to.program;
        this.mounted = program.register("mount");
        this.target = program.register("mount point");
    }

    void add(List<Mount> mounts) {
        mounts.forEach(this::add);
    }

    private void add(Mount mount) {
        RawPath destination = RawPath.of(mount.destination());
        String type = mount.type().orElse("bind");
        MountOptions options = MountOptions.parse(mount.options(), mount.destination());
        boolean bind = options.bind() || type.equals("bind");
        if (destination.isRoot()) {
            throw new IllegalArgumentException("a mount on / would hide the container's own root");
        }
        if (destination.startsWith(RawPath.of("proc"))
                && !destination.equals(RawPath.of("proc"))
                && !BELOW_PROC.contains(destination.toString())) {
            throw new IllegalArgumentException("mount " + mount.destination() + ": nothing may be mounted below /proc");
        }
        program.purpose(
                "mount " + (bind ? mount.source().orElse("") : type) + " on " + mount.destination(), remedy(type));
        boolean directory = true;
        if (bind) {
            String source = mount.source()
                    .orElseThrow(() ->
                            new IllegalArgumentException("mount " + mount.destination() + ": a bind needs a source"));
            directory = Files.isDirectory(Path.of(source));
            bind(source, options);
        } else {
            create(type, options);
        }
        openTarget(destination, directory);
        to.attach(mounted, target);
        program.call("close", target);
        program.call("close", mounted);
    }

    private void create(String type, MountOptions options) {
        NewFilesystem fresh = new NewFilesystem(program, type);
        for (String option : options.data()) {
            int equals = option.indexOf('=');
            if (equals < 0) {
                fresh.set(option);
            } else {
                fresh.set(option.substring(0, equals), option.substring(equals + 1));
            }
        }
        fresh.mount(options.set(), mounted);
    }

    private void bind(String source, MountOptions options) {
        if (!options.data().isEmpty()) {
            throw new IllegalArgumentException(
                    "bind of " + source + " takes no data of a file system: " + options.data());
        }
        to.cloneHostTree(source, options.recursiveBind()).into(mounted);
        // the source's own locked flags stay: they are only added to. The times of access alone are a choice of one
        int clear = (options.set() & Flags.MOUNT_ATTR__ATIME) == 0 ? 0 : Flags.MOUNT_ATTR__ATIME;
        int propagation = options.propagation() == 0 ? Flags.MS_PRIVATE : options.propagation() & ~Flags.MS_REC;
        to.setAttributes(mounted, options.set(), clear, propagation, options.recursiveBind());
    }

    private void openTarget(RawPath destination, boolean directory) {
        if (REAL_DIRECTORIES.contains(destination.toString())) {
            to.openRealDirectory(destination.toString(), target);
        } else if (directory) {
            to.openDirectory(destination, target);
        } else {
            to.openFile(destination, target);
        }
    }

    private String remedy(String type) {
        if (type.equals("proc") && to.rootless) {
            return "a user namespace may mount /proc only where the host's own is not partly covered,"
                    + " as it is inside most containers";
        }
        if (type.equals("sysfs") && to.rootless) {
            return "a user namespace may mount sysfs only with a network namespace of its own";
        }
        return "";
    }
}
