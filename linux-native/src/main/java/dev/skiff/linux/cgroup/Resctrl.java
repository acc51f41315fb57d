package dev.skiff.linux.cgroup;

import dev.skiff.oci.runtime.IntelRdt;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The file system by which the kernel divides caches and memory bandwidth into classes of service, where it is mounted. */
public final class Resctrl {
    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
    private static final Pattern NAME = Pattern.compile("[^/\\s\\x00]{1,255}");
    private static final Set<String> TAKEN = Set.of(".", "..", "info", "mon_data", "mon_groups");
    private static final String CACHE = "llc_occupancy";
    private static final List<String> BANDWIDTH = List.of("mbm_total_bytes", "mbm_local_bytes");

    private final Optional<Path> mount;

    private Resctrl(Optional<Path> mount) {
        this.mount = mount;
    }

    /** Of this host. */
    public static Resctrl find() {
        return of(GroupFiles.read(MOUNTS));
    }

    static Resctrl of(String mountInfo) {
        return new Resctrl(mountInfo
                .lines()
                .map(line -> Arrays.asList(line.split(" ", -1)))
                .filter(fields -> fields.indexOf("-") > 0
                        && fields.get(fields.indexOf("-") + 1).equals("resctrl"))
                .map(fields -> Hierarchies.mountPoint(fields))
                .findFirst());
    }

    /**
     * The class of a container.
     *
     * @throws IllegalArgumentException if what is asked for cannot be had
     */
    public ServiceClass plan(String container, IntelRdt asked) {
        Path root = mount.orElseThrow(() -> new IllegalArgumentException(
                "linux.intelRdt: no resctrl file system is mounted; on a processor that has it (rdt_a in /proc/cpuinfo),"
                        + " with a kernel that does, root mounts it: mount -t resctrl resctrl /sys/fs/resctrl"));
        checkMonitors(root, asked);
        String name = asked.closId().orElse(container);
        if (!NAME.matcher(name).matches() || TAKEN.contains(name)) {
            throw new IllegalArgumentException("linux.intelRdt.closID must be the name of a directory right below "
                    + root + ", got \"" + name + "\"");
        }
        Path path = root.resolve(name);
        List<String> writes = Schemata.writes(asked);
        boolean there = Files.isDirectory(path);
        if (there) {
            checkThere(path, asked, writes);
        } else if (asked.closId().isPresent() && writes.isEmpty()) {
            throw new IllegalArgumentException("linux.intelRdt.closID: there is no " + path
                    + "; make it, or say in l3CacheSchema, memBwSchema or schemata what its share is to be");
        }
        boolean measured = asked.enableMonitoring() || asked.enableCmt() || asked.enableMbm();
        return new ServiceClass(
                path,
                !there,
                there ? List.of() : writes,
                measured ? Optional.of(path.resolve("mon_groups").resolve(container)) : Optional.empty());
    }

    /** One that is there is used by others as well, and stays as it is. */
    private static void checkThere(Path path, IntelRdt asked, List<String> writes) {
        if (asked.closId().isEmpty()) {
            throw new IllegalArgumentException(
                    "linux.intelRdt: " + path + " is somebody else's already; name it as closID if it is to be shared");
        }
        String schemata = GroupFiles.read(path.resolve("schemata"));
        if (!Schemata.contain(schemata, writes)) {
            throw new IllegalArgumentException("linux.intelRdt: " + path + " is there with another share than \""
                    + String.join("", writes).trim() + "\": \"" + schemata.trim() + "\"; choose another closID");
        }
    }

    private static void checkMonitors(Path root, IntelRdt asked) {
        Path features = root.resolve("info/L3_MON/mon_features");
        List<String> there =
                GroupFiles.find(features).stream().flatMap(String::lines).toList();
        check("enableCMT", asked.enableCmt() && !there.contains(CACHE), features);
        check("enableMBM", asked.enableMbm() && BANDWIDTH.stream().noneMatch(there::contains), features);
        check("enableMonitoring", asked.enableMonitoring() && there.isEmpty(), features);
    }

    private static void check(String property, boolean missing, Path features) {
        if (missing) {
            throw new IllegalArgumentException("linux.intelRdt." + property
                    + ": this processor, or this kernel, does not measure that: " + features);
        }
    }
}
