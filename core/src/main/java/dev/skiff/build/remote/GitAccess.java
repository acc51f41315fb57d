package dev.skiff.build.remote;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the caller of a build lets git have, so that it can fetch what is not public. What git's user has is not used otherwise.
 *
 * @param agent the socket of an ssh agent
 * @param token for https, as the forges give them out; told to the repository's own server alone
 */
public record GitAccess(Optional<Path> agent, Optional<String> token) {
    /** Only what is public. */
    public static final GitAccess NONE = new GitAccess(Optional.empty(), Optional.empty());

    private static final Pattern ORIGIN = Pattern.compile("(https://[^/]+/).*");

    /** The variables that tell git so; a command line could be read by others. */
    Map<String, String> environment(String remote) {
        Map<String, String> environment = new TreeMap<>();
        environment.put("GIT_SSH_COMMAND", sshCommand());
        agent.ifPresent(socket -> environment.put("SSH_AUTH_SOCK", socket.toString()));
        Matcher origin = ORIGIN.matcher(remote);
        if (token.isPresent() && origin.matches()) {
            byte[] user = ("x-access-token:" + token.get()).getBytes(StandardCharsets.UTF_8);
            environment.put("GIT_CONFIG_COUNT", "1");
            environment.put("GIT_CONFIG_KEY_0", "http." + origin.group(1) + ".extraHeader");
            environment.put(
                    "GIT_CONFIG_VALUE_0",
                    "Authorization: Basic " + Base64.getEncoder().encodeToString(user));
        }
        return environment;
    }

    private String sshCommand() {
        return "ssh -F /dev/null -o BatchMode=yes -o StrictHostKeyChecking=yes -o PermitLocalCommand=no"
                + " -o IdentityFile=/dev/null"
                + (agent.isPresent()
                        ? " -o IdentityAgent=SSH_AUTH_SOCK"
                        : " -o IdentitiesOnly=yes -o IdentityAgent=none");
    }

    /** Tells no secret. */
    @Override
    public String toString() {
        return "GitAccess[agent=" + agent.isPresent() + ", token=" + token.isPresent() + "]";
    }
}
