package dev.skiff.linux.container;

import dev.skiff.linux.LogLimits;
import dev.skiff.linux.program.Arg;
import dev.skiff.linux.program.Program;
import dev.skiff.linux.program.Register;
import java.util.List;

/** What a supervisor looks after: {@code struct watch} in launcher.h. */
final class Watch {
    private static final int NONE = 0xffff;
    private static final int HEAD_WORDS = 13;

    private Watch() {}

    /**
     * A container with its log and its ports.
     *
     * @param groups whose files tell of memory, and thaw
     * @param listeners of the host's ports
     * @param ports the container's, in the same order
     */
    static Arg.Address container(
            Program program,
            String id,
            List<Register> processAndStreams,
            Register directory,
            GroupLines groups,
            boolean keepExit,
            LogLimits log,
            List<Register> listeners,
            List<Integer> ports) {
        int[] words = new int[HEAD_WORDS + 1 + 2 * ports.size()];
        for (int i = 0; i < processAndStreams.size(); i++) {
            words[i] = processAndStreams.get(i).number();
        }
        words[5] = directory.number();
        words[6] = keepExit ? 1 : 0;
        words[7] = log.files();
        words[8] = (int) log.bytes();
        words[9] = (int) (log.bytes() >>> 32);
        words[10] = groups.memoryEvents().map(Register::number).orElse(NONE);
        words[11] = groups.freezer().map(Register::number).orElse(NONE);
        words[12] = ports.size();
        for (int i = 0; i < ports.size(); i++) {
            words[HEAD_WORDS + 2 * i] = listeners.get(i).number();
            words[HEAD_WORDS + 1 + 2 * i] = ports.get(i);
        }
        return program.ints("{container " + id + ", ports " + ports + "}", words);
    }

    /** A process without a log: its streams go elsewhere. */
    static Arg.Address process(Program program, Register pid, Register pidfd, Register begun) {
        int[] words = new int[HEAD_WORDS + 1];
        words[0] = pid.number();
        words[1] = pidfd.number();
        words[2] = begun.number();
        words[3] = NONE;
        words[4] = NONE;
        words[5] = NONE;
        words[10] = NONE;
        words[11] = NONE;
        return program.ints("{process}", words);
    }
}
