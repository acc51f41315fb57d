package dev.skiff.build;

import dev.skiff.build.StepParts.Kind;
import dev.skiff.dockerfile.expand.Environment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a stage's instructions and commands see as variables: ENV and ARG share one set, and the later wins. Immutable.
 *
 * @param values in the order in which they were first set
 * @param arguments the ARGs in scope in the order of their declaration; one without a value is unset, not empty
 */
record Variables(Map<String, String> values, Map<String, Optional<String>> arguments) {
    static final Variables NONE = new Variables(Map.of(), Map.of());

    Variables {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        arguments = Collections.unmodifiableMap(new LinkedHashMap<>(arguments));
    }

    /** Those that an image sets, each {@code NAME=value}. */
    static Variables of(List<String> imageEnvironment) {
        Map<String, String> variables = new LinkedHashMap<>();
        for (String pair : imageEnvironment) {
            int equals = pair.indexOf('=');
            variables.put(equals < 0 ? pair : pair.substring(0, equals), equals < 0 ? "" : pair.substring(equals + 1));
        }
        return new Variables(variables, Map.of());
    }

    Variables withEnv(Map<String, String> more) {
        Map<String, String> changed = new LinkedHashMap<>(values);
        changed.putAll(more);
        return new Variables(changed, arguments);
    }

    /** Declares arguments; one without a value leaves an ENV of that name as it is. */
    Variables withArguments(List<Map.Entry<String, Optional<String>>> more) {
        Map<String, Optional<String>> declared = new LinkedHashMap<>(arguments);
        Map<String, String> changed = new LinkedHashMap<>(values);
        for (Map.Entry<String, Optional<String>> argument : more) {
            declared.put(argument.getKey(), argument.getValue());
            argument.getValue().ifPresent(given -> changed.put(argument.getKey(), given));
        }
        return new Variables(changed, declared);
    }

    /** For words of the Dockerfile. */
    Environment lookup() {
        return Environment.of(values);
    }

    /** The arguments as a RUN's line of history shows them: with what the command sees. */
    Map<String, String> seenArguments() {
        Map<String, String> seen = new LinkedHashMap<>();
        arguments.forEach((name, value) -> seen.put(name, values.getOrDefault(name, value.orElse(""))));
        return seen;
    }

    /** Adds what a command sees, whatever the order in which it was set. */
    void addTo(StepKey key) {
        new TreeMap<>(values)
                .forEach((name, value) -> key.about(isArgument(name) ? Kind.ARGUMENT : Kind.ENVIRONMENT, name)
                        .with(name)
                        .with(value));
        key.about(Kind.SETTING, "").with(values.size());
    }

    private boolean isArgument(String name) {
        return arguments.containsKey(name);
    }

    /** For a process, each {@code NAME=value}. */
    List<String> environment() {
        List<String> pairs = new ArrayList<>();
        values.forEach((name, value) -> pairs.add(name + "=" + value));
        return pairs;
    }
}
