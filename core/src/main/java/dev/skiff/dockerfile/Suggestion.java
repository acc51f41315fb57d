package dev.skiff.dockerfile;

import java.util.Collection;
import java.util.Locale;

/** Guesses what a mistyped name was meant to be. */
public final class Suggestion {
    private static final int TOO_FAR = 3;

    private Suggestion() {}

    /**
     * The text to put after a message: {@code  (did you mean FROM?)} for the nearest of the known names, or nothing
     * when none is within two changes of a letter.
     */
    public static String didYouMean(String given, Collection<String> known) {
        String nearest = "";
        int best = TOO_FAR;
        for (String candidate : known) {
            int distance = distance(given.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
            if (distance < best) {
                best = distance;
                nearest = candidate;
            }
        }
        return nearest.isEmpty() ? "" : " (did you mean " + nearest + "?)";
    }

    private static int distance(String a, String b) {
        if (Math.abs(a.length() - b.length()) >= TOO_FAR) {
            return TOO_FAR;
        }
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] current = new int[b.length() + 1];
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(change, 1 + Math.min(previous[j], current[j - 1]));
            }
            previous = current;
        }
        return previous[b.length()];
    }
}
