package dev.skiff.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.skiff.Credentials.Login;
import dev.skiff.oci.Json;
import dev.skiff.oci.JsonException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Gets tokens from the service that a registry's Bearer challenge names (distribution, "Token Authentication"). */
final class TokenService {
    private final Redirects redirects;
    private final RealmPolicy policy;
    private final Failures failures;

    TokenService(Redirects redirects, RealmPolicy policy, Failures failures) {
        this.redirects = redirects;
        this.policy = policy;
        this.failures = failures;
    }

    /**
     * A token for a scope, as the challenge asks; or for several, with blanks between them.
     *
     * @param challenged the answer that holds the challenge, for the message if it is not met
     */
    Token fetch(Challenge challenge, String scope, Optional<Login> login, Reply challenged, Deadline deadline) {
        URI realm = realm(challenge, challenged);
        if (login.isPresent() && !policy.mayHavePassword(realm)) {
            throw failures.notAnswered(
                    challenged,
                    "not sending a password to " + realm.getHost() + ": a registry without TLS says it is its token"
                            + " service, and anybody on the way could have said so");
        }
        Call call = Call.get(question(realm, challenge, scope)).as(login.map(Passwords::basic));
        try (Reply reply = redirects.follow(call, deadline)) {
            if (reply.status() != 200) {
                String who = login.map(l -> "for " + l.user()).orElse("without credentials");
                throw failures.refused(reply, "no token " + who + " from " + realm.getHost());
            }
            return token(reply);
        } catch (IOException e) {
            throw failures.during("token").noAnswer(call, e);
        }
    }

    private URI realm(Challenge challenge, Reply challenged) {
        URI realm;
        try {
            realm = URI.create(challenge.parameter("realm").orElse(""));
        } catch (IllegalArgumentException e) {
            throw failures.notAnswered(challenged, "the registry names a token service that is no address");
        }
        Optional<String> objection = policy.objection(realm);
        if (objection.isPresent()) {
            throw failures.notAnswered(
                    challenged,
                    "not asking for a token: the service that the registry names, " + Call.shown(realm) + ", "
                            + objection.get());
        }
        return realm;
    }

    private static URI question(URI realm, Challenge challenge, String scope) {
        String query = challenge
                        .parameter("service")
                        .map(service -> "service=" + URLEncoder.encode(service, UTF_8) + "&")
                        .orElse("")
                + Stream.of(scope.split(" "))
                        .map(one -> "scope=" + URLEncoder.encode(one, UTF_8))
                        .collect(Collectors.joining("&"));
        String base = realm.toString().replaceFirst("#.*", "");
        return URI.create(base + (realm.getRawQuery() == null ? "?" : "&") + query);
    }

    private Token token(Reply reply) throws IOException {
        byte[] body = reply.bytes(TokenReply.LONGEST);
        if (body.length > TokenReply.LONGEST) {
            throw failures.malformed(reply, "the token service answered with more than 1 MiB");
        }
        try {
            TokenReply answer = Json.read(body, TokenReply.class);
            String token = answer.usable()
                    .orElseThrow(() -> failures.malformed(reply, "the token service answered without a usable token"));
            return Token.lasting(token, answer.lifetime());
        } catch (JsonException e) {
            // The cause is left out on purpose: it may quote the token.
            throw failures.malformed(reply, "the token service answered with no JSON of its kind, at " + e.path());
        }
    }
}
