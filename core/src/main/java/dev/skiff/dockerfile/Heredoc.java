package dev.skiff.dockerfile;

/**
 * A here-document: {@code <<EOF} and the lines up to {@code EOF}.
 *
 * @param name the delimiter without quotes; COPY and ADD name the file after it
 * @param body the lines as they stand in the file, line ends included, delimiter line not
 * @param expand whether COPY and ADD put variables into the body: not when any part of the delimiter was quoted
 * @param chomp whether it was {@code <<-}, which takes leading tabs off every line
 */
public record Heredoc(String name, Word body, boolean expand, boolean chomp) {
    /** The body with the leading tabs gone if it was {@code <<-}; what a file or a script is made of. */
    public Word content() {
        return chomp ? new Word(withoutLeadingTabs(body.raw()), body.position()) : body;
    }

    private static String withoutLeadingTabs(String text) {
        StringBuilder kept = new StringBuilder(text.length());
        boolean atLineStart = true;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!(atLineStart && c == '\t')) {
                kept.append(c);
                atLineStart = c == '\n';
            }
        }
        return kept.toString();
    }
}
