package dev.skiff.layer;

import dev.skiff.linux.RawPath;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Follows symbolic links as the kernel does for a process that has the tree as its root: none leads out. */
public final class Links {
    private static final int MOST = 40; // as the kernel's MAXSYMLINKS

    private Links() {}

    /**
     * The path without a link in it, the last component followed as well. What does not exist is taken as it is.
     *
     * @param targetAt the target of the link at a path, if there is a link
     * @return nothing if there are more links than the kernel would follow
     */
    public static Optional<RawPath> follow(RawPath path, Function<RawPath, Optional<byte[]>> targetAt) {
        Deque<RawPath> ahead = new ArrayDeque<>(components(path.bytes()));
        RawPath at = RawPath.ROOT;
        int links = 0;
        while (!ahead.isEmpty()) {
            RawPath component = ahead.pop();
            RawPath next = component.isRoot() ? at.parent() : at.resolve(component);
            Optional<byte[]> target = targetAt.apply(next);
            if (target.isEmpty()) {
                at = next;
                continue;
            }
            if (++links > MOST) {
                return Optional.empty();
            }
            if (target.get().length > 0 && target.get()[0] == '/') {
                at = RawPath.ROOT;
            }
            List<RawPath> inside = components(target.get());
            for (int i = inside.size() - 1; i >= 0; i--) {
                ahead.push(inside.get(i));
            }
        }
        return Optional.of(at);
    }

    /** The same for the directories above a path; the path's own name is not followed. */
    public static Optional<RawPath> followParent(RawPath path, Function<RawPath, Optional<byte[]>> targetAt) {
        return path.isRoot()
                ? Optional.of(path)
                : follow(path.parent(), targetAt).map(parent -> parent.resolve(path.name()));
    }

    /** Of a link's target or of a path, in order; the root stands for each {@code ..}, which only means something on the way. */
    static List<RawPath> components(byte[] path) {
        List<RawPath> components = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= path.length; i++) {
            if (i == path.length || path[i] == '/') {
                byte[] name = Arrays.copyOfRange(path, start, i);
                boolean here = name.length == 0 || (name.length == 1 && name[0] == '.');
                if (!here) {
                    components.add(RawPath.ofBytes(name)); // ".." cleans to the root
                }
                start = i + 1;
            }
        }
        return components;
    }
}
