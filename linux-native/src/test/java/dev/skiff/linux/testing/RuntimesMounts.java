package dev.skiff.linux.testing;

import dev.skiff.linux.ContainerRequest;
import dev.skiff.linux.LinuxContainer;
import dev.skiff.linux.OciRuntime;
import dev.skiff.linux.OciStreams;
import dev.skiff.linux.abi.Signal;
import dev.skiff.oci.Json;
import dev.skiff.oci.runtime.NamespaceType;
import dev.skiff.oci.runtime.Root;
import dev.skiff.oci.runtime.Spec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A JVM that looks at its own mounts all through the lives of containers that inherit its mount namespace: run by tests as a program of its
 * own, in a namespace where nobody else mounts.
 */
public final class RuntimesMounts {
    private static final String ID = "test-" + ProcessHandle.current().pid() + "-mounts";

    private final List<String> before = table();

    private RuntimesMounts() throws IOException {}

    /** The specification without what takes a mount namespace, and without that. */
    public static Spec inherited(Spec spec) {
        return spec.withLinux(spec.linux()
                .map(linux -> linux.withMaskedPaths(List.of())
                        .withReadonlyPaths(List.of())
                        .withNamespaces(linux.namespaces().stream()
                                .filter(each -> each.type() != NamespaceType.MOUNT)
                                .toList()))
                .orElseThrow());
    }

    /** All mounts of this JVM's namespace, with how they propagate: proc_pid_mountinfo(5). */
    private static List<String> table() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/mountinfo"));
    }

    private void look(String when) throws IOException {
        List<String> now = table();
        System.out.println(when + (now.equals(before) ? ": as before" : ": " + now + " and not " + before));
    }

    /**
     * Says after each step whether they are as before.
     *
     * @param args a directory for the containers
     */
    public static void main(String[] args) throws Exception {
        Path base = Path.of(args[0]);
        RuntimesMounts mounts = new RuntimesMounts();
        try (TestContainers containers = new TestContainers(base.resolve("started"))) {
            mounts.supervised(containers);
            mounts.created(base, inherited(containers.spec("exec sleep 1000")));
        }
    }

    private void supervised(TestContainers containers) throws IOException {
        ContainerRequest request = containers.request(inherited(containers.spec("exec sleep 1000")), List.of());
        try (LinuxContainer container = containers.host.start(request)) {
            container.started().join();
            look("supervised");
            HostState.supervisors().forEach(ProcessHandle::destroyForcibly);
            container.gone().join();
            look("killed");
        }
    }

    private void created(Path base, Spec spec) throws IOException {
        Path bundle = Files.createDirectories(base.resolve("bundle"));
        BusyboxRoot.in(bundle.resolve("rootfs"));
        Spec rooted = spec.withRoot(Root.of("rootfs"));
        Files.write(bundle.resolve("config.json"), Json.write(rooted));
        try (OciRuntime runtime = OciRuntime.open(base.resolve("state"))) {
            runtime.create(ID, bundle, OciStreams.inherited());
            look("created");
            runtime.start(ID);
            look("started");
            runtime.kill(ID, Signal.of("KILL"), false);
            runtime.delete(ID, true);
            look("deleted");
            Spec bad = rooted.withProcess(rooted.process().orElseThrow().withArgs(List.of("nosuch")));
            Files.write(bundle.resolve("config.json"), Json.write(bad));
            try {
                runtime.create(ID, bundle, OciStreams.inherited());
            } catch (RuntimeException e) {
                look("failed");
            }
        }
    }
}
