package dev.skiff;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A registry that wants other credentials than it got, or that asks for them in a way that is not safe to answer.
 * Asking again with the same {@link Credentials} does not help.
 */
public final class RegistryAuthException extends RegistryException {
    private static final long serialVersionUID = 1L;

    /** Parameters as in {@link RegistryException}; never retryable. */
    public RegistryAuthException(
            String message,
            String registry,
            String method,
            String url,
            int status,
            List<String> codes,
            @Nullable Throwable cause) {
        super(message, registry, method, url, status, codes, false, cause);
    }
}
