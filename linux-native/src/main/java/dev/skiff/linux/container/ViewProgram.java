package dev.skiff.linux.container;

import dev.skiff.linux.RootFilesystem;
import dev.skiff.linux.program.Arg;
import dev.skiff.linux.program.Program;
import java.util.Optional;

/** Gives an agent a root file system to look at, in a mount namespace of its own: the host never sees the mount. */
public final class ViewProgram {
    private ViewProgram() {}

    /**
     * Writes it.
     *
     * @param rootless whether this runs in a user namespace
     */
    public static Program of(RootFilesystem.View view, boolean rootless) {
        Program program = new Program();
        program.purpose("look at the files of " + view.mountPoint());
        program.call("unshare", Arg.named("CLONE_NEWNS", Flags.CLONE_NEWNS));
        RootMount root = new RootMount(new Assembly(program, rootless, false));
        root.mount(view, Optional.empty());
        root.makeReadOnly();
        root.enter(Optional.empty());
        program.call("umask", Arg.of(0));
        return program;
    }
}
