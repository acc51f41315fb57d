package dev.skiff.linux;

/**
 * A file that a container finds, and that is nowhere but in memory: on a tmpfs of its own, mounted read-only where it is wanted,
 * gone with the container. For what must reach no disk, such as a secret, and for what is not worth one. Neither {@link #toString}
 * nor {@link LinuxHost#explain} shows its content.
 */
public final class MemoryFile {
    private final String destination;
    private final int mode;
    private final int uid;
    private final int gid;
    private final byte[] content;

    /**
     * A file of the container's.
     *
     * @param destination where, in the container; what is missing of the path is made
     * @param mode permission bits; without one to execute it, the file cannot be executed at all
     */
    public MemoryFile(String destination, int mode, int uid, int gid, byte[] content) {
        if ((mode & ~FileMetadata.PERMISSIONS) != 0) {
            throw new IllegalArgumentException(
                    "mode 0" + Integer.toOctalString(mode) + " of " + destination + " has more than permissions");
        }
        this.destination = destination;
        this.mode = mode;
        this.uid = uid;
        this.gid = gid;
        this.content = content.clone();
    }

    public String destination() {
        return destination;
    }

    public int mode() {
        return mode;
    }

    public int uid() {
        return uid;
    }

    public int gid() {
        return gid;
    }

    public byte[] content() {
        return content.clone();
    }

    @Override
    public String toString() {
        return String.format("%s (%d bytes, mode %04o, %d:%d)", destination, content.length, mode, uid, gid);
    }
}
