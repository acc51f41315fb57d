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

    /**
     * Files that the image may not redirect by making these names links: they are mounted on what the name itself is, so that
     * nothing else is covered, and a link that leads nowhere is as good as a file.
     */
    private static final Set<String> REAL_FILES = Set.of("etc/hosts", "etc/hostname", "etc/resolv.conf");

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
        MountOptions options = MountOptions.parse(mount.options(), mount.destination());
        check(mount, destination, options);
        String type = type(mount);
        boolean bind = isBind(mount, options);
        program.purpose(
                (options.remount() ? "change " : "mount ")
                        + (bind ? mount.source().orElse("") : type) + " on " + mount.destination(),
                remedy(type));
        if (options.remount()) {
            to.openInRoot(destination.toString(), Flags.O_PATH).into(target);
            change(target, options, false);
            program.call("close", target);
            return;
        }
        boolean directory = true;
        if (bind) {
            String source = mount.source().orElseThrow();
            directory = Files.isDirectory(Path.of(source));
            to.cloneHostTree(source, options.recursiveBind()).into(mounted);
        } else {
            create(type, options);
        }
        change(mounted, options, bind && options.propagation() == 0);
        openTarget(destination, directory);
        to.attach(mounted, target);
        program.call("close", target);
        program.call("close", mounted);
    }

    private static boolean isBind(Mount mount, MountOptions options) {
        return options.bind() || mount.type().orElse("bind").equals("bind");
    }

    /** The file system. That of version 1 of control groups would be one for each controller: see the package. */
    private static String type(Mount mount) {
        String type = mount.type().orElse("bind");
        return type.equals("cgroup") ? "cgroup2" : type;
    }

    private static void check(Mount mount, RawPath destination, MountOptions options) {
        String subject = "mount " + mount.destination() + ": ";
        if (destination.isRoot()) {
            throw new IllegalArgumentException("a mount on / would hide the container's own root");
        }
        if (destination.startsWith(RawPath.of("proc"))
                && !destination.equals(RawPath.of("proc"))
                && !BELOW_PROC.contains(destination.toString())) {
            throw new IllegalArgumentException(subject + "nothing may be mounted below /proc");
        }
        if (isBind(mount, options) && !options.remount() && mount.source().isEmpty()) {
            throw new IllegalArgumentException(subject + "a bind needs a source");
        }
        if ((isBind(mount, options) || options.remount()) && !options.data().isEmpty()) {
            throw new IllegalArgumentException(subject + "a bind takes no data of a file system: " + options.data());
        }
        if (options.idmap() != MountOptions.Idmap.NONE || !mount.uidMappings().isEmpty()) {
            throw new IllegalArgumentException(subject + "mapped ids are not there yet");
        }
        if (options.copyUp()) {
            throw new IllegalArgumentException(subject + "the option \"tmpcopyup\" is not there yet");
        }
    }

    private void create(String type, MountOptions options) {
        if (type.equals("overlay")) {
            new OverlayMount(program)
                    .create(options.data(), options.top().set() | options.all().set(), mounted);
            return;
        }
        NewFilesystem fresh = new NewFilesystem(program, type);
        for (String option : options.data()) {
            int equals = option.indexOf('=');
            if (equals < 0) {
                fresh.set(option);
            } else {
                fresh.set(option.substring(0, equals), option.substring(equals + 1));
            }
        }
        fresh.mount(options.top().set() | options.all().set(), mounted);
    }

    /**
     * Sets what the options say of a mount. What they do not name stays as it is at the source: flags that the host gave it are
     * added to, and taken away only by name.
     *
     * @param isolate whether mounts that the host makes there later stay out: of a bind that is not told otherwise
     */
    private void change(Register mount, MountOptions options, boolean isolate) {
        MountOptions.Attributes top = options.top();
        int propagation = options.propagation() & ~Flags.MS_REC;
        boolean tree = options.recursiveBind() || options.propagation() != propagation;
        if (isolate || propagation != 0) {
            to.setAttributes(mount, 0, 0, isolate ? Flags.MS_PRIVATE : propagation, tree);
        }
        if (!top.isNone()) {
            to.setAttributes(mount, top.set(), top.clear(), 0, false);
        }
        if (options.recursiveBind() && top.set() != 0) {
            to.setAttributes(mount, top.set(), top.clear() & Flags.MOUNT_ATTR__ATIME, 0, true);
        }
        if (!options.all().isNone()) {
            to.setAttributes(mount, options.all().set(), options.all().clear(), 0, true);
        }
    }

    private void openTarget(RawPath destination, boolean directory) {
        if (REAL_DIRECTORIES.contains(destination.toString())) {
            to.openRealDirectory(destination.toString(), target);
        } else if (directory) {
            to.openDirectory(destination, target);
        } else if (REAL_FILES.contains(destination.toString())) {
            to.openRealFile(destination, target);
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
