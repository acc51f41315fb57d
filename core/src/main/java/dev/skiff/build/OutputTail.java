package dev.skiff.build;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The last lines that a command wrote. */
final class OutputTail {
    private static final int MOST = 50;

    private final Deque<String> lines = new ArrayDeque<>();

    void add(String line) {
        if (lines.size() == MOST) {
            lines.removeFirst();
        }
        lines.addLast(line);
    }

    List<String> lines() {
        return List.copyOf(lines);
    }
}
