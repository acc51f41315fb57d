package dev.skiff.linux.container;

import dev.skiff.linux.launcher.Report;

/** Points in the making of a container at which it waits, where that is asked for, until the JVM has done its part. */
public enum Stage {
    /** Its namespaces are there, and nothing else yet. */
    CREATED(1),
    /** All is mounted, and the root is still the host's. */
    MOUNTED(2),
    /** The root is its own; the command is about to be executed. */
    ENTERED(3);

    private final int number;

    Stage(int number) {
        this.number = number;
    }

    /** What it is on the wire. */
    public int number() {
        return number;
    }

    /** The one of a {@link Report.Kind#WAITING report}. */
    public static Stage of(Report report) {
        for (Stage stage : values()) {
            if (stage.number == report.line()) {
                return stage;
            }
        }
        throw new AssertionError("no stage is number " + report.line());
    }
}
