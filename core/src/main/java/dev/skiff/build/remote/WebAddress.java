package dev.skiff.build.remote;

import dev.skiff.linux.RawPath;
import dev.skiff.registry.WebClient;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The address of a file of the web, as an ADD has it.
 *
 * @param uri with what may not stand in one escaped
 */
public record WebAddress(URI uri) {
    private static final RawPath UNNAMED = RawPath.of("__unnamed__");
    private static final String UNWISE = "\"<>\\^`{|} ";

    public WebAddress {
        if (uri.getHost() == null || !uri.getScheme().toLowerCase(Locale.ROOT).matches("https?")) {
            throw new IllegalArgumentException("a URL begins with http:// or https:// and a host: " + uri);
        }
    }

    /**
     * Reads an address as people write them, blanks and all.
     *
     * @throws IllegalArgumentException for what is none
     */
    public static WebAddress parse(String text) {
        try {
            URI uri = new URI(escaped(text));
            return new WebAddress(new URI(withoutFragment(uri.toASCIIString())));
        } catch (URISyntaxException malformed) {
            throw new IllegalArgumentException("this is no URL: " + malformed.getReason(), malformed);
        }
    }

    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (c < ' ' || c == 0x7f || UNWISE.indexOf(c) >= 0) {
                escaped.append(String.format("%%%02X", c));
            } else {
                escaped.appendCodePoint(c);
            }
        });
        return escaped.toString();
    }

    private static String withoutFragment(String uri) {
        int fragment = uri.indexOf('#');
        return fragment < 0 ? uri : uri.substring(0, fragment);
    }

    /** What the file is called where nothing else is said: the last part of the path. */
    public RawPath fileName() {
        RawPath path = RawPath.ofBytes(unescaped(uri.getRawPath()));
        return path.isRoot() ? UNNAMED : path.name();
    }

    private static byte[] unescaped(String path) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] escaped = path.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < escaped.length; i++) {
            if (escaped[i] == '%') { // and two hex digits, for it is a URI
                bytes.write(Integer.parseInt(path.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                bytes.write(escaped[i]);
            }
        }
        return bytes.toByteArray();
    }

    /** Without what may be secret. */
    @Override
    public String toString() {
        return WebClient.shown(uri);
    }
}
