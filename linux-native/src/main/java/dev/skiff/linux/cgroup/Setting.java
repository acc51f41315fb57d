package dev.skiff.linux.cgroup;

import java.util.List;

/**
 * A value to be written to a file of a control group.
 *
 * @param choices the same setting in the spellings of different kernels: the first whose file is there is written
 */
public record Setting(List<Choice> choices) {
    /** A file of the group, and what is written to it. */
    public record Choice(String file, String value) {}

    public Setting {
        choices = List.copyOf(choices);
    }

    static Setting of(String file, String value) {
        return new Setting(List.of(new Choice(file, value)));
    }

    static Setting of(String file, long value) {
        return of(file, Long.toString(value));
    }

    /** The controller whose file it is: what comes before the first dot. */
    String controller() {
        String file = choices.get(0).file();
        return file.substring(0, file.indexOf('.'));
    }

    /** As messages show it: {@code memory.max=4096}. */
    @Override
    public String toString() {
        return choices.get(0).file() + "=" + choices.get(0).value();
    }
}
