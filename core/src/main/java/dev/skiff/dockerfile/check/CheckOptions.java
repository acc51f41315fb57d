package dev.skiff.dockerfile.check;

import dev.skiff.BuildCheck;
import dev.skiff.dockerfile.Blanks;
import dev.skiff.dockerfile.Directive;
import dev.skiff.dockerfile.Dockerfile;
import dev.skiff.dockerfile.Span;
import dev.skiff.dockerfile.Suggestion;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What {@code # check=skip=A,B;error=true;experimental=C} asks for. Names that no check has are passed over: the file may
 * be meant for a later version as well.
 *
 * @param skipped names of checks to leave out, or {@code all}
 * @param experimental names of experimental checks to carry out, or {@code all}
 * @param error whether a finding fails the build
 */
public record CheckOptions(Set<String> skipped, Set<String> experimental, boolean error) {
    /** Nothing asked for: every check but the experimental ones, as warnings. */
    public static final CheckOptions DEFAULT = new CheckOptions(Set.of(), Set.of(), false);

    private static final String ALL = "all";
    private static final List<String> KEYS = List.of("skip", "error", "experimental");
    private static final Set<String> TRUE = Set.of("1", "t", "T", "true", "TRUE", "True");
    private static final Set<String> FALSE = Set.of("0", "f", "F", "false", "FALSE", "False");

    public CheckOptions {
        skipped = Set.copyOf(skipped);
        experimental = Set.copyOf(experimental);
    }

    /**
     * The options of a file, or those of the build argument {@code BUILDKIT_DOCKERFILE_CHECK}, which come before them.
     *
     * @throws dev.skiff.DockerfileException for an option that does not exist
     */
    public static CheckOptions of(Dockerfile file, Optional<String> argument) {
        Optional<Directive> directive = file.directive("check");
        Span span = directive
                .map(Directive::span)
                .orElseGet(() -> file.instructions().get(0).span());
        return argument.or(() -> directive.map(Directive::value))
                .map(text -> parse(text, span))
                .orElse(DEFAULT);
    }

    private static CheckOptions parse(String text, Span span) {
        CheckOptions options = DEFAULT;
        for (String option : text.split(";", -1)) {
            if (!option.isBlank()) {
                options = options.with(Blanks.trim(option), span);
            }
        }
        return options;
    }

    private CheckOptions with(String option, Span span) {
        int equals = option.indexOf('=');
        String key = Blanks.trim(equals < 0 ? option : option.substring(0, equals));
        if (equals < 0 || !KEYS.contains(key)) {
            throw span.error("invalid check option \"" + key + "\"" + Suggestion.didYouMean(key, KEYS)
                    + "; expected skip=<names>, error=<true or false> or experimental=<names>, parted by semicolons");
        }
        String value = Blanks.trim(option.substring(equals + 1));
        return switch (key) {
            case "skip" -> new CheckOptions(names(value), experimental, error);
            case "experimental" -> new CheckOptions(skipped, names(value), error);
            default -> new CheckOptions(skipped, experimental, bool(value, span));
        };
    }

    private static boolean bool(String value, Span span) {
        if (!TRUE.contains(value) && !FALSE.contains(value)) {
            throw span.error("invalid value of the check option error: \"" + value + "\"; expected true or false");
        }
        return TRUE.contains(value);
    }

    private static Set<String> names(String list) {
        return Arrays.stream(list.split(",", -1)).map(Blanks::trim).collect(Collectors.toSet());
    }

    boolean wants(BuildCheck check) {
        boolean left = skipped.contains(ALL) || skipped.contains(check.ruleName());
        boolean asked = experimental.contains(ALL) || experimental.contains(check.ruleName());
        return !left && (asked || !check.experimental());
    }
}
