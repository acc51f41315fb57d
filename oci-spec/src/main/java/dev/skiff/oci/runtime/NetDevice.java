package dev.skiff.oci.runtime;

import dev.skiff.oci.UnknownFields;
import dev.skiff.oci.internal.Texts;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A network device of the host that moves into a container.
 *
 * @param name what it is called in there, {@code eth%d} for the first number that is free; absent, as on the host
 */
public record NetDevice(Optional<String> name, UnknownFields extra) {
    /** What no name has: dev_valid_name() of the kernel; and % for the one place where a number is to be. */
    private static final Pattern NAME = Pattern.compile("[^\\s/:%\\x00]+");

    private static final int MOST_BYTES = 15; // IFNAMSIZ, less the NUL at its end

    public NetDevice {
        name.ifPresent(text -> check("netDevices: name", text, text.replaceFirst("%d", "0")));
    }

    /** One that keeps its name. */
    public static NetDevice same() {
        return new NetDevice(Optional.empty(), UnknownFields.none());
    }

    /** One that gets another. */
    public static NetDevice named(String name) {
        return new NetDevice(Optional.of(name), UnknownFields.none());
    }

    /** @param shown what the message shows of it */
    static void check(String what, String shown, String name) {
        if (name.length() > MOST_BYTES
                || name.equals(".")
                || name.equals("..")
                || !NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(what + " must be one to " + MOST_BYTES
                    + " characters without blanks, / and :, got " + Texts.excerpt(shown));
        }
    }
}
