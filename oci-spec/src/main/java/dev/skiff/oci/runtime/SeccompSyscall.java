package dev.skiff.oci.runtime;

import dev.skiff.oci.JsonField;
import dev.skiff.oci.UnknownFields;
import dev.skiff.oci.internal.Copies;
import dev.skiff.oci.internal.Records;
import java.util.List;
import java.util.Optional;

/**
 * A rule of a filter: what happens to system calls of these names if all conditions hold.
 *
 * @param names as in the kernel's tables; those that this machine does not have are skipped
 * @param errnoRet the errno, for the actions that have one
 */
public record SeccompSyscall(
        @JsonField(required = true) List<String> names,
        SeccompAction action,
        Optional<Integer> errnoRet,
        List<SeccompArg> args,
        UnknownFields extra) {
    public SeccompSyscall {
        names = Copies.list(names);
        args = Copies.list(args);
        if (names.isEmpty()) {
            throw new IllegalArgumentException("a seccomp rule needs at least one system call in names");
        }
        Seccomp.checkErrno("errnoRet", errnoRet);
    }

    /** A rule without conditions. */
    public static SeccompSyscall of(List<String> names, SeccompAction action) {
        return new SeccompSyscall(names, action, Optional.empty(), List.of(), UnknownFields.none());
    }

    public SeccompSyscall withErrnoRet(int errno) {
        return Records.with(this, "errnoRet", errno);
    }

    public SeccompSyscall withArgs(List<SeccompArg> args) {
        return Records.with(this, "args", args);
    }
}
