package dev.skiff.login;

import dev.skiff.Credentials.Login;
import dev.skiff.oci.JsonField;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What of Docker's {@code config.json} is about logins.
 *
 * @param auths logins in the file itself, by registry
 * @param helpers the credential helpers that some registries have, by registry
 * @param store the credential helper of all others
 */
record DockerConfig(
        Optional<Map<String, Auth>> auths,
        @JsonField("credHelpers") Optional<Map<String, String>> helpers,
        @JsonField("credsStore") Optional<String> store) {
    /** How {@code docker login} has called Docker Hub from the beginning. */
    private static final String HUB = "https://index.docker.io/v1/";

    /**
     * A login.
     *
     * @param auth user and password with a colon between, in Base64
     * @param identityToken what some registries give out instead of a password
     */
    record Auth(
            Optional<String> auth,
            Optional<String> username,
            Optional<String> password,
            @JsonField("identitytoken") Optional<String> identityToken) {
        /** The login; nothing if there is none in it, for a helper has it. */
        Optional<Login> login() {
            if (auth.filter(text -> !text.isEmpty()).isPresent()) {
                return Optional.of(decoded(auth.get()));
            }
            return username.filter(user -> !user.isEmpty())
                    .map(user -> new Login(user, password.orElse("").toCharArray()));
        }

        private static Login decoded(String base64) {
            byte[] bytes = Base64.getDecoder().decode(base64);
            CharBuffer both = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(bytes));
            Arrays.fill(bytes, (byte) 0);
            char[] chars = new char[both.remaining()];
            both.get(chars);
            int colon = 0;
            while (colon < chars.length && chars[colon] != ':') {
                colon++;
            }
            if (colon == chars.length) {
                throw new IllegalArgumentException("no colon in it");
            }
            int end = chars.length;
            while (end > colon + 1 && chars[end - 1] == 0) {
                end--; // as Docker does
            }
            Login login = new Login(new String(chars, 0, colon), Arrays.copyOfRange(chars, colon + 1, end));
            Arrays.fill(chars, '\0');
            return login;
        }

        /** It is a secret. */
        @Override
        public String toString() {
            return "Auth[]";
        }
    }

    /** The names that a registry may go by in the file, the most exact one first. */
    static List<String> keys(String registry) {
        return registry.equals("docker.io")
                ? List.of(HUB, "index.docker.io", "docker.io", "registry-1.docker.io")
                : List.of(registry, "https://" + registry, "https://" + registry + "/", "http://" + registry);
    }

    /** What a helper is to be asked for. */
    static String helperKey(String registry) {
        return registry.equals("docker.io") ? HUB : registry;
    }

    Optional<String> helper(String registry) {
        return keys(registry).stream()
                .flatMap(key -> helpers.map(named -> named.get(key)).stream())
                .findFirst()
                .or(() -> store)
                .filter(name -> !name.isEmpty());
    }

    Optional<Auth> auth(String registry) {
        return keys(registry).stream()
                .flatMap(key -> auths.map(named -> named.get(key)).stream())
                .findFirst();
    }
}
