package dev.skiff.dockerfile.parser;

import dev.skiff.dockerfile.Blanks;
import dev.skiff.dockerfile.Directive;
import dev.skiff.dockerfile.Source;
import dev.skiff.dockerfile.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the parser directives: the comments at the very top that have a known name and a value. */
final class DirectiveReader {
    private static final Pattern DIRECTIVE = Pattern.compile("#\\s*([a-zA-Z][a-zA-Z0-9]*)\\s*=\\s*(.+?)\\s*");
    private static final Set<String> KNOWN = Set.of("syntax", "escape", "check");

    private DirectiveReader() {}

    static List<Directive> read(Source source) {
        List<Directive> directives = new ArrayList<>();
        for (int number = 1; number <= source.lines(); number++) {
            String line = source.line(number);
            int start = Blanks.skipSpaces(line, 0);
            Matcher matcher = DIRECTIVE.matcher(line.substring(start));
            String name = matcher.matches() ? matcher.group(1).toLowerCase(Locale.ROOT) : "";
            if (!KNOWN.contains(name)) {
                break;
            }
            Span span = new Span(source, number, number, start + 1);
            if (directives.stream().anyMatch(directive -> directive.name().equals(name))) {
                throw span.error("only one " + name + " parser directive can be used");
            }
            directives.add(new Directive(name, checked(name, matcher.group(2), span), span));
        }
        return directives;
    }

    private static String checked(String name, String value, Span span) {
        if (name.equals("escape") && !value.equals("\\") && !value.equals("`")) {
            throw span.error("invalid escape token '" + value + "' does not match ` or \\");
        }
        return value;
    }
}
