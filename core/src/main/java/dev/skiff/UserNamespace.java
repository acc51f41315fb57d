package dev.skiff;

/**
 * Whom the users of a container are on the host, for containers that root runs: by default the same by number, so that what gets
 * out of one as root is root. In a user namespace they are others, who own nothing on the host and may do nothing to it. The files of
 * images, of volumes and what the container writes belong inside to whom they always do; a directory of the host that is mounted
 * belongs to nobody in there, unless that is {@link Mount#idMapped}.
 *
 * <pre>{@code
 * Run run = Containers.run(image).userNamespace(UserNamespace.auto());
 * }</pre>
 *
 * <p>That takes Linux 5.19 and a file system whose ids can be mapped. An ordinary user's containers are in a user namespace anyway.
 */
public final class UserNamespace {
    /** Ids that images use: 0 to nobody and nogroup, and one more. */
    private static final long USUAL = 65536;

    private static final long ALL_IDS = 1L << 32;
    private static final long ANY = -1;

    private final long first;
    private final long count;

    private UserNamespace(long first, long count) {
        if (count < 0 || count > ALL_IDS - 1 || first >= ALL_IDS - count) {
            throw new IllegalArgumentException("a user namespace has 1 to " + (ALL_IDS - 1)
                    + " ids, and on the host they are below " + (ALL_IDS - 1) + ", not " + count + " from " + first);
        }
        this.first = first;
        this.count = count;
    }

    /** None of its own: users are the same on the host by number. This is the default. */
    public static UserNamespace host() {
        return new UserNamespace(ANY, 0);
    }

    /**
     * 65536 ids that no other container has while this one runs, of this JVM or another: of those that {@code /etc/subuid} and
     * {@code /etc/subgid} lend to the user {@code containers}, else such as nobody has.
     */
    public static UserNamespace auto() {
        return auto(USUAL);
    }

    /**
     * The same with another number of ids. Files that belong to higher ones belong to nobody then.
     *
     * @throws IllegalArgumentException for less than 1, or more than there are
     */
    public static UserNamespace auto(long ids) {
        return new UserNamespace(ANY, positive(ids));
    }

    /**
     * Those ids of the host, for users and for groups; it is the caller's to see that nobody else has them.
     *
     * @param first whom root is
     * @param ids how many there are
     * @throws IllegalArgumentException if the host has none such, or the first is root
     */
    public static UserNamespace fixed(long first, long ids) {
        if (first <= 0) {
            throw new IllegalArgumentException("first must not be the host's root, or less, got " + first);
        }
        return new UserNamespace(first, positive(ids));
    }

    private static long positive(long ids) {
        if (ids < 1) {
            throw new IllegalArgumentException("ids must be 1 at the least, for root is one, got " + ids);
        }
        return ids;
    }

    /** Whether it is the host's. */
    public boolean isHost() {
        return count == 0;
    }

    /** Whether it gets ids that nobody has. */
    public boolean isAuto() {
        return count > 0 && first == ANY;
    }

    /** The first id on the host, of one that says it. */
    public long first() {
        if (first == ANY) {
            throw new IllegalStateException("which ids " + this + " has is found when it starts");
        }
        return first;
    }

    /** How many ids there are; of the host's that is not said. */
    public long ids() {
        return count;
    }

    @Override
    public String toString() {
        return isHost() ? "host" : isAuto() ? "auto:" + count : first + ":" + count;
    }
}
