package dev.skiff.build.copy;

/** Who has a file. */
public record Owner(int uid, int gid) {
    public static final Owner ROOT = new Owner(0, 0);
}
