package dev.skiff.linux.proc;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What tells a process from others that had its number before: proc_pid_stat(5).
 *
 * @param state a letter
 * @param parent the number of its parent
 * @param startTime in clock ticks since the boot
 */
public record ProcessStat(char state, long parent, long startTime) {
    private static final char NONE = '-';
    private static final int STATE = 0; // of the fields behind the name, which are numbered from 3 on
    private static final int PARENT = 4 - 3;
    private static final int START_TIME = 22 - 3;

    /** Of that process; of none if there is none. */
    public static ProcessStat of(long pid) {
        // not a channel, which an interrupt of this thread would close, as if the process were gone
        try (InputStream stat = new FileInputStream("/proc/" + pid + "/stat")) {
            String line = new String(stat.readAllBytes(), StandardCharsets.ISO_8859_1);
            List<String> fields =
                    List.of(line.substring(line.lastIndexOf(')') + 2).split(" ", -1)); // a name may have spaces
            return new ProcessStat(
                    fields.get(STATE).charAt(0),
                    Long.parseLong(fields.get(PARENT)),
                    Long.parseLong(fields.get(START_TIME)));
        } catch (IOException e) {
            return new ProcessStat(NONE, NONE, NONE); // gone
        }
    }

    /** Whether it is there, and no zombie. */
    public boolean runs() {
        return state != NONE && state != 'Z' && state != 'X';
    }

    /** Whether it waits in a way that no signal ends: for a disk, or for a file system's server. */
    public boolean isInDiskSleep() {
        return state == 'D';
    }
}
