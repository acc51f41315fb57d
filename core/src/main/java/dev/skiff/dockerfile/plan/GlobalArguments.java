package dev.skiff.dockerfile.plan;

import dev.skiff.dockerfile.ArgDeclaration;
import dev.skiff.dockerfile.Dockerfile;
import dev.skiff.dockerfile.Instruction;
import dev.skiff.dockerfile.expand.Environment;
import dev.skiff.dockerfile.expand.Expander;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The values of the ARGs before the first FROM. FROM lines see them all; a stage sees one only once it says
 * {@code ARG name} itself.
 */
public final class GlobalArguments {
    private GlobalArguments() {}

    /**
     * The values, in the order of declaration; an argument that has none is not among them.
     *
     * @param predefined those that need no declaration, {@code TARGETPLATFORM} and the like
     * @param given what the build was given: comes before any default, and before what is predefined
     * @throws dev.skiff.DockerfileException when a default cannot be expanded
     */
    public static Map<String, String> of(
            Dockerfile file, Expander expander, Map<String, String> predefined, Map<String, String> given) {
        Map<String, String> values = new LinkedHashMap<>();
        predefined.forEach((name, value) -> values.put(name, given.getOrDefault(name, value)));
        Environment soFar = Environment.of(values);
        for (Instruction.Arg instruction : file.globalArgs()) {
            for (ArgDeclaration declared : instruction.declarations()) {
                String name = declared.name().raw();
                Optional<String> value = Optional.ofNullable(given.get(name))
                        .or(() -> declared.defaultValue().map(word -> expander.expand(word, soFar)));
                value.ifPresent(set -> values.put(name, set));
            }
        }
        return Collections.unmodifiableMap(values);
    }
}
