package dev.skiff.linux.container;

import dev.skiff.linux.program.Program;
import dev.skiff.oci.runtime.Process;

/**
 * What a security module is to confine the command by, from its {@code execve} on: proc_pid_attr(5). It is said before anything of
 * the container is mounted, to a /proc that no image can have faked (CVE-2019-16884), and is an error where no such module is at
 * work, or where it does not know the name.
 */
final class Labels {
    private static final String APPARMOR = "attr/apparmor/exec";
    private static final String SELINUX = "attr/exec";

    private final Program program;

    Labels(Program program) {
        this.program = program;
    }

    /** Of this process, and of those that it clones, until one of them executes something. */
    void atExec(Process process) {
        process.apparmorProfile().filter(name -> !name.isEmpty()).ifPresent(profile -> {
            program.purpose(
                    "confine by the AppArmor profile " + profile,
                    "AppArmor has to be at work, and to have loaded that profile: aa-status(8), apparmor_parser(8)");
            new OwnProcFile(program).write(APPARMOR, "exec " + profile);
        });
        process.selinuxLabel().filter(name -> !name.isEmpty()).ifPresent(label -> {
            program.purpose(
                    "give it the SELinux label " + label,
                    "SELinux has to be at work, to know that label, and to allow the change to it: sestatus(8)");
            new OwnProcFile(program).write(SELINUX, label);
        });
    }
}
