package dev.skiff.build.copy;

import dev.skiff.linux.RawPath;
import java.nio.charset.Charset;
import java.nio.file.Path;

/** File names of the host between the JDK's text and the kernel's bytes. */
final class HostNames {
    // What the JDK decodes names with; it follows the locale, not file.encoding.
    private static final Charset NAMES = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));

    private HostNames() {}

    static RawPath raw(Path name) {
        return RawPath.ofBytes(bytes(name));
    }

    static byte[] bytes(Path path) {
        return path.toString().getBytes(NAMES);
    }

    static Path below(Path root, RawPath path) {
        return path.isRoot() ? root : root.resolve(new String(path.bytes(), NAMES));
    }
}
