package dev.skiff.run;

import dev.skiff.oci.image.ContainerConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The environment of a container: the image's, then the caller's, and what every program expects to be there. Nothing of
 * this JVM's own: it holds secrets (CVE-2021-3602).
 */
public final class Environment {
    private static final String STANDARD_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private Environment() {}

    /**
     * Sees that this can be a variable.
     *
     * @throws IllegalArgumentException if it cannot
     */
    public static void check(String name, String value) {
        if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0 || value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("name must be the name of a variable, got \"" + name + "\"");
        }
    }

    /** In the form of execve(2). */
    static List<String> of(ContainerConfig image, Map<String, String> asked, Optional<String> hostname, String home) {
        Map<String, String> env = new LinkedHashMap<>();
        for (String entry : image.env()) {
            int equals = entry.indexOf('=');
            if (equals > 0) {
                env.put(entry.substring(0, equals), entry.substring(equals + 1));
            }
        }
        env.putAll(asked);
        env.putIfAbsent("PATH", STANDARD_PATH);
        hostname.ifPresent(name -> env.putIfAbsent("HOSTNAME", name));
        if (env.getOrDefault("HOME", "").isEmpty()) {
            env.put("HOME", home);
        }
        return env.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .toList();
    }
}
