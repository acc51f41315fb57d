package dev.skiff.build.context;

import dev.skiff.linux.RawPath;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * File names between the JDK's text and the kernel's bytes. The JDK decodes names by the locale, and loses what does not fit:
 * with {@code LC_ALL=C} every letter that is not ASCII. A {@link Path} of the host's own file system keeps the bytes all the
 * same, and its URI has them.
 */
final class HostNames {
    private static final char LOST = '\uFFFD';
    private static final Path ROOT = Path.of("/");
    private static final boolean UTF8 =
            System.getProperty("sun.jnu.encoding", "").equalsIgnoreCase("UTF-8");

    private HostNames() {}

    static RawPath raw(Path name) {
        return RawPath.ofBytes(bytes(name));
    }

    static byte[] bytes(Path path) {
        String text = path.toString();
        boolean tellsAll = isAscii(text) || (UTF8 && text.indexOf(LOST) < 0) || !isOfHost(path);
        return tellsAll ? text.getBytes(StandardCharsets.UTF_8) : bytesInUri(path, text);
    }

    private static byte[] bytesInUri(Path path, String text) {
        String encoded = ROOT.resolve(path).toUri().getRawPath();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(encoded.length());
        for (int i = path.isAbsolute() ? 0 : 1; i < encoded.length(); i++) {
            char c = encoded.charAt(i);
            if (c == '%') {
                bytes.write(Integer.parseInt(encoded, i + 1, i + 3, 16));
                i += 2;
            } else {
                bytes.write(c);
            }
        }
        byte[] all = bytes.toByteArray();
        boolean slashAdded = encoded.endsWith("/") && !text.endsWith("/"); // as it is for a directory
        return slashAdded ? Arrays.copyOf(all, all.length - 1) : all;
    }

    static Path below(Path root, RawPath path) {
        if (path.isRoot()) {
            return root;
        }
        byte[] bytes = path.bytes();
        String text = new String(bytes, StandardCharsets.UTF_8);
        boolean tellsAll = isAscii(text) || (UTF8 && text.indexOf(LOST) < 0) || !isOfHost(root);
        return root.resolve(tellsAll ? root.getFileSystem().getPath(text) : ofBytes(bytes));
    }

    private static Path ofBytes(byte[] bytes) {
        StringBuilder uri = new StringBuilder("file:///");
        for (byte b : bytes) {
            boolean plain = Character.isLetterOrDigit(b) || b == '/';
            uri.append(plain ? String.valueOf((char) b) : String.format("%%%02X", b));
        }
        Path absolute = Path.of(URI.create(uri.toString()));
        return absolute.subpath(0, absolute.getNameCount());
    }

    private static boolean isOfHost(Path path) {
        return path.getFileSystem().equals(FileSystems.getDefault());
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }
}
