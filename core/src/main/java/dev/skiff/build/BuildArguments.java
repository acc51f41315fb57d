package dev.skiff.build;

import dev.skiff.dockerfile.Dockerfile;
import dev.skiff.dockerfile.Instruction;
import dev.skiff.dockerfile.expand.Environment;
import dev.skiff.dockerfile.expand.Expander;
import dev.skiff.dockerfile.plan.GlobalArguments;
import dev.skiff.dockerfile.plan.PlatformArguments;
import dev.skiff.oci.Platform;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The arguments of a build: what its caller gave, what the ARGs before the first FROM say, and what is predefined. These are
 * seen by FROM; a stage sees one only after an ARG of its own. Thread-safe.
 */
final class BuildArguments {
    /** Bounds the times of what is new; the environment of the build may give it too. */
    static final String SOURCE_DATE_EPOCH = "SOURCE_DATE_EPOCH";

    private static final List<String> PROXIES =
            List.of("HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY");

    private final Map<String, String> given;
    private final Set<String> predefined;
    private final Map<String, String> global;
    private final Set<String> asked = ConcurrentHashMap.newKeySet();

    private BuildArguments(Map<String, String> given, Set<String> predefined, Map<String, String> global) {
        this.given = given;
        this.predefined = Set.copyOf(predefined);
        this.global = global;
    }

    static BuildArguments of(BuildRequest request, Dockerfile file, Expander expander) {
        Map<String, String> given = new LinkedHashMap<>(request.arguments());
        request.sourceDateEpoch().ifPresent(seconds -> given.putIfAbsent(SOURCE_DATE_EPOCH, seconds));
        Map<String, String> predefined =
                PlatformArguments.of(Platform.host(), request.platform(), targetName(request, file));
        return new BuildArguments(
                Map.copyOf(given), predefined.keySet(), GlobalArguments.of(file, expander, predefined, given));
    }

    /** The same with what {@link #SOURCE_DATE_EPOCH} has come to: seconds, or nothing at all. */
    BuildArguments withSourceDateEpoch(OptionalLong seconds) {
        Map<String, String> others = new LinkedHashMap<>(given);
        Map<String, String> globals = new LinkedHashMap<>(global);
        others.remove(SOURCE_DATE_EPOCH);
        globals.remove(SOURCE_DATE_EPOCH);
        seconds.ifPresent(value -> others.put(SOURCE_DATE_EPOCH, Long.toString(value)));
        return new BuildArguments(Map.copyOf(others), predefined, globals);
    }

    private static String targetName(BuildRequest request, Dockerfile file) {
        return request.target()
                .or(file.stages().get(file.stages().size() - 1)::name)
                .orElse("default");
    }

    /** What FROM sees. */
    Environment forFrom() {
        return Environment.of(global);
    }

    /**
     * What an ARG of a stage comes to: the caller's value, its own default, the global value, in this order. A default that is
     * not needed is not asked for, so it may be one that fails.
     */
    Optional<String> value(String name, Supplier<Optional<String>> ownDefault) {
        asked.add(name);
        return Optional.ofNullable(given.get(name)).or(ownDefault).or(() -> Optional.ofNullable(global.get(name)));
    }

    /**
     * The proxies that the caller named, in both spellings: every command sees them, without a declaration, and no key or
     * history tells of them.
     */
    Map<String, String> proxies() {
        Map<String, String> proxies = new TreeMap<>();
        for (String upper : PROXIES) {
            String lower = upper.toLowerCase(Locale.ROOT);
            Optional.ofNullable(given.get(upper))
                    .or(() -> Optional.ofNullable(given.get(lower)))
                    .ifPresent(value -> {
                        proxies.put(upper, value);
                        proxies.put(lower, value);
                    });
            Optional.ofNullable(given.get(lower)).ifPresent(value -> proxies.put(lower, value));
        }
        return proxies;
    }

    /** The value that a global ARG or the caller gives a name. */
    Optional<String> global(String name) {
        return Optional.ofNullable(given.get(name)).or(() -> Optional.ofNullable(global.get(name)));
    }

    /**
     * The arguments of the caller that mean nothing to the file: no ARG declares them, in whatever stage, nor are they known to
     * builders in general. Complete once the stages are built, for ONBUILD of an image may declare some.
     */
    Set<String> unused(Dockerfile file) {
        Set<String> unused = new TreeSet<>(given.keySet());
        unused.removeAll(asked);
        unused.removeAll(predefined);
        declared(file).forEach(unused::remove);
        unused.removeIf(name -> PROXIES.contains(name.toUpperCase(Locale.ROOT))
                || name.startsWith("BUILDKIT_")
                || name.equals(SOURCE_DATE_EPOCH));
        return unused;
    }

    private static List<String> declared(Dockerfile file) {
        List<Instruction.Arg> declarations = new ArrayList<>(file.globalArgs());
        file.stages().stream()
                .flatMap(stage -> stage.instructions().stream())
                .flatMap(instruction -> instruction instanceof Instruction.Arg arg ? Stream.of(arg) : Stream.empty())
                .forEach(declarations::add);
        return declarations.stream()
                .flatMap(arg -> arg.declarations().stream())
                .map(declaration -> declaration.name().raw())
                .toList();
    }
}
