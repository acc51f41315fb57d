package dev.skiff.build;

import dev.skiff.build.copy.Owner;
import dev.skiff.run.ImageFiles;
import dev.skiff.run.ImageUser;
import dev.skiff.run.UserDatabase;
import java.io.IOException;
import java.util.regex.Pattern;

/** Who the names in a stage's files are. The files are read only when a name, or the home of a number, is asked for. */
final class StageUsers {
    private static final Pattern NUMBER = Pattern.compile("[0-9]+");
    private static final String ROOT = "root";

    private final Source source;

    /** Gives the stage's files. */
    @FunctionalInterface
    interface Source {
        ImageFiles get() throws IOException;
    }

    StageUsers(Source source) {
        this.source = source;
    }

    /**
     * Who a command runs as.
     *
     * @throws IllegalArgumentException for a name that the files do not know
     */
    ImageUser user(String text) throws IOException {
        return UserDatabase.of(source.get()).resolve(text);
    }

    /**
     * Who has what WORKDIR makes: as with {@code --chown}, not as for RUN. A user that nobody knows is root there, and a group is
     * the user's own, for only RUN has to find them.
     */
    Owner owner(String text) throws IOException {
        int colon = text.indexOf(':');
        Owner user = colon == 0 ? Owner.ROOT : known(colon < 0 ? text : text.substring(0, colon), Owner.ROOT);
        return colon < 0
                ? user
                : new Owner(user.uid(), known("0" + text.substring(colon), user).gid());
    }

    private Owner known(String text, Owner otherwise) throws IOException {
        try {
            return ownerOfCopy(text);
        } catch (IllegalArgumentException unknown) {
            return otherwise;
        }
    }

    /**
     * What {@code --chown} means: a number alone is user and group, a name alone brings its primary group. Root is the number 0,
     * whatever the files say.
     *
     * @throws IllegalArgumentException for a name that the files do not know, or a number out of range
     */
    Owner ownerOfCopy(String text) throws IOException {
        int colon = text.indexOf(':');
        String user = colon < 0 ? text : text.substring(0, colon);
        String group = colon < 0 ? "" : text.substring(colon + 1);
        if (isNumber(user) && isNumber(group)) {
            int uid = number(user);
            return new Owner(uid, colon < 0 ? uid : number(group));
        }
        if (isNumber(user)) {
            return new Owner(number(user), user("0:" + group).gid());
        }
        ImageUser named = user(user);
        int gid = colon < 0
                ? named.gid()
                : isNumber(group) ? number(group) : user("0:" + group).gid();
        return new Owner(named.uid(), gid);
    }

    private static boolean isNumber(String text) {
        return isZero(text) || NUMBER.matcher(text).matches();
    }

    private static boolean isZero(String text) {
        return text.isEmpty() || text.equals(ROOT);
    }

    private static int number(String text) {
        if (isZero(text)) {
            return 0;
        }
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("an id is a number from 0 to " + Integer.MAX_VALUE, e);
        }
    }
}
