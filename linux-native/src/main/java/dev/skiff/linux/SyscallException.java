package dev.skiff.linux;

import dev.skiff.linux.abi.SyscallSince;

/**
 * A system call that failed, with what it was for and what to do about it where that is known.
 */
public final class SyscallException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String call;
    private final String errno;

    /**
     * @param call the name, as in section 2 of the manual
     * @param arguments as a person would write them
     * @param errno its symbolic name, such as {@code EPERM}
     * @param purpose what was being done and to what; may be empty
     * @param remedy what to try; may be empty
     */
    public SyscallException(String call, String arguments, String errno, String purpose, String remedy) {
        super((purpose.isEmpty() ? "" : purpose + ": ")
                + call + "(" + arguments + "): " + errno
                + (errno.equals("ENOSYS") ? "; " + missing(call) : "")
                + (remedy.isEmpty() ? "" : "; " + remedy));
        this.call = call;
        this.errno = errno;
    }

    /** A kernel says the same of what it does not know as a filter that knows less than the kernel: seccomp(2). */
    private static String missing(String call) {
        return "this kernel does not have " + call
                + SyscallSince.kernel(call)
                        .map(first -> ", which came with Linux " + first)
                        .orElse("")
                + ", or a seccomp filter around this JVM hides it";
    }

    /** The name of the call that failed. */
    public String call() {
        return call;
    }

    /** The symbolic name of what came back, such as {@code ENOENT}. */
    public String errno() {
        return errno;
    }
}
