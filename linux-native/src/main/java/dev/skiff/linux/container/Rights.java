package dev.skiff.linux.container;

import dev.skiff.linux.program.Arg;
import dev.skiff.linux.program.Line;
import dev.skiff.linux.program.Program;
import dev.skiff.oci.runtime.Capabilities;
import dev.skiff.oci.runtime.Capability;
import dev.skiff.oci.runtime.Rlimit;
import dev.skiff.oci.runtime.RlimitType;
import dev.skiff.oci.runtime.User;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Gives up rights: limits, system calls, capabilities, identity, in the order in which each still can be given up. */
final class Rights {
    private static final System.Logger LOG = System.getLogger(Rights.class.getName());
    private static final String FILTERED = "a filter of system calls that is in force already has to allow ";
    private static final int PR_SET_PDEATHSIG = 1;
    private static final int PR_SET_KEEPCAPS = 8;
    private static final int PR_CAPBSET_DROP = 24;
    private static final int PR_SET_NO_NEW_PRIVS = 38;
    private static final int PR_CAP_AMBIENT = 47;
    private static final int PR_CAP_AMBIENT_RAISE = 2;
    private static final int PR_CAP_AMBIENT_CLEAR_ALL = 4;
    private static final int CAPABILITY_VERSION_3 = 0x20080522;
    private static final int SECCOMP_SET_MODE_FILTER = 1;
    private static final int SIGKILL = 9;
    private static final int FILTER_BYTES = 8; // struct sock_filter

    private static final Map<RlimitType, Integer> LIMITS = Map.ofEntries(
            Map.entry(RlimitType.RLIMIT_CPU, 0),
            Map.entry(RlimitType.RLIMIT_FSIZE, 1),
            Map.entry(RlimitType.RLIMIT_DATA, 2),
            Map.entry(RlimitType.RLIMIT_STACK, 3),
            Map.entry(RlimitType.RLIMIT_CORE, 4),
            Map.entry(RlimitType.RLIMIT_RSS, 5),
            Map.entry(RlimitType.RLIMIT_NPROC, 6),
            Map.entry(RlimitType.RLIMIT_NOFILE, 7),
            Map.entry(RlimitType.RLIMIT_MEMLOCK, 8),
            Map.entry(RlimitType.RLIMIT_AS, 9),
            Map.entry(RlimitType.RLIMIT_LOCKS, 10),
            Map.entry(RlimitType.RLIMIT_SIGPENDING, 11),
            Map.entry(RlimitType.RLIMIT_MSGQUEUE, 12),
            Map.entry(RlimitType.RLIMIT_NICE, 13),
            Map.entry(RlimitType.RLIMIT_RTPRIO, 14),
            Map.entry(RlimitType.RLIMIT_RTTIME, 15));

    private static final List<String> NAMES = Stream.of(Capability.values())
            .sorted(Comparator.comparingInt(Capability::number))
            .map(Capability::name)
            .toList();

    private final Program program;

    Rights(Program program) {
        this.program = program;
    }

    void limit(List<Rlimit> limits) {
        for (Rlimit limit : limits) {
            program.purpose(
                    "set " + limit.type() + " to " + limit.soft() + ":" + limit.hard(),
                    "a hard limit above the host's own needs CAP_SYS_RESOURCE");
            Arg.Address values =
                    program.words("{" + limit.soft() + ", " + limit.hard() + "}", limit.soft(), limit.hard());
            Arg which = Arg.named(limit.type().name(), Objects.requireNonNull(LIMITS.get(limit.type())));
            program.call("prlimit64", Arg.of(0), which, values, Arg.none());
        }
    }

    void refuseNewPrivileges() {
        program.purpose("refuse new privileges");
        prctl("PR_SET_NO_NEW_PRIVS", PR_SET_NO_NEW_PRIVS, 1);
    }

    /** Loads a compiled filter: seccomp(2). */
    Line filter(byte[] instructions, int flags) {
        program.purpose("load the seccomp filter", "a kernel without CONFIG_SECCOMP_FILTER cannot hold a container");
        Arg.Address code = program.bytes(instructions, instructions.length / FILTER_BYTES + " instructions");
        Arg.Address filter = program.words(code.text(), instructions.length / FILTER_BYTES, code.value());
        return program.call(
                "seccomp", Arg.named("SECCOMP_SET_MODE_FILTER", SECCOMP_SET_MODE_FILTER), Arg.of(flags), filter);
    }

