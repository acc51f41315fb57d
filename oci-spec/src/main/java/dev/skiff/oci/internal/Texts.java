package dev.skiff.oci.internal;

import java.util.regex.Pattern;

/** Shows text of strangers to people. */
public final class Texts {
    private static final int MAX = 80;

    // Also what turns the direction of writing, and what a terminal obeys.
    private static final Pattern NOT_SHOWN = Pattern.compile("[\\p{C}\\p{Zl}\\p{Zp}]");

    private Texts() {}

    /** In quotes, on one line and not too long. */
    public static String excerpt(String text) {
        String shown = text.length() > MAX ? text.substring(0, MAX - 3) + "..." : text;
        return "\"" + NOT_SHOWN.matcher(shown).replaceAll("?").replace("\"", "\\\"") + "\"";
    }
}
