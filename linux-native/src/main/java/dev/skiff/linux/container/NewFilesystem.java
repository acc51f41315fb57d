package dev.skiff.linux.container;

import static dev.skiff.linux.container.Flags.FSCONFIG_CMD_CREATE;
import static dev.skiff.linux.container.Flags.FSCONFIG_SET_FLAG;
import static dev.skiff.linux.container.Flags.FSCONFIG_SET_STRING;

import dev.skiff.linux.program.Arg;
import dev.skiff.linux.program.Line;
import dev.skiff.linux.program.Program;
import dev.skiff.linux.program.Register;

/** Makes a file system as a mount that is attached nowhere yet: fsopen, fsconfig, fsmount. */
final class NewFilesystem {
    private static final int FSOPEN_CLOEXEC = 1;
    private static final int FSMOUNT_CLOEXEC = 1;

    private final Program program;
    private final Register context;

    NewFilesystem(Program program, String type) {
        this.program = program;
        this.context = program.register(type + " context");
        program.call("fsopen", program.string(type), Arg.named("FSOPEN_CLOEXEC", FSOPEN_CLOEXEC))
                .into(context);
    }

    Line set(String key, String value) {
        return program.call(
                "fsconfig",
                context,
                Arg.named("FSCONFIG_SET_STRING", FSCONFIG_SET_STRING),
                program.string(key),
                program.string(value),
                Arg.of(0));
    }

    Line set(String flag) {
        return program.call(
                "fsconfig",
                context,
                Arg.named("FSCONFIG_SET_FLAG", FSCONFIG_SET_FLAG),
                program.string(flag),
                Arg.none(),
                Arg.of(0));
    }

    /** Has all in it labelled so, for SELinux: config-linux.md, "Mount Label". */
    void label(String label) {
        program.purpose(
                "label a new file system " + label,
                "SELinux has to be at work, to know that label, and to allow such a mount: sestatus(8)");
        set("context", label);
    }

    /** Makes it, with those MOUNT_ATTR_ bits, and leaves the mount in that register. */
    void mount(int attributes, Register into) {
        program.call(
                "fsconfig",
                context,
                Arg.named("FSCONFIG_CMD_CREATE", FSCONFIG_CMD_CREATE),
                Arg.none(),
                Arg.none(),
                Arg.of(0));
        program.call(
                        "fsmount",
                        context,
                        Arg.named("FSMOUNT_CLOEXEC", FSMOUNT_CLOEXEC),
                        Arg.named(MountOptions.attributeText(attributes), attributes))
                .into(into);
        program.call("close", context);
    }
}
