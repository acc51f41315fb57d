package dev.skiff.oci.runtime;

import dev.skiff.oci.JsonField;
import dev.skiff.oci.UnknownFields;

/**
 * How the process stands in the queue for disk access.
 *
 * @param priority 0, the highest, to 7
 */
public record IoPriority(@JsonField("class") IoPriorityClass ioClass, int priority, UnknownFields extra) {
    public IoPriority {
        Checks.range("priority", priority, 0, 7);
    }

    /** A class and a place in it. */
    public static IoPriority of(IoPriorityClass ioClass, int priority) {
        return new IoPriority(ioClass, priority, UnknownFields.none());
    }
}