    /** The bounding set first: it is what a set-user-id program could get back. */
    void dropBounding(Capabilities keep, int lastCapability) {
        program.purpose("drop capabilities for good", FILTERED + "prctl");
        long kept = mask(keep.bounding());
        for (int number = 0; number <= lastCapability; number++) {
            if ((kept >>> number & 1) == 0) {
                program.call(
                        "prctl",
                        Arg.named("PR_CAPBSET_DROP", PR_CAPBSET_DROP),
                        Arg.named(nameOf(number), number),
                        Arg.of(0),
                        Arg.of(0),
                        Arg.of(0));
            }
        }
    }

    /** A newer kernel may know more than we have names for. */
    private static String nameOf(int number) {
        return number < NAMES.size() ? NAMES.get(number) : "capability " + number;
    }

    /**
     * Becomes that user, in no group but its own and those asked for; the JVM's are left behind.
     *
     * @param groupsMayBeSet false where a user namespace of one id forbids it (user_namespaces(7))
     */
    void become(User user, boolean groupsMayBeSet) {
        program.purpose(
                "become user " + user.uid() + ":" + user.gid(),
                "ids that are not mapped in the user namespace cannot be used; see /etc/subuid and /etc/subgid");
        List<Integer> groups = new ArrayList<>(List.of(user.gid()));
        user.additionalGids().stream().filter(gid -> gid != user.gid()).forEach(groups::add);
        if (groupsMayBeSet) {
            int[] ids = groups.stream().mapToInt(Integer::intValue).toArray();
            program.call("setgroups", Arg.of(ids.length), program.ints(groups.toString(), ids));
        }
        Arg gid = Arg.of(user.gid());
        program.call("setresgid", gid, gid, gid);
        prctl("PR_SET_KEEPCAPS", PR_SET_KEEPCAPS, 1);
        Arg uid = Arg.of(user.uid());
        program.call("setresuid", uid, uid, uid);
    }

    void dieWithParent(boolean die) {
        prctl("PR_SET_PDEATHSIG", PR_SET_PDEATHSIG, die ? SIGKILL : 0);
    }

    /**
     * Sets what can be given of it. The rest is not given, and a warning and no error, as the specification has it (config.md,
     * "capabilities"): the container is held more tightly than was asked for, and not less.
     *
     * @param given what there is, as a mask
     */
    void setCapabilities(Capabilities asked, long given) {
        Capabilities capabilities = possible(asked, given);
        program.purpose("set capabilities", FILTERED + "capset and prctl");
        long effective = mask(capabilities.effective());
        long permitted = mask(capabilities.permitted());
        long inheritable = mask(capabilities.inheritable());
        Arg.Address header = program.ints("{_LINUX_CAPABILITY_VERSION_3, 0}", CAPABILITY_VERSION_3, 0);
        Arg.Address data = program.ints(
                String.format("{effective=0x%x, permitted=0x%x, inheritable=0x%x}", effective, permitted, inheritable),
                (int) effective,
                (int) permitted,
                (int) inheritable,
                (int) (effective >>> 32),
                (int) (permitted >>> 32),
                (int) (inheritable >>> 32));
        program.call("capset", header, data);
        ambient("PR_CAP_AMBIENT_CLEAR_ALL", PR_CAP_AMBIENT_CLEAR_ALL, Arg.of(0));
        for (Capability capability : capabilities.ambient()) {
            ambient("PR_CAP_AMBIENT_RAISE", PR_CAP_AMBIENT_RAISE, Arg.named(capability.name(), capability.number()));
        }
    }

    private static Capabilities possible(Capabilities asked, long given) {
        Set<Capability> permitted = only(asked.permitted(), given);
        Set<Capability> inheritable = only(asked.inheritable(), given);
        Capabilities possible = asked.withPermitted(permitted)
                .withEffective(only(asked.effective(), mask(permitted)))
                .withInheritable(inheritable)
                .withAmbient(only(asked.ambient(), mask(permitted) & mask(inheritable)));
        if (!possible.equals(asked)) {
            LOG.log(System.Logger.Level.WARNING, "capabilities that cannot be given are not given: " + asked);
        }
        return possible;
    }

    private static Set<Capability> only(Set<Capability> asked, long these) {
        return asked.stream()
                .filter(capability -> (these >>> capability.number() & 1) != 0)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private void ambient(String name, int operation, Arg capability) {
        program.call(
                "prctl",
                Arg.named("PR_CAP_AMBIENT", PR_CAP_AMBIENT),
                Arg.named(name, operation),
                capability,
                Arg.of(0),
                Arg.of(0));
    }

    private Line prctl(String name, int option, long value) {
        return program.call("prctl", Arg.named(name, option), Arg.of(value), Arg.of(0), Arg.of(0), Arg.of(0));
    }

    private static long mask(Set<Capability> capabilities) {
        long mask = 0;
        for (Capability capability : capabilities) {
            mask |= 1L << capability.number();
        }
        return mask;
    }
}
