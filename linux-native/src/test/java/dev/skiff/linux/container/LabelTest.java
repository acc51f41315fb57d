package dev.skiff.linux.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skiff.linux.ContainerRequest;
import dev.skiff.linux.LogLimits;
import dev.skiff.linux.RootFilesystem;
import dev.skiff.linux.cgroup.ControlGroups;
import dev.skiff.oci.runtime.Linux;
import dev.skiff.oci.runtime.Mount;
import dev.skiff.oci.runtime.Namespace;
import dev.skiff.oci.runtime.NamespaceType;
import dev.skiff.oci.runtime.Process;
import dev.skiff.oci.runtime.Root;
import dev.skiff.oci.runtime.Spec;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The label of mounts as a kernel with SELinux would be told it: in the program, for few kernels have that. */
class LabelTest {
    private static final HostFacts HOST = new HostFacts(false, true, 40, -1, ControlGroups.none());
    private static final Process PROCESS = Process.of(List.of("/bin/true"));
    private static final String LABEL = "system_u:object_r:container_file_t:s0:c1,c2";

    private static Spec spec(Process process, Linux linux) {
        return Spec.of(Root.of("rootfs"), process, linux)
                .withMounts(List.of(
                        Mount.of("/proc", "proc", "proc", List.of()),
                        Mount.of("/dev", "tmpfs", "tmpfs", List.of("mode=755")),
                        Mount.of("/dev/pts", "devpts", "devpts", List.of()),
                        Mount.bind("/srv", "/srv")));
    }

    private static String explain(Process process, String mountLabel) {
        Linux linux = Linux.none()
                .withNamespaces(List.of(Namespace.of(NamespaceType.MOUNT), Namespace.of(NamespaceType.PID)));
        ContainerRequest request = new ContainerRequest(
                "labelled",
                spec(process, mountLabel.isEmpty() ? linux : linux.withMountLabel(mountLabel)),
                new RootFilesystem.Overlay(
                        List.of(Path.of("/lower")), Path.of("/upper"), Path.of("/work"), Path.of("/merged")),
                Path.of("/tmp"),
                List.of(),
                LogLimits.DEFAULT,
                false);
        return SupervisorProgram.of(request, HOST, List.of(), Preparation.none())
                .program()
                .explain();
    }

    @Test
    void newFileSystemsAreLabelledAndWhatTheKernelMakesUpIsNot() {
        String program = explain(PROCESS, LABEL);
        String set = "fsconfig(%s context, FSCONFIG_SET_STRING, \"context\", \"" + LABEL + "\", 0)";
        assertThat(program)
                .contains(String.format(set, "overlay"), String.format(set, "tmpfs"), String.format(set, "devpts"))
                .contains(",context=\"" + LABEL + "\"") // a kernel without lowerdir+
                .doesNotContain(String.format(set, "proc"));
    }

    @Test
    void anEmptyNameIsNone() {
        String program = explain(PROCESS.withApparmorProfile("").withSelinuxLabel(""), "");
        assertThat(program).doesNotContain("attr/");
    }
}
