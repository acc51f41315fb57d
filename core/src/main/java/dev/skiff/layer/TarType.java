package dev.skiff.layer;

import dev.skiff.linux.FileMetadata;
import java.util.Optional;

/** What a tar entry makes, with its type flag (POSIX pax, "ustar Interchange Format") and its type in {@code st_mode}. */
public enum TarType {
    FILE('0', FileMetadata.S_IFREG),
    HARD_LINK('1', FileMetadata.S_IFREG),
    SYMLINK('2', FileMetadata.S_IFLNK),
    CHARACTER_DEVICE('3', FileMetadata.S_IFCHR),
    BLOCK_DEVICE('4', FileMetadata.S_IFBLK),
    DIRECTORY('5', FileMetadata.S_IFDIR),
    FIFO('6', FileMetadata.S_IFIFO);

    private final char flag;
    private final int mode;

    TarType(char flag, int mode) {
        this.flag = flag;
        this.mode = mode;
    }

    char flag() {
        return flag;
    }

    /** The type bits that {@link FileMetadata#mode} holds for this. */
    int mode() {
        return mode;
    }

    /** The type that a flag stands for; none for extension headers and for kinds that are not read. */
    static Optional<TarType> ofFlag(int flag) {
        if (flag == 0 || flag == '7') { // the seventh edition's plain file, and POSIX's "contiguous" one
            return Optional.of(FILE);
        }
        for (TarType type : values()) {
            if (type.flag == flag) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    /** The type of a file by its metadata; none for a socket, which no archive holds. */
    static Optional<TarType> of(FileMetadata metadata) {
        for (TarType type : values()) {
            if (type != HARD_LINK && type.mode == metadata.type()) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}
