package dev.skiff.linux.container;

import dev.skiff.linux.program.Arg;
import dev.skiff.linux.program.Program;
import dev.skiff.linux.program.Register;
import java.util.ArrayList;
import java.util.List;

/**
 * The descriptors that a process is given beside its standard streams, because somebody asked for them by name: 3 and up, without a
 * gap (sd_listen_fds(3)).
 */
final class HandedDown {
    /** The number of the first one. */
    static final int FIRST = 3;

    private static final int F_DUPFD_CLOEXEC = 1030;

    private final Program program;
    private final List<Register> kept;

    HandedDown(Program program, List<Register> kept) {
        this.program = program;
        this.kept = List.copyOf(kept);
    }

    /** Registers for that many, next to each other. */
    static List<Register> registers(Program program, int count) {
        List<Register> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(program.register("descriptor " + (FIRST + i)));
        }
        return all;
    }

    /** The first number that is none of theirs. */
    int end() {
        return FIRST + kept.size();
    }

    /** Takes them out of the way of all numbers below that one. */
    void lift(int above) {
        for (Register each : kept) {
            program.call("fcntl", each, Arg.named("F_DUPFD_CLOEXEC", F_DUPFD_CLOEXEC), Arg.of(above))
                    .into(each);
        }
    }

    /** Puts them where they belong, after {@link #lift}. */
    void place() {
        for (int i = 0; i < kept.size(); i++) {
            program.call("dup3", kept.get(i), Arg.of(FIRST + i), Arg.of(0));
        }
    }
}
