package dev.skiff.linux.container;

import dev.skiff.linux.program.Arg;
import dev.skiff.linux.program.Program;
import dev.skiff.linux.program.Register;
import java.util.ArrayList;
import java.util.List;

/**
 * A mount of type overlay that a specification lists. Its directories are {@code lowerdir+=} options, the uppermost first, and
 * {@code upperdir=} and {@code workdir=}, as in fsconfig(2). They are named to the kernel by descriptors, so a path may be as long
 * as it likes, and where {@code lowerdir+} is not known (before Linux 6.7) up to 50 of them fit into the one string it takes.
 */
final class OverlayMount {
    private static final int MOST_IN_ONE = 50;
    private static final int FIRST_FIXED = 2000; // descriptors whose numbers must be known when the program is written

    private final Program program;
    private final Register opened;
    private int pinned = FIRST_FIXED;

    OverlayMount(Program program) {
        this.program = program;
        this.opened = program.register("overlay directory");
    }

    /** Makes it, attached nowhere yet. */
    void create(List<String> options, int attributes, Register into) {
        List<String> lowers = new ArrayList<>();
        List<String> rest = new ArrayList<>();
        for (String option : options) {
            if (option.startsWith("lowerdir+=")) {
                lowers.add(Integer.toString(pin(value(option))));
            } else if (option.startsWith("upperdir=") || option.startsWith("workdir=")) {
                rest.add(option.substring(0, option.indexOf('=') + 1) + pin(value(option)));
            } else {
                rest.add(option);
            }
        }
        program.call("chdir", program.string("/proc/self/fd"));
        NewFilesystem fresh = new NewFilesystem(program, "overlay");
        if (lowers.size() <= MOST_IN_ONE) {
            fresh.set("lowerdir", String.join(":", lowers));
        } else {
            lowers.forEach(lower -> fresh.set("lowerdir+", lower));
        }
        rest.forEach(option -> set(fresh, option));
        fresh.mount(attributes, into);
        program.call("chdir", program.string("/"));
        for (int fixed = FIRST_FIXED; fixed < pinned; fixed++) {
            program.call("close", Arg.of(fixed));
        }
        pinned = FIRST_FIXED;
    }

    private static void set(NewFilesystem fresh, String option) {
        int equals = option.indexOf('=');
        if (equals < 0) {
            fresh.set(option);
        } else {
            fresh.set(option.substring(0, equals), value(option));
        }
    }

    private static String value(String option) {
        return option.substring(option.indexOf('=') + 1);
    }

    private int pin(String directory) {
        program.call(
                        "openat",
                        Flags.AT_FDCWD,
                        program.string(directory),
                        Arg.named("O_PATH|O_DIRECTORY|O_CLOEXEC", Flags.O_PATH | Flags.O_DIRECTORY | Flags.O_CLOEXEC))
                .into(opened);
        program.call("dup3", opened, Arg.of(pinned), Arg.named("O_CLOEXEC", Flags.O_CLOEXEC));
        program.call("close", opened);
        return pinned++;
    }
}
