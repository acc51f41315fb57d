package dev.skiff.registry;

import dev.skiff.Credentials;
import dev.skiff.Credentials.Login;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Who we are towards one repository of one registry: nobody until the registry asks, then a password or a token, as it
 * asks. Tokens are kept for their lifetime, each for its scope, and are never used for another repository, registry or
 * user, because each of those has an identity of its own. Threads that need the same token wait for one answer.
 */
final class Identity {
    private final String registry;
    private final Credentials credentials;
    private final TokenService tokens;
    private final Failures failures;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Token> tokenByScope = new ConcurrentHashMap<>();
    private volatile @Nullable String password;

    Identity(String registry, Credentials credentials, TokenService tokens, Failures failures) {
        this.registry = registry;
        this.credentials = credentials;
        this.tokens = tokens;
        this.failures = failures;
    }

    /** The {@code Authorization} to begin with; empty as long as the registry has not asked for any. */
    Optional<String> known(String scope) {
        Token token = tokenByScope.get(scope);
        if (token != null && token.good()) {
            return Optional.of(token.header());
        }
        return Optional.ofNullable(password);
    }

    /**
     * The {@code Authorization} to try next, after the registry has answered 401.
     *
     * @param refused what the request was sent with
     */
    String answer(Reply challenged, String scope, Optional<String> refused, Deadline deadline) throws IOException {
        try {
            if (!lock.tryLock(deadline.remainingNanos(), TimeUnit.NANOSECONDS)) {
                throw failures.notAnswered(challenged, "no token in time");
            }
        } catch (InterruptedException e) {
            throw (InterruptedIOException) new InterruptedIOException("interrupted").initCause(e);
        }
        try {
            Optional<String> known = known(scope);
            if (known.isPresent() && !known.equals(refused)) {
                return known.get(); // another thread has been asked the same, and was faster
            }
            return fresh(challenged, scope, deadline);
        } finally {
            lock.unlock();
        }
    }

    /** What it means when the registry still says no. */
    String refusal() {
        return credentials
                .forRegistry(registry)
                .map(login -> "the registry does not let " + login.user() + " do this")
                .orElse("there is no such repository, or it is not for everybody and wants credentials");
    }

    private String fresh(Reply challenged, String scope, Deadline deadline) {
        List<Challenge> offered = Challenge.parse(challenged.headers().allValues("WWW-Authenticate"));
        Challenge challenge = Challenge.choose(offered)
                .orElseThrow(() -> failures.refused(challenged, "the registry asks for a kind of login unknown to us"));
        Optional<Login> login = credentials.forRegistry(registry);
        if (challenge.scheme().equals(Challenge.BEARER)) {
            Token token = tokens.fetch(challenge, scope, login, challenged, deadline);
            tokenByScope.put(scope, token);
            return token.header();
        }
        if (password != null || login.isEmpty()) {
            throw failures.refused(
                    challenged,
                    login.isEmpty()
                            ? "the registry asks for a login, and there are no credentials for it"
                            : "the registry does not take the login of "
                                    + login.get().user());
        }
        String header = Passwords.basic(login.get());
        password = header;
        return header;
    }
}
