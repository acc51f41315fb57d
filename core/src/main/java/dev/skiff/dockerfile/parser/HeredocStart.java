package dev.skiff.dockerfile.parser;

import dev.skiff.dockerfile.expand.ShellWords;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A {@code <<EOF} in an instruction.
 *
 * @param name the delimiter without quotes
 * @param expand whether none of it was quoted
 * @param chomp whether it was {@code <<-}
 */
record HeredocStart(String name, boolean expand, boolean chomp) {
    private static final Pattern WORD = Pattern.compile("\\d*<<(-?)\\s*([^<]*)", Pattern.DOTALL);

    /** All that a line has, in order. A line whose quotes do not match has none. */
    static List<HeredocStart> in(String line) {
        return ShellWords.asWritten(line).stream()
                .map(HeredocStart::of)
                .flatMap(Optional::stream)
                .toList();
    }

    /** The heredoc that a word is, if it is one. */
    static Optional<HeredocStart> of(String word) {
        Matcher matcher = WORD.matcher(word);
        if (!matcher.matches() || matcher.group(2).isEmpty()) {
            return Optional.empty();
        }
        List<String> plain = ShellWords.unquoted(matcher.group(2));
        List<String> written = ShellWords.asWritten(matcher.group(2));
        if (plain.size() != 1 || written.size() != 1) {
            return Optional.empty();
        }
        boolean expand = plain.equals(written);
        return Optional.of(
                new HeredocStart(plain.get(0), expand, !matcher.group(1).isEmpty()));
    }
}
