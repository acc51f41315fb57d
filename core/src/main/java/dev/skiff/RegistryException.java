package dev.skiff;

import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A registry that could not be reached, or answered with something other than what was asked for. The message names
 * the work and the answer; the fields let a program decide whether to ask again.
 */
public class RegistryException extends SkiffException {
    private static final long serialVersionUID = 1L;
    private static final int NO_ANSWER = 0;

    private final String registry;
    private final String method;
    private final String url;
    private final int status;
    private final String[] codes;
    private final boolean retryable;

    /**
     * A request that got no answer.
     *
     * @param registry the registry as references name it, such as {@code docker.io}
     * @param method the HTTP method of the request that failed
     * @param url its address, without user info and query
     * @param retryable whether the same call may well succeed later
     */
    public RegistryException(
            String message, String registry, String method, String url, boolean retryable, @Nullable Throwable cause) {
        this(message, registry, method, url, NO_ANSWER, List.of(), retryable, cause);
    }

    /**
     * A request that got an answer that does not do.
     *
     * @param status the HTTP status of the answer
     * @param codes the error codes in its body, such as {@code MANIFEST_UNKNOWN}; may be empty
     */
    public RegistryException(
            String message,
            String registry,
            String method,
            String url,
            int status,
            List<String> codes,
            boolean retryable,
            @Nullable Throwable cause) {
        super(message, cause);
        this.registry = registry;
        this.method = method;
        this.url = url;
        this.status = status;
        this.codes = codes.toArray(new String[0]);
        this.retryable = retryable;
    }

    /** The registry as references name it, such as {@code docker.io}. */
    public String registry() {
        return registry;
    }

    /** The HTTP method of the request that failed. */
    public String method() {
        return method;
    }

    /** The address that was asked, without user info and query: it is fit for logs. */
    public String url() {
        return url;
    }

    /** The HTTP status that came back; empty if no answer came at all. */
    public OptionalInt status() {
        return status == NO_ANSWER ? OptionalInt.empty() : OptionalInt.of(status);
    }

    /** The registry's own error codes, such as {@code TOOMANYREQUESTS}; empty if it named none. */
    public List<String> codes() {
        return List.of(codes);
    }

    /** Whether asking again later may well succeed: the network failed, or the registry is busy or broken. */
    public boolean retryable() {
        return retryable;
    }
}
