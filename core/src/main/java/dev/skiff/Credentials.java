package dev.skiff;

import dev.skiff.login.DockerLogins;
import java.util.Arrays;
import java.util.Optional;

/**
 * Who to be towards a registry. Asked only when a registry wants to know, with the name of that registry, so an
 * implementation of your own can look into a vault:
 *
 * <pre>{@code
 * Images.pull("registry.example.com/team/app:1").credentials(Credentials.basic("ci", token)).await();
 * }</pre>
 *
 * <p>What it gives out goes to that registry, or to the token service that the registry itself names, and to no other
 * host; it never shows in a message, a log or a {@code toString}.
 */
@FunctionalInterface
public interface Credentials {

    /**
     * Who to be towards one registry; empty to be nobody there.
     *
     * @param registry as references name it, such as {@code docker.io} or {@code localhost:5000}
     */
    Optional<Login> forRegistry(String registry);

    /** Nobody, everywhere: what public images ask for. */
    static Credentials anonymous() {
        return registry -> Optional.empty();
    }

    /**
     * The logins that {@code docker login} has left on this host: those in {@code config.json} of {@code $DOCKER_CONFIG}, or of
     * {@code ~/.docker}, and those of the credential helpers that it names. They are looked up each time that a registry asks.
     * This is also what an operation uses to which no credentials are given; only then, a login that cannot be had is logged, and
     * the registry asked without.
     *
     * <p>Asking for a login throws a {@link SkiffException} if the file or a helper is there and of no use. Identity tokens,
     * which some registries give out in place of passwords, are not supported.
     */
    static Credentials dockerConfig() {
        return DockerLogins.ofThisUser();
    }

    /** The same user at every registry that is asked; give it to the one operation that it is for. */
    static Credentials basic(String user, String password) {
        return basic(user, password.toCharArray());
    }

    /** As {@link #basic(String, String)}; the array is copied, so that the caller can wipe its own. */
    static Credentials basic(String user, char[] password) {
        Optional<Login> login = Optional.of(new Login(user, password));
        return registry -> login;
    }

    /** A user and the password, or access token, that proves it. */
    final class Login {
        private final String user;
        private final char[] password;

        /** Copies the password. */
        public Login(String user, char[] password) {
            if (user.isEmpty() || user.indexOf(':') >= 0) {
                // RFC 7617: the first colon ends the user, so one with a colon would be somebody else.
                throw new IllegalArgumentException("user must be non-empty and without ':', got \"" + user + "\"");
            }
            this.user = user;
            this.password = Arrays.copyOf(password, password.length);
        }

        /** The name to log in with. */
        public String user() {
            return user;
        }

        /** A copy of the password: wipe it after use. */
        public char[] password() {
            return Arrays.copyOf(password, password.length);
        }

        /** The user alone. */
        @Override
        public String toString() {
            return "Login[" + user + "]";
        }
    }
}
