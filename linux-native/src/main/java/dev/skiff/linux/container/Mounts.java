package dev.skiff.linux.container;

import dev.skiff.linux.RawPath;
import dev.skiff.linux.program.Program;
import dev.skiff.linux.program.Register;
import dev.skiff.oci.runtime.Mount;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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

    /** What the kernel makes up has labels of the policy's. */
    private static final Set<String> UNLABELLED = Set.of("proc", "sysfs", "cgroup", "cgroup2");

    private static final RawPath DEV = RawPath.of("dev");

    private final Assembly to;
    private final Program program;
    private final Register mounted;
    private final Register target;
    private final CopyUp copyUp;
    private Map<String, List<CoveredFile>> covered = Map.of();
    private Optional<Register> proc = Optional.empty();
    private final List<Register> readOnlyLater = new ArrayList<>();
    private final IdentityHashMap<Mount, Register> prepared = new IdentityHashMap<>();

    Mounts(Assembly to, CopyUp copyUp) {
        this.to = to;
        this.copyUp = copyUp;
        this.program = to.program;
        this.mounted = program.register("mount");
        this.target = program.register("mount point");
    }

    /**
     * Opens the sources of binds ahead of all else: by one who has rights on the host that the container has not.
     *
     * @param all whether that is so for all, or just for those whose ids are mapped
     * @param shares whether those that are to be shared are shared with the host: a copy is the peer of the host's mount only where
     *     that has not been made a slave yet, as all of the container's are
     */
    void prepare(List<Mount> mounts, boolean all, boolean shares, Map<IdMaps, String> userNamespaces) {
        for (Mount mount : mounts) {
            MountOptions options = MountOptions.parse(mount.options(), mount.destination());
            check(mount, RawPath.of(mount.destination()), options);
            Optional<IdMaps> maps = idMaps(mount, options);
            boolean ahead = all || maps.isPresent() || (shares && options.isShared());
            if (isBind(mount, options) && !options.remount() && ahead) {
                Register source = program.register("source of " + mount.destination());
                String from = mount.source().orElseThrow();
                program.purpose("take " + from + " for " + mount.destination());
                to.cloneHostTree(from, options.recursiveBind()).into(source);
                maps.ifPresent(ids -> map(source, ids, options, userNamespaces));
                prepared.put(mount, source);
            }
        }
    }

    /** The preparer's part when the container has them. */
    void forget() {
        prepared.values().forEach(source -> program.call("close", source));
    }

    /** How a mount shows the ids of its files, if it does. */
    static Optional<IdMaps> idMaps(Mount mount, MountOptions options) {
        boolean wanted = options.idmap() != MountOptions.Idmap.NONE
                || !mount.uidMappings().isEmpty();
        return wanted ? Optional.of(new IdMaps(mount.uidMappings(), mount.gidMappings())) : Optional.empty();
    }

    /** A mapped mount shows files as the user namespace would that is given: mount_setattr(2), "ID-mapped mounts". */
    private void map(Register mount, IdMaps ids, MountOptions options, Map<IdMaps, String> userNamespaces) {
        program.purpose(
                "map the ids of a mount: " + ids,
                to.rootless
                        ? "an ordinary user may do that for file systems that were mounted in the user namespace"
                        : "not every file system of every kernel can do that");
        String file = Objects.requireNonNull(userNamespaces.get(ids), "a user namespace for " + ids);
        to.mapIds(mount, file, options.idmap() == MountOptions.Idmap.TREE);
    }

    /** @param files what is on the mount points that a tmpfs begins with, by the mount's destination */
    void add(List<Mount> mounts, Map<String, List<CoveredFile>> files) {
        covered = files;
        mounts.forEach(this::add);
    }

    /**
     * The file system on the container's /proc, where that is a new one with all that there is in it: as it was made, so that no
     * image can stand in between, and whatever is mounted on top. Whoever takes it closes it.
     */
    Optional<Register> proc() {
        return proc;
    }

    private void add(Mount asked) {
        boolean later = isReadOnlyLater(asked);
        Mount mount = later ? writable(asked) : asked;
        RawPath destination = RawPath.of(mount.destination());
        MountOptions options = MountOptions.parse(mount.options(), mount.destination());
        check(mount, destination, options);
        String type = mount.type().orElse("bind");
        boolean bind = isBind(mount, options);
        program.purpose(
                (options.remount() ? "change " : "mount ")
                        + (bind ? mount.source().orElse("") : type) + " on " + mount.destination(),
                bind ? "a directory can be mounted on a directory, and a file on a file" : remedy(type));
        if (options.remount()) {
            to.openInRoot(destination.toString(), Flags.O_PATH).into(target);
            change(target, options, false);
            program.call("close", target);
            return;
        }
        boolean directory = true;
        Register source = mounted;
        if (bind) {
            String from = mount.source().orElseThrow();
            directory = Files.isDirectory(Path.of(from));
            if (prepared.containsKey(mount)) {
                source = Objects.requireNonNull(prepared.get(mount));
            } else {
                to.cloneHostTree(from, options.recursiveBind()).into(mounted);
            }
        } else {
            if (type.equals("proc") && isWhole(options) && proc.isEmpty()) {
                source = program.register("the container's /proc");
                proc = Optional.of(source);
            } else if (later) {
                source = program.register("mount on " + mount.destination());
                readOnlyLater.add(source);
            }
            create(type, mount.source(), options, source);
            copyUp.fill(source, mount.destination(), covered(mount, options));
        }
        change(source, options, bind && options.propagation() == 0);
        openTarget(destination, directory);
        to.attach(source, target);
        program.call("close", target);
        if (!later && proc.filter(source::equals).isEmpty()) {
            program.call("close", source);
        }
    }

    /** Not one without what is not a process (subset=pid), or that nothing can be written to. */
    private static boolean isWhole(MountOptions options) {
        return options.data().isEmpty() && ((options.top().set() | options.all().set()) & Flags.MOUNT_ATTR_RDONLY) == 0;
    }

    /** What the options say of the mount point itself is not overruled by what is there. */
    private List<CoveredFile> covered(Mount mount, MountOptions options) {
        boolean told = options.data().stream().anyMatch(option -> option.matches("(mode|uid|gid)=.*"));
        return covered.getOrDefault(mount.destination(), List.of()).stream()
                .filter(file -> !told || !file.path().isRoot())
                .toList();
    }

    static boolean isBind(Mount mount, MountOptions options) {
        return options.bind() || mount.type().orElse("bind").equals("bind");
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
        if (idMaps(mount, options).isPresent() && !isBind(mount, options)) {
            throw new IllegalArgumentException(subject + "only a bind can have mapped ids");
        }
        if (options.copyUp() && !mount.type().orElse("").equals("tmpfs")) {
            throw new IllegalArgumentException(subject + "only a tmpfs can begin with what it covers (tmpcopyup)");
        }
    }

    private void create(String type, Optional<String> source, MountOptions options, Register into) {
        if (type.equals("overlay")) {
            new OverlayMount(program)
                    .create(options.data(), options.top().set() | options.all().set(), into);
            return;
        }
        NewFilesystem fresh = new NewFilesystem(program, type);
        source.filter(name -> !name.isEmpty()).ifPresent(name -> fresh.set("source", name));
        for (String option : options.data()) {
            int equals = option.indexOf('=');
            if (equals < 0) {
                fresh.set(option);
            } else {
                fresh.set(option.substring(0, equals), option.substring(equals + 1));
            }
        }
        if (!UNLABELLED.contains(type)) {
            to.mountLabel.ifPresent(fresh::label);
        }
        fresh.mount(options.top().set() | options.all().set(), into);
    }

    /** Whether a new file system is writable until all is in it: what else is mounted there, what it covers, the devices. */
    private static boolean isReadOnlyLater(Mount mount) {
        MountOptions options = MountOptions.parse(mount.options(), mount.destination());
        int set = options.top().set() | options.all().set();
        return (mount.type().orElse("").equals("tmpfs")
                        || RawPath.of(mount.destination()).equals(DEV))
                && !isBind(mount, options)
                && !options.remount()
                && (set & Flags.MOUNT_ATTR_RDONLY) != 0;
    }

    private static Mount writable(Mount mount) {
        return mount.withOptions(mount.options().stream()
                .filter(option -> !option.equals("ro") && !option.equals("rro"))
                .toList());
    }

    /** Once nothing more is to be made there. */
    void finish() {
        for (Register mount : readOnlyLater) {
            program.purpose("make the " + mount.name() + " read-only");
            to.setAttributes(mount, Flags.MOUNT_ATTR_RDONLY, 0, 0, false);
            program.call("close", mount);
        }
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
        if (REAL_DIRECTORIES.stream().noneMatch(name -> destination.startsWith(RawPath.of(name)))) {
            to.expectNotInProc(target);
        }
    }

    private String remedy(String type) {
        if (type.equals("proc") && to.inUserNamespace) {
            return "a user namespace may mount /proc only where the host's own is not partly covered,"
                    + " as it is inside most containers";
        }
        if (type.equals("sysfs") && to.inUserNamespace) {
            return "a user namespace may mount sysfs only with a network namespace of its own";
        }
        return "";
    }
}
