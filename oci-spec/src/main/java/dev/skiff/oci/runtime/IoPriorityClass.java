package dev.skiff.oci.runtime;

/** A scheduling class for disk access, see ioprio_set(2). */
public enum IoPriorityClass {
    IOPRIO_CLASS_RT,
    IOPRIO_CLASS_BE,
    IOPRIO_CLASS_IDLE
}
