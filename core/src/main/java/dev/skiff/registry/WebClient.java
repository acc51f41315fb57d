package dev.skiff.registry;

import java.io.IOException;
import java.net.ProtocolException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Gets what any web address has, with the limits, proxies and caution that registries are asked with: {@code ADD} of a URL. A
 * user in the address is told to its own origin alone, and no redirect leaves TLS.
 */
public final class WebClient {
    private static final int MOST_HOPS = 10;

    private final Transport transport;
    private final RegistrySettings settings;

    public WebClient(RegistrySettings settings) {
        this.settings = settings;
        this.transport = new Transport(settings);
    }

    /** The first answer that is no redirect; of what is said there, nothing has been judged. */
    public WebReply get(URI address, Map<String, String> headers) throws IOException {
        Deadline deadline = Deadline.in(settings.transferLimit());
        Optional<String> identity = Optional.ofNullable(address.getUserInfo()).map(WebClient::basic);
        Call call = Call.get(address).as(identity);
        for (Map.Entry<String, String> header : headers.entrySet()) {
            call = call.with(header.getKey(), header.getValue());
        }
        for (int hop = 0; hop <= MOST_HOPS; hop++) {
            Reply reply = transport.send(call, deadline);
            if (!reply.isRedirect()) {
                return new WebReply(reply);
            }
            try (reply) {
                URI target = target(call.address(), reply.header("Location"));
                call = call.at(target)
                        .as(Endpoint.sameOrigin(call.address(), target) ? call.authorization() : Optional.empty());
            }
        }
        throw new ProtocolException("more than " + MOST_HOPS + " redirects");
    }

    /** An address as it may be shown: without what may be secret in it. */
    public static String shown(URI address) {
        return Call.shown(address);
    }

    private static String basic(String user) {
        return "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
    }

    private static URI target(URI from, Optional<String> location) throws ProtocolException {
        URI target;
        try {
            target = from.resolve(location.orElseThrow(() -> new ProtocolException("a redirect to nowhere")));
        } catch (IllegalArgumentException e) {
            throw new ProtocolException("a redirect to something that is no address");
        }
        String scheme = String.valueOf(target.getScheme()).toLowerCase(Locale.ROOT);
        if (target.getHost() == null || !scheme.matches("https?")) {
            throw new ProtocolException("a redirect to what is no web address: " + Call.shown(target));
        }
        if (scheme.equals("http") && from.getScheme().equalsIgnoreCase("https")) {
            throw new ProtocolException("a redirect from TLS to an address without: " + Call.shown(target));
        }
        return target;
    }
}
