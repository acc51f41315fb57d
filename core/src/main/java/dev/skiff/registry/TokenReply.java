package dev.skiff.registry;

import dev.skiff.oci.JsonField;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a token service answers; the token goes by one of two names, and lives for a minute if it does not say. */
record TokenReply(
        Optional<String> token,
        @JsonField("access_token") Optional<String> accessToken,
        @JsonField("expires_in") Optional<Long> expiresIn) {
    static final int LONGEST = 1 << 20;

    private static final long SHORTEST_SECONDS = 60;
    private static final long LONGEST_SECONDS = 24 * 3600;
    private static final int LONGEST_TOKEN = 64 * 1024;
    private static final Pattern VISIBLE = Pattern.compile("[\\x21-\\x7e]+");

    /** The token, if it is fit for a header. */
    Optional<String> usable() {
        return token.or(() -> accessToken)
                .filter(value -> value.length() <= LONGEST_TOKEN
                        && VISIBLE.matcher(value).matches());
    }

    Duration lifetime() {
        long seconds = expiresIn.orElse(SHORTEST_SECONDS);
        return Duration.ofSeconds(Math.min(Math.max(seconds, SHORTEST_SECONDS), LONGEST_SECONDS));
    }

    /** The token is a secret. */
    @Override
    public String toString() {
        return "TokenReply[" + lifetime() + "]";
    }
}
