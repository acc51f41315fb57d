package dev.skiff.build;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the caller of a build lets its RUNs have.
 *
 * @param secrets by id
 * @param agents the sockets of ssh agents, by id
 * @param allowInsecure whether {@code RUN --security=insecure} is allowed
 */
public record RunOptions(Map<String, Secret> secrets, Map<String, Path> agents, boolean allowInsecure) {
    /** Nothing. */
    public static final RunOptions NONE = new RunOptions(Map.of(), Map.of(), false);

    public RunOptions {
        secrets = Map.copyOf(secrets);
        agents = Map.copyOf(agents);
    }

    public RunOptions withSecret(String id, Secret secret) {
        Map<String, Secret> more = new LinkedHashMap<>(secrets);
        more.put(id, secret);
        return new RunOptions(more, agents, allowInsecure);
    }

    public RunOptions withAgent(String id, Path socket) {
        Map<String, Path> more = new LinkedHashMap<>(agents);
        more.put(id, socket);
        return new RunOptions(secrets, more, allowInsecure);
    }

    public RunOptions withInsecure() {
        return new RunOptions(secrets, agents, true);
    }
}
