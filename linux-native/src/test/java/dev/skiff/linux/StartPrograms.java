package dev.skiff.linux;

import dev.skiff.linux.container.Preparation;
import dev.skiff.linux.container.SupervisorProgram;
import java.util.List;

/** What is run to start a container, for those who run it in another way. */
public final class StartPrograms {
    private StartPrograms() {}

    public static SupervisorProgram of(LinuxHost host, ContainerRequest request) {
        Preparation nothing = Preparation.explained(request, SupervisorProgram.stagesOf(request));
        return SupervisorProgram.of(request, host.facts(), List.of(), nothing);
    }
}
