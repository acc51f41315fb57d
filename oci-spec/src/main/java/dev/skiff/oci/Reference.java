package dev.skiff.oci;

import dev.skiff.oci.internal.Texts;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Names an image in a registry, as people write it after {@code FROM} and {@code docker pull}. What they leave out is filled
 * in as Docker does: {@code node:18-alpine} is {@code docker.io/library/node:18-alpine}, and {@code node} alone has the tag
 * {@code latest}. Equal references name the same, however they were written.
 *
 * @param domain the registry, with its port if one was given
 * @param path the repository there
 * @param tag absent only if there is a digest
 * @param digest if present, it is what counts; the tag then only tells people
 */
public record Reference(String domain, String path, Optional<String> tag, Optional<Digest> digest) {
    private static final String DOCKER_HUB = "docker.io";
    private static final String OFFICIAL = "library/";
    private static final int MAX_LENGTH = 255;

    private static final Pattern DOMAIN = Pattern.compile("([a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?"
            + "(\\.[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\\[[a-fA-F0-9:]+])(:[0-9]+)?");
    private static final Pattern PATH_COMPONENT = Pattern.compile("[a-z0-9]+((\\.|__?|-+)[a-z0-9]+)*");
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");
    private static final Pattern ID = Pattern.compile("[a-f0-9]{64}");

    public Reference {
        String written = written(domain, path, tag, digest);
        if (domain.length() > MAX_LENGTH || !DOMAIN.matcher(domain).matches()) {
            throw new ReferenceSyntaxException(
                    written, "the registry must be a host name, perhaps with a port, got " + Texts.excerpt(domain));
        }
        checkPath(written, path);
        if (tag.isPresent() && !TAG.matcher(tag.get()).matches()) {
            throw new ReferenceSyntaxException(
                    written,
                    "a tag has 1 to 128 letters, digits, \"_\", \".\" and \"-\", and begins with none of the last two, got "
                            + Texts.excerpt(tag.get()));
        }
        if (tag.isEmpty() && digest.isEmpty()) {
            throw new ReferenceSyntaxException(written, "it needs a tag or a digest");
        }
    }

    private static void checkPath(String written, String path) {
        if (path.length() > MAX_LENGTH) {
            throw new ReferenceSyntaxException(
                    written, "the repository must not have more than " + MAX_LENGTH + " characters");
        }
        String lower = path.toLowerCase(Locale.ROOT);
        if (!lower.equals(path)) {
            throw new ReferenceSyntaxException(
                    written, "the repository must be in lower case, try " + Texts.excerpt(lower));
        }
        for (String component : path.split("/", -1)) {
            if (!PATH_COMPONENT.matcher(component).matches()) {
                throw new ReferenceSyntaxException(
                        written,
                        "the parts of a repository are letters and digits, separated by \".\", \"_\", \"__\" or \"-\", got "
                                + Texts.excerpt(component));
            }
        }
    }

    /**
     * The reference that {@code text} is short for.
     *
     * @throws ReferenceSyntaxException if it is none; says what to change
     */
    public static Reference parse(String text) {
        if (ID.matcher(text).matches()) {
            throw new ReferenceSyntaxException(
                    text, "64 hex digits are an id; put sha256: before it, and a name and @ before that");
        }
        int at = text.indexOf('@');
        String name = at < 0 ? text : text.substring(0, at);
        Optional<Digest> digest = at < 0 ? Optional.empty() : Optional.of(digest(text, text.substring(at + 1)));

        int slash = name.indexOf('/');
        boolean hasDomain = slash >= 0 && isDomain(name.substring(0, slash));
        String domain = hasDomain ? name.substring(0, slash) : DOCKER_HUB;
        String rest = hasDomain ? name.substring(slash + 1) : name;

        int colon = rest.lastIndexOf(':');
        String path = colon < 0 ? rest : rest.substring(0, colon);
        if (path.isEmpty()) {
            throw new ReferenceSyntaxException(text, "there is no name in it");
        }
        Optional<String> tag = colon < 0 ? Optional.empty() : Optional.of(rest.substring(colon + 1));
        if (tag.isEmpty() && digest.isEmpty()) {
            tag = Optional.of("latest");
        }
        return new Reference(domain(domain), qualified(domain, path), tag, digest);
    }

    private static Digest digest(String text, String digest) {
        try {
            return Digest.parse(digest);
        } catch (IllegalArgumentException e) {
            throw new ReferenceSyntaxException(text, "the " + e.getMessage());
        }
    }

    // The first part is a host only if it cannot be the name of a user: "team/app" is at Docker Hub, "team.example/app"
    // is not.
    private static boolean isDomain(String first) {
        return first.indexOf('.') >= 0
                || first.indexOf(':') >= 0
                || first.equals("localhost")
                || !first.toLowerCase(Locale.ROOT).equals(first);
    }

    private static String domain(String written) {
        return written.equals("index.docker.io") ? DOCKER_HUB : written;
    }

    private static String qualified(String domain, String path) {
        return domain(domain).equals(DOCKER_HUB) && path.indexOf('/') < 0 ? OFFICIAL + path : path;
    }

    /** The registry and the repository, without tag and digest. */
    public String repository() {
        return domain + "/" + path;
    }

    /** Another image of the same repository. A digest is given up. */
    public Reference withTag(String tag) {
        return new Reference(domain, path, Optional.of(tag), Optional.empty());
    }

    /** Exactly that content. A tag is kept, for people to read. */
    public Reference withDigest(Digest digest) {
        return new Reference(domain, path, tag, Optional.of(digest));
    }

    /** The shortest text that {@link #parse} takes for this: {@code node:18-alpine}. For showing to people. */
    public String familiar() {
        String name = repository();
        if (domain.equals(DOCKER_HUB)) {
            boolean official = path.startsWith(OFFICIAL) && path.indexOf('/', OFFICIAL.length()) < 0;
            String shorter = official ? path.substring(OFFICIAL.length()) : path;
            int slash = shorter.indexOf('/');
            name = slash >= 0 && isDomain(shorter.substring(0, slash)) ? name : shorter;
        }
        return name + suffix(tag, digest);
    }

    /** All of it: {@code docker.io/library/node:18-alpine}. */
    @Override
    public String toString() {
        return written(domain, path, tag, digest);
    }

    private static String written(String domain, String path, Optional<String> tag, Optional<Digest> digest) {
        return domain + "/" + path + suffix(tag, digest);
    }

    private static String suffix(Optional<String> tag, Optional<Digest> digest) {
        return tag.map(text -> ":" + text).orElse("")
                + digest.map(text -> "@" + text).orElse("");
    }
}
