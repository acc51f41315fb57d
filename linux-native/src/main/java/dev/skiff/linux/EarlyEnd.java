package dev.skiff.linux;

import dev.skiff.linux.abi.Signal;
import java.util.Set;

/** The end of a process that had not got as far as its command, and could not say why. */
final class EarlyEnd {
    /** What a filter of system calls ends a process by: itself, or for want of any call that would end it. */
    private static final Set<String> OF_A_FILTER = Set.of("SIGSYS", "SIGILL", "SIGTRAP");

    private EarlyEnd() {}

    /**
     * Puts it into words.
     *
     * @param what which process, such as {@code container 7f3a}
     * @param exit how it ended
     * @param otherwise what to try if it was not its filter
     */
    static SyscallException of(String what, ContainerExit exit, String otherwise) {
        String how = exit.signaled() ? new Signal(exit.value()).name() : "exit " + exit.value();
        String remedy = OF_A_FILTER.contains(how)
                ? "its seccomp filter has to allow what comes between loading it and the command: prctl, capset, setgroups,"
                        + " setresgid, setresuid, umask, chdir, getcwd, write, close_range, execve and exit_group"
                : otherwise;
        return new SyscallException("execve", "", how, what + " ended before it had started", remedy);
    }
}
