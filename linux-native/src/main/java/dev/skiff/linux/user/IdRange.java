package dev.skiff.linux.user;

/**
 * Consecutive ids as a user namespace maps them: a line of /proc/[pid]/uid_map (user_namespaces(7)).
 *
 * @param inside the first id in the namespace
 * @param outside the first id on the host
 */
public record IdRange(long inside, long outside, long count) {
    public IdRange {
        if (inside < 0 || outside < 0 || count < 1 || inside + count > 1L << 32 || outside + count > 1L << 32) {
            throw new IllegalArgumentException("id range " + inside + " " + outside + " " + count);
        }
    }

    @Override
    public String toString() {
        return inside + " " + outside + " " + count;
    }
}
