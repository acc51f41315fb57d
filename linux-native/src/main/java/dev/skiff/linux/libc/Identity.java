package dev.skiff.linux.libc;

/** Who this JVM is to the kernel. */
public final class Identity {
    private Identity() {}

    /** The effective user id. */
    public static int user() {
        return Libc.geteuid();
    }

    /** The effective group id. */
    public static int group() {
        return Libc.getegid();
    }
}
