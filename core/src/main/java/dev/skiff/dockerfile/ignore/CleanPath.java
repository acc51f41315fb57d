package dev.skiff.dockerfile.ignore;

import java.util.ArrayDeque;
import java.util.Deque;

/** Paths brought to their shortest form by their text alone, no file looked at. */
public final class CleanPath {
    private CleanPath() {}

    /**
     * The shortest equal path: no {@code .}, no doubled or trailing slash, {@code ..} resolved where it can be;
     * {@code .} when nothing is left.
     */
    public static String of(String path) {
        boolean rooted = path.startsWith("/");
        Deque<String> parts = new ArrayDeque<>();
        for (String part : path.split("/", -1)) {
            if (part.equals("..") && !parts.isEmpty() && !parts.getLast().equals("..")) {
                parts.removeLast();
            } else if (!part.isEmpty() && !part.equals(".") && !(rooted && part.equals(".."))) {
                parts.addLast(part);
            }
        }
        String joined = String.join("/", parts);
        if (rooted) {
            return "/" + joined;
        }
        return joined.isEmpty() ? "." : joined;
    }

    /** The path below a root that it cannot leave: {@code ../../a} and {@code /a} are {@code a}; the root is empty. */
    public static String belowRoot(String path) {
        return of("/" + path).substring(1);
    }
}
