package dev.skiff.registry;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One request, as data: it may be sent several times, elsewhere, and with another identity.
 *
 * @param headers all but {@code Authorization}, which {@link #authorization} keeps apart so that a redirect can drop it
 */
record Call(String method, URI address, Map<String, String> headers, Optional<String> authorization) {
    static final String GET = "GET";

    Call {
        headers = Map.copyOf(headers);
    }

    static Call get(URI address) {
        // No transfer is ever decoded here, so that what arrives are the bytes that the digest is of.
        return new Call(GET, address, Map.of("Accept-Encoding", "identity", "User-Agent", "skiff"), Optional.empty());
    }

    Call with(String header, String value) {
        Map<String, String> more = new TreeMap<>(headers);
        more.put(header, value);
        return new Call(method, address, more, authorization);
    }

    Call at(URI elsewhere) {
        return new Call(method, elsewhere, headers, authorization);
    }

    Call as(Optional<String> identity) {
        return new Call(method, address, headers, identity);
    }

    /** The address as it may be shown: user info, query and fragment can hold secrets. */
    String shownAddress() {
        return shown(address);
    }

    static String shown(URI address) {
        if (address.getHost() == null) {
            return address.getScheme() + ":...";
        }
        try {
            return new URI(
                            address.getScheme(),
                            null,
                            address.getHost(),
                            address.getPort(),
                            address.getPath(),
                            null,
                            null)
                    .toString();
        } catch (URISyntaxException e) {
            return address.getScheme() + "://" + address.getHost();
        }
    }

    /** Shows no header: one of them is a secret. */
    @Override
    public String toString() {
        return method + " " + shownAddress();
    }
}
