package dev.skiff.run;

import dev.skiff.linux.RawPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The users and groups that an image's {@code /etc/passwd} and {@code /etc/group} know: passwd(5), group(5). They are a stranger's:
 * a line that is not as it should be names nobody, least of all root (CVE-2024-40635).
 */
public final class UserDatabase {
    private static final RawPath PASSWD = RawPath.of("/etc/passwd");
    private static final RawPath GROUP = RawPath.of("/etc/group");

    /** More than any real one needs; an image may hold anything (CVE-2024-9676). */
    private static final int MOST_BYTES = 10 << 20;

    /** How many groups the kernel lets one process be in (NGROUPS_MAX). */
    private static final int MOST_GROUPS = 65536;

    private static final Pattern ID = Pattern.compile("0|[1-9][0-9]{0,9}");
    private static final String NO_HOME = "/";

    private record Account(String name, int uid, int gid, String home) {}

    private record Group(String name, int gid, List<String> members) {}

    private final List<Account> accounts;
    private final List<Group> groups;

    private UserDatabase(List<Account> accounts, List<Group> groups) {
        this.accounts = List.copyOf(accounts);
        this.groups = List.copyOf(groups);
    }

    /** Those of an image; a file that it does not have knows nobody. */
    public static UserDatabase of(ImageFiles files) throws IOException {
        return parse(read(files, PASSWD), read(files, GROUP));
    }

    private static byte[] read(ImageFiles files, RawPath file) throws IOException {
        return files.read(file, MOST_BYTES).orElse(new byte[0]);
    }

    static UserDatabase parse(byte[] passwd, byte[] group) {
        List<Account> accounts = new ArrayList<>();
        for (String line : lines(passwd)) {
            String[] parts = line.strip().split(":", -1);
            boolean whole = parts.length >= 4 && parts.length <= 7; // people leave out the last ones
            OptionalInt uid = whole ? id(parts[2]) : OptionalInt.empty();
            OptionalInt gid = whole ? id(parts[3]) : OptionalInt.empty();
            if (uid.isPresent() && gid.isPresent()) {
                accounts.add(new Account(parts[0], uid.getAsInt(), gid.getAsInt(), parts.length > 5 ? parts[5] : ""));
            }
        }
        List<Group> groups = new ArrayList<>();
        for (String line : lines(group)) {
            String[] parts = line.strip().split(":", -1);
            OptionalInt gid = parts.length == 3 || parts.length == 4 ? id(parts[2]) : OptionalInt.empty();
            if (gid.isPresent()) {
                List<String> members = parts.length == 4 ? List.of(parts[3].split(",", -1)) : List.of();
                groups.add(new Group(parts[0], gid.getAsInt(), members));
            }
        }
        return new UserDatabase(accounts, groups);
    }

    private static List<String> lines(byte[] file) {
        return new String(file, StandardCharsets.UTF_8).lines().toList();
    }

    /** An id from 0 to 2^31-1, in plain digits; anything else is none. */
    private static OptionalInt id(String text) {
        if (!ID.matcher(text).matches() || Long.parseLong(text) > Integer.MAX_VALUE) {
            return OptionalInt.empty();
        }
        return OptionalInt.of(Integer.parseInt(text));
    }

    /**
     * Who that is: {@code user}, {@code uid}, {@code user:group} or any mixture. A name means what the image says; a number is an
     * id, also where a name of the image is spelled so, and need not be known to it. Nothing is root.
     *
     * @throws IllegalArgumentException if the image does not know a name, saying which
     */
    public ImageUser resolve(String text) {
        int colon = text.indexOf(':');
        String user = colon < 0 ? text : text.substring(0, colon);
        Optional<String> group = colon < 0 ? Optional.empty() : Optional.of(text.substring(colon + 1));
        ImageUser found = user(user.isEmpty() ? "0" : user);
        return group.filter(name -> !name.isEmpty())
                .map(name -> inGroup(found, name))
                .orElse(found);
    }

    private ImageUser user(String text) {
        OptionalInt number = id(text);
        Optional<Account> account = first(
                accounts,
                one -> number.isPresent()
                        ? one.uid() == number.getAsInt()
                        : one.name().equals(text));
        if (account.isPresent()) {
            Account is = account.get();
            return new ImageUser(is.uid(), is.gid(), groupsOf(is), is.home().isEmpty() ? NO_HOME : is.home());
        }
        int uid = number.orElseThrow(() -> new IllegalArgumentException("no user \"" + text
                + "\" in the image's /etc/passwd; name one of them, or a number from 0 to " + Integer.MAX_VALUE));
        return new ImageUser(uid, 0, List.of(0), NO_HOME);
    }

    private List<Integer> groupsOf(Account account) {
        Set<Integer> ids = new LinkedHashSet<>(List.of(account.gid()));
        for (Group group : groups) {
            if (group.members().contains(account.name())) {
                ids.add(group.gid());
            }
        }
        if (ids.size() > MOST_GROUPS) {
            throw new IllegalArgumentException("user \"" + account.name() + "\" is in " + ids.size()
                    + " groups of the image's /etc/group, and the kernel takes " + MOST_GROUPS);
        }
        return List.copyOf(ids);
    }

    /** A group that is asked for by name is the only one, as with Docker. */
    private ImageUser inGroup(ImageUser user, String text) {
        OptionalInt number = id(text);
        int gid = number.isPresent()
                ? number.getAsInt()
                : first(groups, one -> one.name().equals(text))
                        .map(Group::gid)
                        .orElseThrow(() -> new IllegalArgumentException("no group \"" + text
                                + "\" in the image's /etc/group; name one of them, or a number from 0 to "
                                + Integer.MAX_VALUE));
        return new ImageUser(user.uid(), gid, List.of(gid), user.home());
    }

    private static <T> Optional<T> first(List<T> list, Predicate<T> test) {
        return list.stream().filter(test).findFirst();
    }
}
