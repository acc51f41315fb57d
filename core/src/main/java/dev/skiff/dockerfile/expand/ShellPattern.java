package dev.skiff.dockerfile.expand;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The pattern of {@code ${v#p}}, {@code ${v%p}} and {@code ${v/p/r}}: {@code *} is any text, {@code ?} any character.
 *
 * <p>It is kept as the runs of characters between the stars. A run after a star may stand anywhere, so finding each in
 * turn decides a match without backtracking: only the last one's place is free to be the first or the last possible.
 */
final class ShellPattern {
    private static final int ANY = -1;
    private static final int NOT_FOUND = -1;

    private final List<int[]> runs;
    private final Budget budget;

    private ShellPattern(List<int[]> runs, Budget budget) {
        this.runs = runs;
        this.budget = budget;
    }

    static ShellPattern compile(String pattern, Budget budget) {
        int[] codePoints = pattern.codePoints().toArray();
        List<int[]> runs = new ArrayList<>();
        IntList run = new IntList(codePoints.length);
        for (int i = 0; i < codePoints.length; i++) {
            int c = codePoints[i];
            if (c == '*') {
                runs.add(run.take());
            } else if (c == '\\') {
                run.add(escaped(pattern, codePoints, ++i));
            } else {
                run.add(c == '?' ? ANY : c);
            }
        }
        runs.add(run.take());
        return new ShellPattern(runs, budget);
    }

    // A brace or slash is escaped only to keep it from ending the pattern.
    private static int escaped(String pattern, int[] codePoints, int index) {
        int c = index < codePoints.length ? codePoints[index] : 0;
        if (c == 0 || "*?\\}/".indexOf(c) < 0) {
            throw new ExpansionException("invalid pattern (" + pattern + ") in substitution: invalid escape '\\"
                    + (c == 0 ? "" : Character.toString(c)) + "'");
        }
        return c;
    }

    String withoutPrefix(String value, boolean longest) {
        int[] text = value.codePoints().toArray();
        int end = prefixEnd(text, longest);
        return end == NOT_FOUND ? value : string(text, end, text.length);
    }

    String withoutSuffix(String value, boolean longest) {
        int[] text = value.codePoints().toArray();
        int length = reversed().prefixEnd(reverse(text), longest);
        return length == NOT_FOUND ? value : string(text, 0, text.length - length);
    }

    /** The value with the first or with every match replaced; matches are as long as possible. */
    String replace(String value, String replacement, boolean all, int longest) {
        int[] text = value.codePoints().toArray();
        StringBuilder result = new StringBuilder(value.length());
        int copied = 0;
        int from = 0;
        while (from <= text.length) {
            int start = indexOf(runs.get(0), text, from);
            int end = start == NOT_FOUND ? NOT_FOUND : restEnd(text, start + runs.get(0).length, true);
            if (end == NOT_FOUND) {
                break;
            }
            result.append(string(text, copied, start));
            // An empty match right behind another is not one more.
            if (end > copied || start == 0) {
                result.append(replacement);
            }
            if (result.length() > longest) {
                throw new ExpansionException("it expands to more than " + longest + " characters");
            }
            copied = end;
            from = all ? Math.max(end, from + 1) : text.length + 1;
        }
        return result.append(string(text, copied, text.length)).toString();
    }

    private int prefixEnd(int[] text, boolean longest) {
        int[] first = runs.get(0);
        return matchesAt(first, text, 0) ? restEnd(text, first.length, longest) : NOT_FOUND;
    }

    // Where the match ends whose first run ends at 'from'.
    private int restEnd(int[] text, int from, boolean longest) {
        int at = from;
        for (int i = 1; i < runs.size() - 1; i++) {
            int found = indexOf(runs.get(i), text, at);
            if (found == NOT_FOUND) {
                return NOT_FOUND;
            }
            at = found + runs.get(i).length;
        }
        if (runs.size() == 1) {
            return at;
        }
        int[] last = runs.get(runs.size() - 1);
        int found = longest ? lastIndexOf(last, text, at) : indexOf(last, text, at);
        return found == NOT_FOUND ? NOT_FOUND : found + last.length;
    }

    private int indexOf(int[] run, int[] text, int from) {
        for (int at = from; at + run.length <= text.length; at++) {
            if (matchesAt(run, text, at)) {
                return at;
            }
        }
        return NOT_FOUND;
    }

    private int lastIndexOf(int[] run, int[] text, int from) {
        for (int at = text.length - run.length; at >= from; at--) {
            if (matchesAt(run, text, at)) {
                return at;
            }
        }
        return NOT_FOUND;
    }

    private boolean matchesAt(int[] run, int[] text, int at) {
        if (at + run.length > text.length) {
            return false;
        }
        int matched = 0;
        while (matched < run.length && (run[matched] == ANY || run[matched] == text[at + matched])) {
            matched++;
        }
        budget.spend(1L + matched);
        return matched == run.length;
    }

    private ShellPattern reversed() {
        List<int[]> backwards = new ArrayList<>(runs.size());
        for (int i = runs.size() - 1; i >= 0; i--) {
            backwards.add(reverse(runs.get(i)));
        }
        return new ShellPattern(backwards, budget);
    }

    private static int[] reverse(int[] text) {
        int[] backwards = new int[text.length];
        for (int i = 0; i < text.length; i++) {
            backwards[i] = text[text.length - 1 - i];
        }
        return backwards;
    }

    private static String string(int[] text, int from, int to) {
        return new String(text, from, to - from);
    }

    private static final class IntList {
        private final int[] values;
        private int size;

        IntList(int capacity) {
            values = new int[capacity];
        }

        void add(int value) {
            values[size++] = value;
        }

        int[] take() {
            int[] taken = Arrays.copyOf(values, size);
            size = 0;
            return taken;
        }
    }
}
