package dev.skiff.registry;

import dev.skiff.InterruptedOperationException;
import dev.skiff.RegistryAuthException;
import dev.skiff.RegistryException;
import dev.skiff.SkiffException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertPathBuilderException;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Turns what went wrong into exceptions that say what was being done.
 *
 * @param registry as references name it
 * @param work such as {@code pull docker.io/library/node:18-alpine}
 */
record Failures(String registry, String work) {

    /** The same work, said more closely. */
    Failures during(String part) {
        return new Failures(registry, work + ": " + part);
    }

    SkiffException interrupted(InterruptedException interrupt) {
        return new InterruptedOperationException(work, interrupt);
    }

    /** A request that got no answer, or one that broke off. */
    SkiffException noAnswer(Call call, IOException failure) {
        if (failure instanceof RedirectedException elsewhere) {
            return noAnswer(elsewhere.call(), elsewhere.failure());
        }
        if (isInterrupt(failure) && failure.getCause() instanceof InterruptedException interrupt) {
            return interrupted(interrupt);
        }
        return new RegistryException(
                work + ": " + verdict(failure) + reason(call, failure),
                registry,
                call.method(),
                call.shownAddress(),
                !(failure instanceof ProtocolException),
                failure);
    }

    static boolean isInterrupt(IOException failure) {
        return failure instanceof InterruptedIOException && failure.getCause() instanceof InterruptedException;
    }

    private String verdict(IOException failure) {
        if (failure instanceof ProtocolException) {
            return registry + " answered with ";
        }
        return nobodyThere(failure)
                ? "cannot reach registry " + registry + ": "
                : "the connection to registry " + registry + " broke: ";
    }

    /** A request that is not made, or no longer. */
    RegistryException unusable(Call call, String why) {
        return new RegistryException(work + ": " + why, registry, call.method(), call.shownAddress(), false, null);
    }

    private static String reason(Call call, IOException failure) {
        String host = call.address().getHost();
        if (hasCause(failure, UnresolvedAddressException.class)) {
            return "the name " + host + " does not resolve; check the network and DNS";
        }
        if (failure instanceof HttpConnectTimeoutException) {
            return "no connection to " + Endpoint.hostAndPort(call.address()) + " in time";
        }
        if (failure instanceof ConnectException) {
            return "no connection to " + Endpoint.hostAndPort(call.address())
                    + (failure.getMessage() == null ? "" : " (" + failure.getMessage() + ")");
        }
        if (failure instanceof SSLException) {
            return "TLS with " + host + " failed: " + failure.getMessage()
                    + (hasCause(failure, CertPathBuilderException.class)
                            ? "; this JVM does not trust its certificate: see keytool -importcert, and"
                                    + " javax.net.ssl.trustStore for a store other than the JDK's"
                            : "");
        }
        return (failure instanceof HttpTimeoutException ? host + " gave " : "") + failure.getMessage();
    }

    /** Whether nobody answered at all, which the next moment seldom changes. */
    static boolean nobodyThere(IOException failure) {
        return failure instanceof ConnectException
                || failure instanceof HttpTimeoutException
                || failure instanceof SSLException
                || hasCause(failure, UnresolvedAddressException.class);
    }

    private static boolean hasCause(Throwable failure, Class<? extends Throwable> type) {
        Optional<Throwable> cause = Optional.of(failure);
        for (int depth = 0; cause.isPresent() && depth < 16; depth++) {
            if (type.isInstance(cause.get())) {
                return true;
            }
            cause = Optional.ofNullable(cause.get().getCause());
        }
        return false;
    }

    /** An answer with a status that does not do; its body is read for the registry's reasons. */
    RegistryException refused(Reply reply, String what) {
        ErrorBody error = ErrorBody.read(reply);
        int status = reply.status();
        String reason = status == 407 ? "the proxy wants credentials, and Skiff has none for it" : what;
        String message = work + ": " + reason + " (" + status + error.suffix() + ")";
        if (status == 401 || status == 403) {
            return auth(reply, message, error.codes());
        }
        boolean retryable = RetryPolicy.isTemporary(status);
        return new RegistryException(
                message,
                registry,
                reply.call().method(),
                reply.call().shownAddress(),
                status,
                error.codes(),
                retryable,
                null);
    }

    private RegistryAuthException auth(Reply reply, String message, List<String> codes) {
        return new RegistryAuthException(
                message, registry, reply.call().method(), reply.call().shownAddress(), reply.status(), codes, null);
    }

    /** A challenge that is not answered. */
    RegistryAuthException notAnswered(Reply challenged, String why) {
        return auth(challenged, work + ": " + why, List.of());
    }

    /** An answer whose status does and whose content does not. */
    RegistryException malformed(Reply reply, String what) {
        return malformed(reply, what, null);
    }

    RegistryException malformed(Reply reply, String what, @Nullable Exception cause) {
        return new RegistryException(
                work + ": " + what,
                registry,
                reply.call().method(),
                reply.call().shownAddress(),
                reply.status(),
                List.of(),
                false,
                cause);
    }
}
