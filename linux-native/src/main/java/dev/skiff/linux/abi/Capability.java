package dev.skiff.linux.abi;

import java.util.Collection;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** One of the 41 pieces that root's power is divided into, capabilities(7), in the order of the kernel's numbers. */
public enum Capability {
    CHOWN,
    DAC_OVERRIDE,
    DAC_READ_SEARCH,
    FOWNER,
    FSETID,
    KILL,
    SETGID,
    SETUID,
    SETPCAP,
    LINUX_IMMUTABLE,
    NET_BIND_SERVICE,
    NET_BROADCAST,
    NET_ADMIN,
    NET_RAW,
    IPC_LOCK,
    IPC_OWNER,
    SYS_MODULE,
    SYS_RAWIO,
    SYS_CHROOT,
    SYS_PTRACE,
    SYS_PACCT,
    SYS_ADMIN,
    SYS_BOOT,
    SYS_NICE,
    SYS_RESOURCE,
    SYS_TIME,
    SYS_TTY_CONFIG,
    MKNOD,
    LEASE,
    AUDIT_WRITE,
    AUDIT_CONTROL,
    SETFCAP,
    MAC_OVERRIDE,
    MAC_ADMIN,
    SYSLOG,
    WAKE_ALARM,
    BLOCK_SUSPEND,
    AUDIT_READ,
    PERFMON,
    BPF,
    CHECKPOINT_RESTORE;

    private static final String PREFIX = "CAP_";

    /** The bit's number in the kernel's masks. */
    @SuppressWarnings("EnumOrdinal") // the kernel never renumbers; a test holds the order to it
    public int number() {
        return ordinal();
    }

    /** The mask that holds this capability alone. */
    public long mask() {
        return 1L << number();
    }

    /** The name in the runtime specification and in capabilities(7), such as {@code CAP_SYS_ADMIN}. */
    public String specName() {
        return PREFIX + name();
    }

    /**
     * The capability of this name, with or without {@code CAP_}, in either case.
     *
     * @throws IllegalArgumentException for a name that Linux does not know: a missing right must not go unnoticed
     */
    public static Capability of(String name) {
        String bare = name.toUpperCase(Locale.ROOT);
        bare = bare.startsWith(PREFIX) ? bare.substring(PREFIX.length()) : bare;
        for (Capability capability : values()) {
            if (capability.name().equals(bare)) {
                return capability;
            }
        }
        throw new IllegalArgumentException("no such capability: \"" + name + "\"; capabilities(7) lists them");
    }

    /** The mask that holds all of these, as {@code capset} and {@code /proc/self/status} write it. */
    public static long mask(Collection<Capability> capabilities) {
        long mask = 0;
        for (Capability capability : capabilities) {
            mask |= capability.mask();
        }
        return mask;
    }

    /** The capabilities in a mask, by number; bits that a newer kernel may have added are left out. */
    public static Set<Capability> fromMask(long mask) {
        EnumSet<Capability> found = EnumSet.noneOf(Capability.class);
        for (Capability capability : values()) {
            if ((mask & capability.mask()) != 0) {
                found.add(capability);
            }
        }
        return found;
    }
}
