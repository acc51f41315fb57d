package dev.skiff.registry;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a registry asks for in {@code WWW-Authenticate} (RFC 7235, section 4.1).
 *
 * @param scheme in lower case: {@code basic} or {@code bearer} for those we can answer
 * @param parameters with names in lower case
 */
record Challenge(String scheme, Map<String, String> parameters) {
    static final String BASIC = "basic";
    static final String BEARER = "bearer";

    private static final int LONGEST_HEADER = 8 * 1024;
    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final Pattern PARAMETER =
            Pattern.compile("\\G[\\s,]*(" + TOKEN + ")\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*+)\"|(" + TOKEN + "))");
    // A scheme is a word that no '=' follows.
    private static final Pattern SCHEME = Pattern.compile("\\G[\\s,]*(" + TOKEN + ")(?=\\s|,|$)(?!\\s*=)");

    Challenge {
        parameters = Map.copyOf(parameters);
    }

    Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    /** Reads all challenges of an answer, and stops at the first thing that is not one. */
    static List<Challenge> parse(List<String> headers) {
        List<Challenge> found = new ArrayList<>();
        for (String header : headers) {
            if (header.length() <= LONGEST_HEADER) {
                parse(header, found);
            }
        }
        return List.copyOf(found);
    }

    private static void parse(String header, List<Challenge> found) {
        int at = 0;
        Matcher scheme = SCHEME.matcher(header);
        while (scheme.find(at)) {
            at = scheme.end();
            Map<String, String> parameters = new HashMap<>();
            Matcher parameter = PARAMETER.matcher(header);
            while (parameter.find(at)) {
                at = parameter.end();
                String quoted = parameter.group(2);
                String value = quoted == null ? parameter.group(3) : quoted.replaceAll("\\\\(.)", "$1");
                // The first of a name counts: a second one is no way to override it.
                parameters.putIfAbsent(parameter.group(1).toLowerCase(Locale.ROOT), value);
            }
            found.add(new Challenge(scheme.group(1).toLowerCase(Locale.ROOT), parameters));
        }
    }

    /** The one to answer: a token where one is offered, else a password. */
    static Optional<Challenge> choose(List<Challenge> offered) {
        Optional<Challenge> bearer =
                offered.stream().filter(c -> c.scheme().equals(BEARER)).findFirst();
        return bearer.isPresent()
                ? bearer
                : offered.stream().filter(c -> c.scheme().equals(BASIC)).findFirst();
    }
}
