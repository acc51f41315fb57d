package dev.skiff.linux;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A path as the kernel sees it: bytes between slashes, of any encoding. It is relative to a root that its user knows,
 * never begins with a slash, has no empty, {@code .} or {@code ..} component, and is ordered by unsigned bytes; the empty
 * path is the root itself. File names in images need not be text, so {@link String} and {@link java.nio.file.Path} cannot hold them.
 */
public final class RawPath implements Comparable<RawPath> {
    /** The root itself. */
    public static final RawPath ROOT = new RawPath(new byte[0]);

    private final byte[] bytes;
    private int hash; // once it has been asked for, or 0; a race computes it twice

    private RawPath(byte[] bytes) {
        this.bytes = bytes;
    }

    /** The path that this text names in UTF-8, cleaned as {@link #ofBytes} does. */
    public static RawPath of(String text) {
        return ofBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The path that these bytes name, cleaned: slashes folded, {@code .} dropped, {@code ..} resolved and held at the root.
     *
     * @throws IllegalArgumentException for a NUL byte, which no path can hold
     */
    public static RawPath ofBytes(byte[] path) {
        return isClean(path) ? new RawPath(path.clone()) : clean(path);
    }

    /** Whether there is nothing to fold, drop, resolve or refuse, as in most paths that are not a person's. */
    private static boolean isClean(byte[] path) {
        boolean begins = true; // a component
        for (byte b : path) {
            if (b == 0 || (begins && (b == '/' || b == '.'))) {
                return false;
            }
            begins = b == '/';
        }
        return !begins;
    }

    private static RawPath clean(byte[] path) {
        List<byte[]> parts = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= path.length; i++) {
            if (i == path.length || path[i] == '/') {
                push(parts, Arrays.copyOfRange(path, start, i));
                start = i + 1;
            } else if (path[i] == 0) {
                throw new IllegalArgumentException("a path cannot hold a NUL byte: " + printable(path));
            }
        }
        return join(parts);
    }

    private static void push(List<byte[]> parts, byte[] part) {
        if (isDots(part, 2)) {
            if (!parts.isEmpty()) {
                parts.remove(parts.size() - 1);
            }
        } else if (part.length > 0 && !isDots(part, 1)) {
            parts.add(part);
        }
    }

    private static boolean isDots(byte[] part, int count) {
        return part.length == count && part[0] == '.' && part[count - 1] == '.';
    }

    private static RawPath join(List<byte[]> parts) {
        if (parts.isEmpty()) {
            return ROOT;
        }
        int length = parts.size() - 1;
        for (byte[] part : parts) {
            length += part.length;
        }
        byte[] joined = new byte[length];
        int at = 0;
        for (byte[] part : parts) {
            if (at > 0) {
                joined[at++] = '/';
            }
            System.arraycopy(part, 0, joined, at, part.length);
            at += part.length;
        }
        return new RawPath(joined);
    }

    /** A copy of the bytes, without a terminating NUL. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** How many bytes it has. */
    public int length() {
        return bytes.length;
    }

    public boolean isRoot() {
        return bytes.length == 0;
    }

    /** The directory that holds this; the root holds itself. */
    public RawPath parent() {
        int slash = lastSlash();
        return slash < 0 ? ROOT : new RawPath(Arrays.copyOf(bytes, slash));
    }

    /** The last component alone; the root's is the root. */
    public RawPath name() {
        return new RawPath(Arrays.copyOfRange(bytes, lastSlash() + 1, bytes.length));
    }

    /** What {@code below} names, seen from here; it cannot climb above the root. */
    public RawPath resolve(RawPath below) {
        if (isRoot()) {
            return below;
        }
        if (below.isRoot()) {
            return this;
        }
        byte[] joined = Arrays.copyOf(bytes, bytes.length + 1 + below.bytes.length);
        joined[bytes.length] = '/';
        System.arraycopy(below.bytes, 0, joined, bytes.length + 1, below.bytes.length);
        return new RawPath(joined);
    }

    /** What {@code below} names, seen from here; a {@code ..} in it stops at this path. */
    public RawPath resolve(String below) {
        return resolve(of(below));
    }

    /** Whether this is {@code ancestor} or lies below it. */
    public boolean startsWith(RawPath ancestor) {
        int length = ancestor.bytes.length;
        return length == 0
                || (bytes.length >= length
                        && Arrays.equals(bytes, 0, length, ancestor.bytes, 0, length)
                        && (bytes.length == length || bytes[length] == '/'));
    }

    /** Whether that directory holds this, and no other one in between. */
    public boolean isIn(RawPath directory) {
        return !isRoot() && startsWith(directory) && lastSlash() == (directory.isRoot() ? -1 : directory.bytes.length);
    }

    private int lastSlash() {
        for (int i = bytes.length - 1; i >= 0; i--) {
            if (bytes[i] == '/') {
                return i;
            }
        }
        return -1;
    }

    @Override
    public int compareTo(RawPath other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RawPath path && Arrays.equals(bytes, path.bytes);
    }

    @Override
    public int hashCode() {
        if (hash == 0) {
            hash = Arrays.hashCode(bytes);
        }
        return hash;
    }

    /** For people: UTF-8, what is not UTF-8 replaced. */
    @Override
    public String toString() {
        return printable(bytes);
    }

    private static String printable(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
