package dev.skiff;

import java.util.List;

/** How messages speak of what a process wrote last. */
final class OutputTail {
    private OutputTail() {}

    /** The last line that says anything, to end a message with. */
    static String inWords(List<String> lines) {
        for (int i = lines.size() - 1; i >= 0; i--) {
            String line = lines.get(i).strip();
            if (!line.isEmpty()) {
                return "; last output: \"" + line + "\"";
            }
        }
        return "; it wrote nothing";
    }
}
