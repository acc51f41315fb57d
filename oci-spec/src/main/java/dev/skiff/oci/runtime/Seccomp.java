package dev.skiff.oci.runtime;

import dev.skiff.oci.UnknownFields;
import dev.skiff.oci.internal.Copies;
import dev.skiff.oci.internal.Records;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Restricts which system calls the container may make.
 *
 * @param defaultAction for calls that no rule names
 * @param defaultErrnoRet its errno, for the actions that have one
 * @param architectures the conventions that the rules cover; a call by another one is refused
 * @param listenerPath the socket to which the descriptor for {@link SeccompAction#SCMP_ACT_NOTIFY} is sent
 * @param listenerMetadata text that goes there too
 */
public record Seccomp(
        SeccompAction defaultAction,
        Optional<Integer> defaultErrnoRet,
        Set<SeccompArch> architectures,
        Set<SeccompFlag> flags,
        Optional<String> listenerPath,
        Optional<String> listenerMetadata,
        List<SeccompSyscall> syscalls,
        UnknownFields extra) {
    private static final int MAX_ERRNO = 4095; // linux/err.h

    public Seccomp {
        architectures = Copies.set(architectures);
        flags = Copies.set(flags);
        syscalls = Copies.list(syscalls);
        checkErrno("defaultErrnoRet", defaultErrnoRet);
        if (listenerMetadata.isPresent() && listenerPath.isEmpty()) {
            throw new IllegalArgumentException("listenerMetadata needs a listenerPath to be sent to");
        }
    }

    static void checkErrno(String name, Optional<Integer> errno) {
        if (errno.isPresent() && (errno.get() < 0 || errno.get() > MAX_ERRNO)) {
            throw new IllegalArgumentException(name + " must be from 0 to " + MAX_ERRNO + ", got " + errno.get());
        }
    }

    /** A filter without rules: the same answer to every call. */
    public static Seccomp of(SeccompAction defaultAction) {
        return new Seccomp(
                defaultAction,
                Optional.empty(),
                Set.of(),
                Set.of(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                UnknownFields.none());
    }

    public Seccomp withDefaultErrnoRet(int errno) {
        return Records.with(this, "defaultErrnoRet", errno);
    }

    public Seccomp withArchitectures(Set<SeccompArch> architectures) {
        return Records.with(this, "architectures", architectures);
    }

    public Seccomp withFlags(Set<SeccompFlag> flags) {
        return Records.with(this, "flags", flags);
    }

    public Seccomp withSyscalls(List<SeccompSyscall> syscalls) {
        return Records.with(this, "syscalls", syscalls);
    }
}
