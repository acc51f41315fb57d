package dev.skiff.oci.runtime;

/** What the kernel does when a system call meets a rule. See seccomp(2). */
public enum SeccompAction {
    /** The same as {@link #SCMP_ACT_KILL_THREAD}. */
    SCMP_ACT_KILL,
    SCMP_ACT_KILL_PROCESS,
    SCMP_ACT_KILL_THREAD,
    /** Send SIGSYS. */
    SCMP_ACT_TRAP,
    /** Fail with an errno. */
    SCMP_ACT_ERRNO,
    /** Ask a tracer, which gets the errno as its data; fail with ENOSYS without one. */
    SCMP_ACT_TRACE,
    SCMP_ACT_ALLOW,
    /** Allow, and write it to the audit log. */
    SCMP_ACT_LOG,
    /** Ask the process that listens at {@link Seccomp#listenerPath()}. */
    SCMP_ACT_NOTIFY
}
