package dev.skiff.registry;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** What the host part of an address is, judged by its spelling alone: nothing here asks DNS. */
final class Hosts {
    private static final Pattern DOTTED_QUAD =
            Pattern.compile("((25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(\\.(?!$)|$)){4}");
    // inet_aton also reads 127.1, 2130706433 and 0x7f000001, so whatever ends in a number is no name.
    private static final Pattern NUMERIC = Pattern.compile("(.*\\.)?(\\d+|0[xX][0-9a-fA-F]*)");

    private Hosts() {}

    /** Whether this host is the machine we run on: 127.0.0.0/8, ::1 or {@code localhost}. */
    static boolean isLoopback(String host) {
        String bare = bare(host);
        return bare.equals("localhost")
                || literal(bare).map(InetAddress::isLoopbackAddress).orElse(false);
    }

    /**
     * Whether this host is spelled as an address that means something only in the caller's own network: loopback,
     * link-local, private, shared (RFC 6598), unspecified, multicast, or a number that is no plain address.
     */
    static boolean isLocal(String host) {
        String bare = bare(host);
        if (bare.equals("localhost") || bare.endsWith(".localhost")) {
            return true;
        }
        Optional<InetAddress> literal = literal(bare);
        return literal.map(Hosts::isLocal)
                .orElseGet(() -> bare.indexOf(':') >= 0 || NUMERIC.matcher(bare).matches());
    }

    private static boolean isLocal(InetAddress address) {
        byte[] bytes = address.getAddress();
        boolean uniqueLocal = bytes.length == 16 && (bytes[0] & 0xfe) == 0xfc;
        boolean shared = bytes.length == 4 && bytes[0] == 100 && (bytes[1] & 0xc0) == 64;
        boolean thisNetwork = bytes.length == 4 && bytes[0] == 0;
        return address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isAnyLocalAddress()
                || address.isMulticastAddress()
                || uniqueLocal
                || shared
                || thisNetwork;
    }

    /** The address that the text spells out; empty for names. IPv6 with or without brackets. */
    static Optional<InetAddress> literal(String host) {
        String bare = bare(host);
        if (bare.indexOf(':') < 0 && !DOTTED_QUAD.matcher(bare).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByName(bare)); // a literal: does not ask DNS
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    private static String bare(String host) {
        String bare = host.toLowerCase(Locale.ROOT);
        if (bare.startsWith("[") && bare.endsWith("]")) {
            bare = bare.substring(1, bare.length() - 1);
        }
        return bare.endsWith(".") ? bare.substring(0, bare.length() - 1) : bare;
    }
}
