package dev.skiff.build.remote;

import dev.skiff.dockerfile.ignore.CleanPath;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A git repository as ADD names it: {@code https://host/path.git}, {@code ssh://}, {@code git://} or {@code user@host:path}, then
 * {@code #ref:subdirectory}, or the same as a query, {@code ?ref=...&subdir=...}.
 *
 * @param remote what git is given
 * @param ref a branch, a tag, a commit or a full name of a ref; the repository's own HEAD if there is none
 * @param subdirectory what to take of it; empty is all
 * @param checksum the beginning of the commit that it has to be
 * @param keepGitDir whether the history stays, if the address says so
 * @param submodules whether those are fetched too
 */
public record GitReference(
        String remote,
        Optional<String> ref,
        String subdirectory,
        Optional<String> checksum,
        Optional<Boolean> keepGitDir,
        boolean submodules) {
    private static final Pattern SCP = Pattern.compile("([A-Za-z0-9_][\\w.-]*@[A-Za-z0-9][\\w.-]*:(?!//)[^#?]+)(.*)");
    private static final Pattern URL =
            Pattern.compile("((https?|ssh|git)://[^#?]+)(.*)", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    private static final Pattern LOCAL = Pattern.compile("file://.*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    // What git itself allows in a ref (git-check-ref-format), and nothing that it could take for an option or two refs.
    private static final Pattern REF = Pattern.compile("(?![-/.])[^\\x00-\\x20\\x7f~^:?*\\[\\\\]+(?<![/.])");
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{7,64}");
    private static final List<String> KEYS =
            List.of("ref", "tag", "branch", "subdir", "checksum", "commit", "keep-git-dir", "submodules");

    /**
     * The repository that a source of ADD names, if it names one; other web addresses, and paths, are none.
     *
     * @throws IllegalArgumentException for one that is malformed, or of the host's own files
     */
    public static Optional<GitReference> parse(String source) {
        if (LOCAL.matcher(source).matches()) {
            throw new IllegalArgumentException("a repository among the host's files is outside of the build context:"
                    + " give it to the build as a context of its own, or serve it");
        }
        var scp = SCP.matcher(source);
        if (scp.matches()) {
            return Optional.of(of(scp.group(1), scp.group(2)));
        }
        var url = URL.matcher(source);
        if (!url.matches()) {
            return Optional.empty();
        }
        boolean web = url.group(2).toLowerCase(Locale.ROOT).startsWith("http");
        if (web && !url.group(1).endsWith(".git")) {
            return Optional.empty();
        }
        checkHost(url.group(1));
        return Optional.of(of(url.group(1), url.group(3)));
    }

    /** A host that begins with a dash is an option to ssh (CVE-2017-1000117). */
    private static void checkHost(String remote) {
        try {
            URI uri = new URI(remote);
            boolean option = uri.getHost() == null
                    || uri.getHost().startsWith("-")
                    || String.valueOf(uri.getUserInfo()).startsWith("-")
                    || uri.getRawPath().isEmpty();
            if (option) {
                throw new IllegalArgumentException("the address of a git repository has a host and a path");
            }
        } catch (URISyntaxException malformed) {
            throw new IllegalArgumentException("this is no URL: " + malformed.getReason(), malformed);
        }
    }

    private static GitReference of(String remote, String rest) {
        int hash = rest.indexOf('#');
        String fragment = hash < 0 ? "" : rest.substring(hash + 1);
        Map<String, String> query = query(hash < 0 ? rest : rest.substring(0, hash));
        if (!fragment.isEmpty() && (query.containsKey("ref") || query.containsKey("subdir"))) {
            throw new IllegalArgumentException("ref and subdir are given twice: after the # and in the query");
        }
        int colon = fragment.indexOf(':');
        String afterHash = colon < 0 ? fragment : fragment.substring(0, colon);
        String subdirectory = colon < 0 ? query.getOrDefault("subdir", "") : fragment.substring(colon + 1);
        return new GitReference(
                remote,
                ref(afterHash, query),
                CleanPath.belowRoot(subdirectory),
                Optional.ofNullable(query.getOrDefault("checksum", query.get("commit")))
                        .map(GitReference::checkedCommit),
                Optional.ofNullable(query.get("keep-git-dir")).map(GitReference::bool),
                bool(query.getOrDefault("submodules", "true")));
    }

    private static Map<String, String> query(String text) {
        Map<String, String> query = new LinkedHashMap<>();
        for (String pair : text.isEmpty() ? new String[0] : text.substring(1).split("&", -1)) {
            int equals = pair.indexOf('=');
            String key = equals < 0 ? pair : pair.substring(0, equals);
            if (!KEYS.contains(key)) {
                throw new IllegalArgumentException("unexpected query \"" + key + "\"; known are " + KEYS);
            }
            query.put(key, equals < 0 ? "" : URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
        }
        return query;
    }

    private static Optional<String> ref(String afterHash, Map<String, String> query) {
        String ref = afterHash.isEmpty() ? query.getOrDefault("ref", "") : afterHash;
        if (ref.isEmpty() && query.containsKey("tag")) {
            ref = "refs/tags/" + query.get("tag");
        } else if (ref.isEmpty() && query.containsKey("branch")) {
            ref = "refs/heads/" + query.get("branch");
        }
        if (!ref.isEmpty() && (!REF.matcher(ref).matches() || ref.contains("..") || ref.contains("@{"))) {
            throw new IllegalArgumentException("\"" + ref + "\" is no name of a branch, a tag or a commit");
        }
        return Optional.of(ref).filter(name -> !name.isEmpty());
    }

    private static String checkedCommit(String text) {
        String commit = text.toLowerCase(Locale.ROOT);
        if (!COMMIT.matcher(commit).matches()) {
            throw new IllegalArgumentException(
                    "the checksum of a git repository is a commit, 7 to 64 hex digits: \"" + text + "\"");
        }
        return commit;
    }

    private static boolean bool(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "", "1", "true" -> true;
            case "0", "false" -> false;
            default -> throw new IllegalArgumentException("expecting boolean value, not: " + text);
        };
    }

    /**
     * The same, of which the flag {@code --checksum} says what it has to be.
     *
     * @throws IllegalArgumentException if that is no commit
     */
    public GitReference withChecksum(String commit) {
        return new GitReference(remote, ref, subdirectory, Optional.of(checkedCommit(commit)), keepGitDir, submodules);
    }

    /** Whether the ref is a commit, so that nobody needs to be asked which it is. */
    boolean isCommit() {
        return ref.filter(name -> name.matches("[0-9a-f]{40}|[0-9a-f]{64}")).isPresent();
    }

    /** The address without what may be secret in it. */
    String shownRemote() {
        return remote.replaceFirst("^(https?://)[^/@]*@", "$1");
    }

    @Override
    public String toString() {
        return shownRemote() + ref.map(name -> "#" + name).orElse("");
    }
}
