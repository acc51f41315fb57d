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
record Call(
        String method,
        URI address,
        Map<String, String> headers,
        Optional<String> authorization,
        Optional<RequestBody> body) {
    static final String GET = "GET";
    static final String HEAD = "HEAD";
    static final String POST = "POST";
    static final String PATCH = "PATCH";
    static final String PUT = "PUT";

    Call {
        headers = Map.copyOf(headers);
    }

    static Call get(URI address) {
        return of(GET, address);
    }

    static Call of(String method, URI address) {
        // No transfer is ever decoded here, so that what arrives are the bytes that the digest is of.
        Map<String, String> headers = Map.of("Accept-Encoding", "identity", "User-Agent", "skiff");
        return new Call(method, address, headers, Optional.empty(), Optional.empty());
    }

    Call carrying(RequestBody content, String mediaType) {
        return new Call(method, address, headers, authorization, Optional.of(content)).with("Content-Type", mediaType);
    }

    /** Whether the registry may be at work for long before it answers, because it was sent something. */
    boolean changesSomething() {
        return !method.equals(GET) && !method.equals(HEAD);
    }

    Call with(String header, String value) {
        Map<String, String> more = new TreeMap<>(headers);
        more.put(header, value);
        return new Call(method, address, more, authorization, body);
    }

    Call at(URI elsewhere) {
        return new Call(method, elsewhere, headers, authorization, body);
    }

    Call as(Optional<String> identity) {
        return new Call(method, address, headers, identity, body);
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
