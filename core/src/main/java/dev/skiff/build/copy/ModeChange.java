package dev.skiff.build.copy;

import dev.skiff.linux.FileMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code --chmod} makes of the permissions that a file has: an octal number replaces them, a symbolic mode changes them as
 * chmod(1) does under a umask of 0, {@code X} going by what the file was before.
 */
public final class ModeChange {
    private static final Pattern OCTAL = Pattern.compile("0*[0-7]{1,4}");
    private static final Pattern CLAUSE = Pattern.compile("([ugoa]*)((?:[-+=][rwxXstugo]*)+)");
    private static final Pattern ACTION = Pattern.compile("([-+=])([rwxXstugo]*)");
    private static final int LONGEST = 1000;
    private static final int NEW_DIRECTORY = 0755;
    private static final int ACCESS = 0777;

    private static final int EVERYBODY = 06777;
    private static final int USER = 04700;
    private static final int GROUP = 02070;
    private static final int OTHERS = 00007;
    private static final int SET_ID = 06000;
    private static final int STICKY = 01000;
    private static final int EACH = 0111; // times three bits is those bits for user, group and others

    private final String text;
    private final List<Action> actions;

    private ModeChange(String text, List<Action> actions) {
        this.text = text;
        this.actions = List.copyOf(actions);
    }

    /**
     * One thing that a symbolic mode does.
     *
     * @param who the bits that it is about
     * @param bits to be added, taken away or set; of those, {@code who} decides which
     * @param execute whether there are the execution bits as well if anybody may execute the file, or it is a directory
     * @param copied the shifts of the three bits that are copied: of the user's 6, of the group's 3, of the others' 0
     */
    private record Action(char operator, int who, int bits, boolean execute, List<Integer> copied) {
        int apply(int current, int before, boolean directory) {
            int value = bits;
            if (execute && (directory || (before & EACH) != 0)) {
                value |= EACH;
            }
            for (int shift : copied) {
                value |= (current >> shift & 7) * EACH;
            }
            value &= who;
            return switch (operator) {
                case '+' -> current | value;
                case '-' -> current & ~value;
                default -> (current & ~who) | value;
            };
        }
    }

    /**
     * Reads the value of the flag.
     *
     * @throws IllegalArgumentException for what is neither an octal number up to 07777 nor a symbolic mode
     */
    public static ModeChange parse(String text) {
        if (OCTAL.matcher(text).matches() && Integer.parseInt(text, 8) <= FileMetadata.PERMISSIONS) {
            int mode = Integer.parseInt(text, 8);
            return new ModeChange(
                    Integer.toOctalString(mode),
                    List.of(new Action('=', FileMetadata.PERMISSIONS, mode, false, List.of())));
        }
        List<Action> actions = new ArrayList<>();
        for (String clause : text.split(",", -1)) {
            Matcher parts = CLAUSE.matcher(clause);
            if (text.length() > LONGEST || !parts.matches()) {
                throw new IllegalArgumentException(
                        "invalid chmod parameter: '" + (text.length() > LONGEST ? text.substring(0, LONGEST) : text)
                                + "'. it should be octal string and between 0 and 07777, or symbolic as in u=rwX,go=rX");
            }
            Matcher action = ACTION.matcher(parts.group(2));
            while (action.find()) {
                actions.add(action(who(parts.group(1)), action.group(1).charAt(0), action.group(2)));
            }
        }
        return new ModeChange(text, actions);
    }

    private static int who(String letters) {
        int who = letters.isEmpty() ? EVERYBODY : 0;
        for (int i = 0; i < letters.length(); i++) {
            who |= switch (letters.charAt(i)) {
                case 'u' -> USER;
                case 'g' -> GROUP;
                case 'o' -> OTHERS;
                default -> EVERYBODY;
            };
        }
        return who;
    }

    private static Action action(int who, char operator, String permissions) {
        int bits = 0;
        int extended = who;
        List<Integer> copied = new ArrayList<>();
        for (int i = 0; i < permissions.length(); i++) {
            switch (permissions.charAt(i)) {
                case 'r' -> bits |= 4 * EACH;
                case 'w' -> bits |= 2 * EACH;
                case 'x' -> bits |= EACH;
                case 's' -> bits |= SET_ID;
                case 't' -> {
                    bits |= STICKY;
                    extended |= who == OTHERS ? 0 : STICKY; // as set-id bits, it is not for the others alone
                }
                case 'u' -> copied.add(6);
                case 'g' -> copied.add(3);
                case 'o' -> copied.add(0);
                default -> {} // X, see below
            }
        }
        return new Action(operator, extended, bits, permissions.indexOf('X') >= 0, copied);
    }

    /** The permissions of a file that had {@code before}. */
    int apply(int before, boolean directory) {
        int mode = before;
        for (Action action : actions) {
            mode = action.apply(mode, before, directory);
        }
        return mode;
    }

    /** The permissions of a directory that is made on the way: an octal mode's without its special bits, else the usual ones. */
    int ofNewDirectory() {
        return OCTAL.matcher(text).matches() ? apply(0, true) & ACCESS : NEW_DIRECTORY;
    }

    /** The same for all that change alike, as far as that is easily told. */
    @Override
    public String toString() {
        return text;
    }
}
