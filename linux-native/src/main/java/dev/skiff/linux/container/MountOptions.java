package dev.skiff.linux.container;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.stream.Stream;

/**
 * The options of a mount in a runtime specification (config.md, "Linux mount options"), sorted into what the kernel takes
 * them as. Of a bind that takes the mounts below along, an option such as {@code ro} means all of them, as it has
 * long done with Docker; {@code rro} and its kind say so aloud.
 *
 * @param top attributes of the mount itself
 * @param all attributes of the mounts below it as well
 * @param propagation MS_ bits; 0 leaves it
 * @param bind whether it is a bind at all
 * @param recursiveBind whether a bind takes the mounts below along
 * @param idmap whether ids are mapped, and how far down
 * @param copyUp whether a new tmpfs begins with what it covers
 * @param remount whether what is mounted there already is changed
 * @param data what the file system itself takes, {@code key=value} or {@code flag}
 */
record MountOptions(
        Attributes top,
        Attributes all,
        int propagation,
        boolean bind,
        boolean recursiveBind,
        Idmap idmap,
        boolean copyUp,
        boolean remount,
        List<String> data) {

    /** MOUNT_ATTR_ bits to set and to clear. */
    record Attributes(int set, int clear) {
        static final Attributes NONE = new Attributes(0, 0);

        /** With those bits set; of the times of access only one choice can be. */
        Attributes plusSet(int bits) {
            int group = (bits & Flags.MOUNT_ATTR__ATIME) != 0 ? Flags.MOUNT_ATTR__ATIME : bits;
            return new Attributes((set & ~group) | bits, (clear & ~group) | (group & Flags.MOUNT_ATTR__ATIME));
        }

        Attributes plusClear(int bits) {
            return new Attributes(set & ~bits, clear | bits);
        }

        boolean isNone() {
            return set == 0 && clear == 0;
        }
    }

    /** How far ids are mapped. */
    enum Idmap {
        NONE,
        MOUNT,
        TREE
    }

    private static final Map<String, Integer> SETS = Map.of(
            "ro", Flags.MOUNT_ATTR_RDONLY,
            "nosuid", Flags.MOUNT_ATTR_NOSUID,
            "nodev", Flags.MOUNT_ATTR_NODEV,
            "noexec", Flags.MOUNT_ATTR_NOEXEC,
            "nodiratime", Flags.MOUNT_ATTR_NODIRATIME,
            "noatime", Flags.MOUNT_ATTR_NOATIME,
            "strictatime", Flags.MOUNT_ATTR_STRICTATIME,
            "nosymfollow", Flags.MOUNT_ATTR_NOSYMFOLLOW);

    /** {@code relatime} is what is left when the other two are not. */
    private static final Map<String, Integer> CLEARS = Map.ofEntries(
            Map.entry("rw", Flags.MOUNT_ATTR_RDONLY),
            Map.entry("suid", Flags.MOUNT_ATTR_NOSUID),
            Map.entry("dev", Flags.MOUNT_ATTR_NODEV),
            Map.entry("exec", Flags.MOUNT_ATTR_NOEXEC),
            Map.entry("diratime", Flags.MOUNT_ATTR_NODIRATIME),
            Map.entry("atime", Flags.MOUNT_ATTR__ATIME),
            Map.entry("relatime", Flags.MOUNT_ATTR__ATIME),
            Map.entry("norelatime", Flags.MOUNT_ATTR__ATIME),
            Map.entry("nostrictatime", Flags.MOUNT_ATTR__ATIME),
            Map.entry("symfollow", Flags.MOUNT_ATTR_NOSYMFOLLOW));

    private static final Map<String, Integer> PROPAGATIONS = Map.of(
            "private",
            Flags.MS_PRIVATE,
            "rprivate",
            Flags.MS_PRIVATE | Flags.MS_REC,
            "slave",
            Flags.MS_SLAVE,
            "rslave",
            Flags.MS_SLAVE | Flags.MS_REC,
            "shared",
            Flags.MS_SHARED,
            "rshared",
            Flags.MS_SHARED | Flags.MS_REC,
            "unbindable",
            Flags.MS_UNBINDABLE,
            "runbindable",
            Flags.MS_UNBINDABLE | Flags.MS_REC);

    /** What is so anyway, or only speaks of messages in the kernel's log. */
    private static final Set<String> NOTHING =
            Set.of("defaults", "async", "nomand", "nolazytime", "noiversion", "silent", "loud");

    MountOptions {
        data = List.copyOf(data);
    }

    static MountOptions parse(List<String> options, String destination) {
        Attributes top = Attributes.NONE;
        Attributes all = Attributes.NONE;
        int propagation = 0;
        Idmap idmap = Idmap.NONE;
        List<String> data = new ArrayList<>();
        for (String option : options) {
            Optional<String> recursive = recursive(option);
            if (isAttribute(option)) {
                top = plus(top, option);
            } else if (recursive.isPresent()) {
                all = plus(all, recursive.get());
            } else if (PROPAGATIONS.containsKey(option)) {
                propagation = PROPAGATIONS.get(option);
            } else if (option.equals("idmap") || option.equals("ridmap")) {
                idmap = option.equals("idmap") ? Idmap.MOUNT : Idmap.TREE;
            } else if (option.equals("move")) {
                throw new IllegalArgumentException(
                        "mount " + destination + ": \"move\" would take a mount off the host");
            } else if (!NOTHING.contains(option)
                    && !Set.of("bind", "rbind", "tmpcopyup", "remount").contains(option)) {
                data.add(option);
            }
        }
        return new MountOptions(
                top,
                all,
                propagation,
                options.contains("bind") || options.contains("rbind"),
                options.contains("rbind"),
                idmap,
                options.contains("tmpcopyup"),
                options.contains("remount"),
                data);
    }

    /** Whether what is mounted there is to be seen by its peers. */
    boolean isShared() {
        return (propagation & Flags.MS_SHARED) != 0;
    }

    /** All that is not the file system's own. */
    static List<String> names() {
        Stream<String> attributes = Stream.concat(SETS.keySet().stream(), CLEARS.keySet().stream())
                .flatMap(name -> Stream.of(name, "r" + name));
        Stream<String> others = Stream.of("bind", "rbind", "remount", "idmap", "ridmap", "tmpcopyup");
        return Stream.of(attributes, PROPAGATIONS.keySet().stream(), NOTHING.stream(), others)
                .flatMap(names -> names)
                .sorted()
                .toList();
    }

    private static boolean isAttribute(String option) {
        return SETS.containsKey(option) || CLEARS.containsKey(option);
    }

    private static Optional<String> recursive(String option) {
        return Optional.of(option)
                .filter(text -> text.startsWith("r"))
                .map(text -> text.substring(1))
                .filter(MountOptions::isAttribute);
    }

    private static Attributes plus(Attributes attributes, String option) {
        Integer set = SETS.get(option);
        return set != null ? attributes.plusSet(set) : attributes.plusClear(CLEARS.getOrDefault(option, 0));
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
