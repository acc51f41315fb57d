package dev.skiff.layer;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import com.github.luben.zstd.util.Native;
import io.airlift.compress.zstd.ZstdInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Unpacks zstd: with zstd-jni where the application has it, for it is three times as fast and takes larger windows, else with a
 * decoder in Java.
 */
final class Zstd {
    /** What RFC 8878 asks every decoder to support, and the most that the one in Java does: {@code zstd -1} to {@code -19}. */
    static final long JAVA_WINDOW = 8L << 20;

    private static final int NATIVE_WINDOW_LOG = 27; // zstd's own limit without --memory: --ultra -22 and --long

    private static final boolean NATIVE = isNativeThere();

    private Zstd() {}

    static InputStream unpack(InputStream packed) throws IOException {
        return NATIVE ? unpackNatively(packed) : unpackInJava(packed);
    }

    static InputStream unpackNatively(InputStream packed) throws IOException {
        return Library.unpack(new ZstdFrames(packed, 1L << NATIVE_WINDOW_LOG));
    }

    static InputStream unpackInJava(InputStream packed) {
        return new ZstdInputStream(new ZstdFrames(packed, JAVA_WINDOW));
    }

    /** What to try when a window is too large. */
    static String remedy() {
        return NATIVE ? "" : "; with com.github.luben:zstd-jni on the class path, larger ones are";
    }

    private static boolean isNativeThere() {
        try {
            return Library.load();
        } catch (NoClassDefFoundError absent) {
            return false;
        }
    }

    /** All that mentions zstd-jni, in a class that is linked only when it is tried. */
    private static final class Library {
        static InputStream unpack(ZstdFrames frames) throws IOException {
            return new ZstdInputStreamNoFinalizer(frames).setLongMax(NATIVE_WINDOW_LOG);
        }

        static boolean load() {
            try {
                Native.load();
                return true;
            } catch (UnsatisfiedLinkError | ExceptionInInitializerError noLibrary) {
                return false; // of another platform, or there is no directory that it may be unpacked to
            }
        }
    }
}
