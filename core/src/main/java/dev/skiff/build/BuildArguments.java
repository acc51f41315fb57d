package dev.skiff.build;

import dev.skiff.dockerfile.Dockerfile;
import dev.skiff.dockerfile.expand.Environment;
import dev.skiff.dockerfile.expand.Expander;
import dev.skiff.dockerfile.plan.GlobalArguments;
import dev.skiff.dockerfile.plan.PlatformArguments;
import dev.skiff.oci.Platform;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The arguments of a build: what its caller gave, what the ARGs before the first FROM say, and what is predefined. These are
 * seen by FROM; a stage sees one only after an ARG of its own.
 */
final class BuildArguments {
    private static final List<String> PROXIES =
            List.of("HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY");

    private final Map<String, String> given;
    private final Map<String, String> global;

    private BuildArguments(Map<String, String> given, Map<String, String> global) {
        this.given = given;
        this.global = global;
    }

    static BuildArguments of(
            Map<String, String> given, Dockerfile file, Expander expander, Platform platform, String target) {
        Map<String, String> predefined = PlatformArguments.of(Platform.host(), platform, target);
        return new BuildArguments(Map.copyOf(given), GlobalArguments.of(file, expander, predefined, given));
    }

    /** What FROM sees. */
    Environment forFrom() {
        return Environment.of(global);
    }

    /** What an ARG of a stage comes to: the caller's value, its own default, the global value, in this order. */
    Optional<String> value(String name, Optional<String> ownDefault) {
        return Optional.ofNullable(given.get(name))
                .or(() -> ownDefault)
                .or(() -> Optional.ofNullable(global.get(name)));
    }

    /**
     * The proxies that the caller named, in both spellings: every command sees them, without a declaration, and no key or
     * history tells of them.
     */
    Map<String, String> proxies() {
        Map<String, String> proxies = new TreeMap<>();
        for (String upper : PROXIES) {
            String lower = upper.toLowerCase(java.util.Locale.ROOT);
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
}
