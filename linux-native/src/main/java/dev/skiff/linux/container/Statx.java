package dev.skiff.linux.container;

/** Where things are in struct statx, the same on every architecture: statx(2). */
final class Statx {
    static final int BYTES = 256;
    static final int BASIC = 0x7ff;
    static final int MODE = 28;
    static final int RDEV_MAJOR = 128;
    static final int RDEV_MINOR = 132;

    private Statx() {}
}
