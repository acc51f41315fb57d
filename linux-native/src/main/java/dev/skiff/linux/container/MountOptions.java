package dev.skiff.linux.container;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

/**
 * The options of a mount in a runtime specification (mount(8)), sorted into what the kernel takes them as.
 *
 * @param set MOUNT_ATTR_ bits to set
 * @param clear MOUNT_ATTR_ bits to clear
 * @param propagation MS_ bits; 0 leaves it
 * @param recursiveBind whether a bind takes the mounts below along
 * @param bind whether it is one at all
 * @param data what the file system itself takes, {@code key=value} or {@code flag}
 */
record MountOptions(int set, int clear, int propagation, boolean bind, boolean recursiveBind, List<String> data) {
    private static final Map<String, Integer> SETS = Map.of(
            "ro", Flags.MOUNT_ATTR_RDONLY,
            "nosuid", Flags.MOUNT_ATTR_NOSUID,
            "nodev", Flags.MOUNT_ATTR_NODEV,
            "noexec", Flags.MOUNT_ATTR_NOEXEC,
            "nodiratime", Flags.MOUNT_ATTR_NODIRATIME,
            "noatime", Flags.MOUNT_ATTR_NOATIME,
            "strictatime", Flags.MOUNT_ATTR_STRICTATIME);
    private static final Map<String, Integer> CLEARS = Map.of(
            "rw", Flags.MOUNT_ATTR_RDONLY,
            "suid", Flags.MOUNT_ATTR_NOSUID,
            "dev", Flags.MOUNT_ATTR_NODEV,
            "exec", Flags.MOUNT_ATTR_NOEXEC,
            "diratime", Flags.MOUNT_ATTR_NODIRATIME);
    private static final Map<String, Integer> PROPAGATIONS = Map.of(
            "private",
            Flags.MS_PRIVATE,
            "rprivate",
            Flags.MS_PRIVATE | Flags.MS_REC,
            "slave",
            Flags.MS_SLAVE,
            "rslave",
            Flags.MS_SLAVE | Flags.MS_REC);
    private static final List<String> NOT_YET = List.of(
            "shared",
            "rshared",
            "unbindable",
            "runbindable",
            "idmap",
            "ridmap",
            "tmpcopyup",
            "rro",
            "rrw",
            "remount",
            "move");

    MountOptions {
        data = List.copyOf(data);
    }

    static MountOptions parse(List<String> options, String destination) {
        int set = 0;
        int clear = 0;
        int propagation = 0;
        boolean bind = false;
        boolean recursive = false;
        List<String> data = new ArrayList<>();
        for (String option : options) {
            if (SETS.containsKey(option)) {
                set |= SETS.get(option);
                clear &= ~SETS.get(option);
            } else if (CLEARS.containsKey(option)) {
                clear |= CLEARS.get(option);
                set &= ~CLEARS.get(option);
            } else if (PROPAGATIONS.containsKey(option)) {
                propagation = PROPAGATIONS.get(option);
            } else if (option.equals("bind") || option.equals("rbind")) {
                bind = true;
                recursive |= option.equals("rbind");
            } else if (NOT_YET.contains(option)) {
                throw new IllegalArgumentException(
                        "mount " + destination + ": the option \"" + option + "\" is not there yet");
            } else if (!option.equals("defaults") && !option.equals("relatime") && !option.equals("async")) {
                data.add(option);
            }
        }
        return new MountOptions(set, clear, propagation, bind, recursive, data);
    }

    static String attributeText(int attributes) {
        StringJoiner text = new StringJoiner("|");
        SETS.entrySet().stream()
                .filter(entry -> (attributes & entry.getValue()) != 0)
                .map(entry ->
                        "MOUNT_ATTR_" + entry.getKey().toUpperCase(Locale.ROOT).replace("RO", "RDONLY"))
                .sorted()
                .forEach(text::add);
        return text.length() == 0 ? "0" : text.toString();
    }
}
