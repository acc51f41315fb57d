package dev.skiff.oci.runtime;

/** How a filter is installed, see seccomp(2). */
public enum SeccompFlag {
    /** On all threads of the process at once. */
    SECCOMP_FILTER_FLAG_TSYNC,
    /** Write every action but allow to the audit log. */
    SECCOMP_FILTER_FLAG_LOG,
    /** Leave the speculative store bypass unmitigated, for speed. */
    SECCOMP_FILTER_FLAG_SPEC_ALLOW,
    /** A process that waits for the listener's answer is interrupted only by fatal signals. */
    SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
}
