package dev.skiff.registry;

import java.io.IOException;
import java.net.ProtocolException;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;

/**
 * Follows redirects by hand, because the JDK's client would carry {@code Authorization} to whatever host it is sent to
 * (the distribution specification forbids it, and CVE-2020-15157 is what comes of it).
 */
final class Redirects {
    private static final int MOST_HOPS = 10;

    private final Transport transport;
    private final RegistrySettings settings;

    Redirects(Transport transport, RegistrySettings settings) {
        this.transport = transport;
        this.settings = settings;
    }

    /** The first answer that is no redirect. */
    Reply follow(Call call, Deadline deadline) throws IOException {
        Call current = call;
        for (int hop = 0; hop <= MOST_HOPS; hop++) {
            Reply reply = hop == 0 ? transport.send(current, deadline) : sendElsewhere(current, deadline);
            if (!reply.isRedirect()) {
                return reply;
            }
            try (reply) {
                if (call.changesSomething() && reply.status() != 307 && reply.status() != 308) {
                    // Elsewhere these turn any request into a GET, which is not what was meant.
                    throw new ProtocolException("a redirect of a " + call.method() + " by status " + reply.status());
                }
                current = next(current, reply.header("Location"));
            }
        }
        throw new ProtocolException("more than " + MOST_HOPS + " redirects");
    }

    private Reply sendElsewhere(Call call, Deadline deadline) throws IOException {
        try {
            return transport.send(call, deadline);
        } catch (IOException e) {
            throw new RedirectedException(call, e);
        }
    }

    /** The request that a redirect asks for, if it may. */
    Call next(Call from, Optional<String> location) throws ProtocolException {
        URI target = target(from.address(), location);
        boolean stays = Endpoint.sameOrigin(from.address(), target);
        return from.at(target).as(stays ? from.authorization() : Optional.empty());
    }

    private URI target(URI from, Optional<String> location) throws ProtocolException {
        if (location.isEmpty()) {
            throw new ProtocolException("a redirect to nowhere");
        }
        URI target;
        try {
            target = from.resolve(location.get());
        } catch (IllegalArgumentException e) {
            throw new ProtocolException("a redirect to something that is no address");
        }
        String scheme = String.valueOf(target.getScheme()).toLowerCase(Locale.ROOT);
        if (target.getHost() == null || target.getUserInfo() != null || !scheme.matches("https?")) {
            throw new ProtocolException("a redirect to what is no plain https address: " + Call.shown(target));
        }
        if (scheme.equals("http") && (isTls(from) || !settings.allowsPlain(target))) {
            throw new ProtocolException("a redirect to an address without TLS: " + Call.shown(target));
        }
        return target;
    }

    private static boolean isTls(URI address) {
        return address.getScheme().equalsIgnoreCase("https");
    }
}
